"""What hands hold and ask: intents, the state of the hands, and how amounts are quantised."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from game.instruments import fluoroscope, programmer, tray
from game.instruments.procedure import SETTINGS, Step, step_of
from physics import commands as c
from physics.observation import Observation
from scenarios.actions import Action

TRAVEL_M, ANGLE_RAD, FORCE_N, VOLUME_M3 = 0.02e-3, math.radians(0.01), 0.05, 0.005e-6
FIELD_UNITS = {"mm": 1e-3, "cm": 1e-2, "deg": math.pi / 180.0, "mL": 1e-6, "N": 1.0, "": 1.0}


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing a hand asked for in one frame.

    Attributes
    ----------
    address : str
        Widget or act.
    kind : str
        "press", "set", "step", "type", "wheel", "drag", "point", "look".
    amount, other : float
        Value, notches, pixels (x and y for drags), shares of the picture (points), seconds (looks).
    text : str
        Chosen option or typed words.
    """

    address: str
    kind: str = "press"
    amount: float = 0.0
    text: str = ""
    other: float = 0.0
    is_fine: bool = False


@dataclass(frozen=True, slots=True)
class Finger:
    """The palpating finger; what it feels is filled in by whoever knows the patient."""

    is_down: bool = False
    u_mm: float = 0.0
    v_mm: float = 0.0
    press_n: float = 6.0
    speed_mm_per_s: float = 0.0
    stay_ticks: int = 0
    slid_mm: float = 0.0
    hardness_n_per_mm: float = 0.0
    strip: tuple[tuple[float, float], ...] = ()  # (mm slid, N/mm), the last stretch
    told_mm: tuple[float, float] = (1e9, 1e9)  # where the log was last told of it


@dataclass(frozen=True, slots=True)
class Touch:
    """A tool on the patient in the picture, between button down and up."""

    is_down: bool = False
    start_mm: tuple[float, float] = (0.0, 0.0)
    at_mm: tuple[float, float] = (0.0, 0.0)
    since_tick: int = 0
    surface: str = "skin"
    stitch_in: tuple[float, float] | None = None  # the needle has gone in here and not yet come out
    stitches: tuple[tuple[float, float, str], ...] = ()  # laid and not yet tied: middle of each and what it bites


@dataclass(frozen=True, slots=True)
class Hands:
    """What the hands hold and intend; everything here is interface state, never physics."""

    procedure: str = "implant"
    step: str = "mark"
    values: dict[str, float] = field(default_factory=lambda: {k: s.start for k, s in SETTINGS.items() if not s.is_choice})
    choices: dict[str, str] = field(default_factory=lambda: {k: s.chosen for k, s in SETTINGS.items() if s.is_choice})
    rest_m: dict[str, float] = field(default_factory=dict)  # travel asked for and not yet sent
    hold_ticks: dict[str, int] = field(default_factory=dict)
    latched: tuple[str, ...] = ()
    tray: tray.Tray = field(default_factory=tray.Tray)
    arm: fluoroscope.CArm = field(default_factory=fluoroscope.CArm)
    form: programmer.Form = field(default_factory=programmer.Form)
    waypoints: tuple[tuple[float, float, float], ...] = ()  # mm
    bevel_deg: float = 0.0
    due: tuple[c.Command, ...] = ()  # commands that follow in the next ticks, one a tick
    ticked: dict[str, str] = field(default_factory=dict)  # checklist lines done by own hand, with the choice
    is_toggle: bool = False
    is_lor_pressed: bool = False
    visited: tuple[str, ...] = ()
    finger: Finger = field(default_factory=Finger)
    touch: Touch = field(default_factory=Touch)
    passer_mm: float = 0.0  # how far the passer has gone along the way points
    note: str = ""  # what the hand would say now: "Changing tool.", "Thin here."
    note_tick: int = -10_000
    waits: tuple[float, float, float] | None = None  # clock [s] when a wait began, its span [s], drops seen till then
    verbs_done: tuple[str, ...] = ()  # of the lesson
    felt_word: str = ""  # of the needle, steadied
    felt_tick: int = -10_000
    is_cutaway: bool = False  # the inside view was asked for
    look: str = ""  # another picture than the step's: "room", "section", "level", "corner"
    is_pump_lifted: bool = False  # to see what lies behind
    is_grating: bool = False  # the passer's nose is on bone; filled in by whoever knows the patient
    n_hints: tuple[tuple[str, int], ...] = ()  # hints taken, by step


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tick of hands gives."""

    hands: Hands
    commands: tuple[c.Command, ...] = ()
    actions: tuple[Action, ...] = ()
    asks: tuple[Intent, ...] = ()  # left over: navigation, the app's business


@dataclass(slots=True)
class Tick:
    """Work sheet of one tick."""

    hands: Hands
    obs: Observation
    commands: list[c.Command] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    asks: list[Intent] = field(default_factory=list)

    def set(self, **changes: object) -> None:
        self.hands = replace(self.hands, **changes)  # type: ignore[arg-type]

    def say(self, words: str) -> None:
        """Have the picture say something for a while."""
        self.set(note=words, note_tick=self.obs.tick)

    def do(self, name: str, value: str = "", number: float = 0.0) -> None:
        self.actions.append(Action(name, value, number))


def quantised(value: float, grain: float) -> float:
    """Return the nearest whole number of grains."""
    return round(value / grain) * grain


def si(hands: Hands, key: str) -> float:
    """Return a setting in SI, quantised to the grain of its unit."""
    unit = SETTINGS[key].unit
    value = hands.values[key] * FIELD_UNITS.get(unit, 1.0)
    grain = {"mm": TRAVEL_M, "cm": TRAVEL_M, "deg": ANGLE_RAD, "N": FORCE_N, "mL": VOLUME_M3}.get(unit)
    return quantised(value, grain) if grain else value


def tool_in_hand(hands: Hands) -> str:
    """Return the tool that the pointer moves: the one taken, else the first of the step."""
    tools = current_step(hands).tools
    return hands.tray.held if hands.tray.held in tools else (tools[0] if tools else "")


def current_step(hands: Hands) -> Step:
    """Return the step the hands are at."""
    return step_of(hands.procedure, hands.step)
