"""What the interface asks of whoever runs cases: two protocols, filled by the wiring of the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.hud.clinical import ChainNode, LaneItem, ScoreRow
from game.hud.models import CaseCard, ChecklistLine, Course, Verdict
from game.hud.screens.frame import Picture
from game.input.intent import Hands
from game.instruments import fluoroscope
from physics.commands import Command
from physics.events import Event
from physics.lab_reading import LabReading
from physics.observation import Observation
from scenarios.actions import Action

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """What `CaseHost.finish` returns, ready for the debrief."""

    verdict: Verdict
    lines: tuple[ScoreRow, ...]
    nodes: tuple[ChainNode, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    lanes: tuple[tuple[str, tuple[LaneItem, ...]], ...] = ()
    seconds: float = 0.0
    course: Course = field(default_factory=Course)
    xray: str = ""  # pictures, time and dose in a line; "" where none is told


@dataclass(frozen=True, slots=True)
class Planned:
    """What hands start with: settings by key, in the units of the screen."""

    values: Mapping[str, float] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


class LabPictures(Protocol):
    """The eyes of the kink lab: pictures of its table, and where things fall on them."""

    def draw(self, seen: LabReading, size: tuple[int, int]) -> Mapping[str, Picture]:
        """Return "table" (of `size` pixels) and "loupe"."""

    def orbit(self, dx_px: float, dy_px: float, notches: float = 0.0) -> None:
        """Turn the camera about the table, or come closer."""

    def reset(self, is_flat: bool = True) -> None:
        """Put the camera back."""

    def shares(self, points_m: FloatArray) -> FloatArray:
        """Return where points fall, as shares of the picture, (n, 2)."""

    def on_plane(self, x_share: float, y_share: float, height_m: float) -> tuple[float, float] | None:
        """Return the point (x, y) [m] of a level plane under a place of the picture, or None."""

    def metres_per_pixel(self) -> float:
        """Return the size of a pixel at the middle of the table."""


class CaseHost(Protocol):
    """One case being played: session, renderer and record behind one face."""

    card: CaseCard
    checklist: Sequence[ChecklistLine]
    observation: Observation
    followup_days: float

    def planned(self, level: str) -> Planned:
        """Return the settings that hands start with at a level of help."""

    def tick(self, commands: Sequence[Command], actions: Sequence[Action]) -> Sequence[Event]:
        """Run one tick and return its events; `observation` is fresh afterwards."""

    def next_tick(self) -> int:
        """Return the number of the tick that comes next."""

    def pictures(self, size: tuple[int, int], hands: Hands, level: str, blend: float) -> Mapping[str, Picture]:
        """Return "view" (of `size` pixels), and where there are any "cutaway", "inside", "ap", "lateral", "oblique"."""

    def pulse(self, arm: fluoroscope.CArm) -> tuple[float, float] | None:
        """Make one X-ray pulse; the picture appears in `pictures` under its view name.

        Returns its dose-area product [Gy cm2] and the open share of the field, or None where nobody measures them.
        """

    def keep_film(self, view: str) -> None:
        """Keep the last picture of a view as baseline; it appears in `pictures` as "keep.<view>"."""

    def orbit(self, dx_px: float, dy_px: float, zoom: float) -> None:
        """Move the camera of the view."""

    def pick(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return the skin point (u, v) [mm] under a place of the view, or None."""

    def surface(self, x_share: float, y_share: float) -> str:
        """Return what lies under a place of the view: "skin", "fascia" or "pump"."""

    def pick_catheter(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return (mm from the tip, mm outside the fascia) of the catheter under a place of the view, or None."""

    def hardness(self, u_mm: float, v_mm: float, press_n: float) -> float:
        """Return how hard a finger finds the skin at a place [N/mm]."""

    def grates(self, u_mm: float, v_mm: float, depth_mm: float) -> bool:
        """Return whether a passer's nose at a place under the skin touches bone."""

    def course(self) -> Course:
        """Return the follow-up so far."""

    def map_marks(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """Return named polygons (u, v) [mm] for the trunk map: ribs, crest."""

    def renew(self, library: Library) -> None:
        """Make pictures with the library's new GL context; the case itself is untouched."""

    def finish(self) -> Judged:
        """End the attempt, write its record and judge it."""

    def moment(self, tick_s: float) -> Picture | None:
        """Return a picture of a past moment, or None."""

    def close(self) -> None:
        """Let go of everything."""


class Library(Protocol):
    """The cases and attempts of this machine."""

    notice: str  # what pictures have to do without here, "" if nothing

    def cards(self) -> Sequence[CaseCard]:
        """Return all cases."""

    def open(self, case_id: str, level: str, seed: int) -> CaseHost:
        """Start an attempt."""

    def seed_for(self, case_id: str) -> int:
        """Return the seed a new attempt at a case gets."""

    def hero(self, size: tuple[int, int]) -> Picture | None:
        """Return the picture of the main menu."""

    def n_attempts(self) -> int:
        """Return how many attempts are kept."""

    def lab_pictures(self) -> LabPictures | None:
        """Return what draws the kink lab, or None where nothing can be drawn."""

    def renew(self, ctx: moderngl.Context) -> None:
        """Let go of what belonged to a lost GL context and draw with a new one."""

    def last_case(self) -> str:
        """Return the id of the case played last, "" if none."""
