"""The cases and attempts of this machine: what the menu offers, where records go, whose patient returns."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from game.attempt import Attempt
from game.camerawork import Camerawork
from game.hud.cases import card_of
from game.hud.models import CaseCard
from game.hud.screens.frame import Picture
from game.kink_lab.pictures import Pictures
from game.replay.format import header_for
from game.replay.recorder import Recorder
from game.session import Session
from game.view import PLAN, Renderer, SceneOptions, cache, camera_for, frame_from
from physics import anatomy
from physics.anatomy import PatientBuild
from physics.observation import Observation
from physics.params import StartState
from scenarios import list_ids, load
from scenarios.schema import Scenario
from scenarios.setup import handed_over, inherit, setup

HERO_SIZE = (1440, 810)
Progress = Callable[[str, float], None]


def data_folder() -> Path:
    """Return the folder that keeps attempts; THECAL_DATA_DIR overrides the platform's own."""
    given = os.environ.get("THECAL_DATA_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "Thecal"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/Thecal"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "thecal"


def _attempt_number(path: Path) -> int:
    tail = path.stem.rsplit("-", 1)[-1]
    return int(tail) if tail.isdigit() else 0


def _leave_out_of_collections() -> None:
    """Collect garbage now, and let later collections look only at what is made from here on.

    Modules and patient are some 300 000 objects: a full collection that looks at them all stops the game for 80 ms, every
    few seconds of play. Done where a wait is expected, when a case opens.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Shelf:
    """Opens cases for the window (fills `game.host.Library`).

    Parameters
    ----------
    ctx : moderngl context
        Of the window.
    preset : str
        "auto", "full" or "software".
    progress : called with (what, share 0..1) while meshes are baked
    log : Path, optional
        Where the first attempt is recorded; later ones go to the data folder.
    """

    def __init__(
        self, ctx: moderngl.Context, preset: str = "auto", progress: Progress | None = None, log: Path | None = None
    ) -> None:
        self.ctx, self.preset, self.progress, self.log = ctx, preset, progress, log
        self.folder = data_folder() / "attempts"
        self._renderers: dict[PatientBuild, Renderer] = {}
        self._cards = tuple(card_of(load(i)) for i in list_ids())
        self._extra: dict[str, Scenario] = {}
        self._hero: Picture | None = None
        self.notice = ""

    def add(self, scenario: Scenario) -> None:
        """Offer one more case, read from a file."""
        self._extra[scenario.id] = scenario
        self._cards = (*(c for c in self._cards if c.id != scenario.id), card_of(scenario))

    def cards(self) -> Sequence[CaseCard]:
        """Return all cases."""
        return self._cards

    def renew(self, ctx: moderngl.Context) -> None:
        """Forget what a lost GL context held; renderers are made again when asked for, from meshes already baked."""
        self.ctx, self._hero = ctx, None
        self._renderers.clear()

    def renderer_for(self, build: PatientBuild) -> Renderer:
        """Return the renderer of a body in the context of now."""
        return self._renderer(build)

    def _renderer(self, build: PatientBuild) -> Renderer:
        if build not in self._renderers:
            made = Renderer(self.ctx, anatomy.build_anatomy(build), self.preset, self.progress)
            self._renderers[build], self.notice = made, getattr(made, "notice", "") or self.notice
        return self._renderers[build]

    def open(self, case_id: str, level: str, seed: int) -> Attempt:
        """Start an attempt; a case that may inherit takes over the patient whom this learner operated."""
        scenario = self._extra.get(case_id) or load(case_id)
        inherited = self._returning_patient(scenario)
        case = setup(scenario, seed, inherited)
        if self.progress is not None and case.params.build not in self._renderers:
            self.progress("the patient", 0.0)
        header = header_for(scenario, seed, "human", level, inherited)
        path = self.log or self._next_path(case_id)
        self.log = None
        session = Session(scenario, case, seed, Recorder(path, header))
        renderer = self._renderer(case.params.build)
        work = Camerawork(renderer, anatomy.build_anatomy(case.params.build), case.target_level)
        _leave_out_of_collections()
        return _Kept(session, work, path)

    def _next_path(self, case_id: str) -> Path:
        taken = [_attempt_number(p) for p in self.folder.glob("*.thecal")]
        return self.folder / f"{case_id}-{max(taken, default=0) + 1:04d}.thecal"

    def _returning_patient(self, scenario: Scenario) -> StartState | None:
        """Return the state of the patient of the last finished implant that this case may take over."""
        parent = scenario.start.may_inherit_from
        if parent is None:
            return None
        for path in sorted(self.folder.glob(f"{parent}-*.patient.json"), key=_patient_number, reverse=True):
            try:
                body, written = StartState(**json.loads(path.read_text("utf-8"))), setup(scenario, 0).params.start
                return body if written is None else handed_over(body, written)
            except (OSError, ValueError, TypeError):
                continue  # a damaged record is no patient: the written start is used
        return None

    def seed_for(self, case_id: str) -> int:
        """Return the seed of a new attempt: the written patient first, then others."""
        return len(list(self.folder.glob(f"{case_id}-*.thecal"))) % 8

    def hero(self, size: tuple[int, int]) -> Picture | None:
        """Return the picture of the main menu: the last patient, else the first case's, with what is planned."""
        if self._hero is None:
            scenario = load(self.last_case() or list_ids()[0])
            sources = cache.sources_key("physics", "scenarios", "game.view", "assets")
            key = cache.cache_key("hero", scenario, self.preset, self.ctx.info["GL_RENDERER"], HERO_SIZE, sources)
            stored = cache.load(key)
            if stored is None:
                stored = {"pixels": self._portrait(scenario)}
                cache.save(key, stored)
            pixels = stored["pixels"]
            still = self.ctx.texture((pixels.shape[1], pixels.shape[0]), 3, pixels.tobytes(), alignment=1)
            self._hero = Picture(still, True)
        return self._hero

    def _portrait(self, scenario: Scenario) -> NDArray[np.uint8]:
        """Return a case's patient with what is planned, row 0 at the bottom."""
        case = setup(scenario, 0)
        body = anatomy.build_anatomy(case.params.build)
        seen = Session(scenario, case, 0).observation
        options = SceneOptions(planned_tip_level=case.target_level)
        frame, camera = frame_from(seen, body, PLAN, options), camera_for(PLAN, seen, body)
        return self._renderer(case.params.build).picture(frame, camera, HERO_SIZE)[::-1]

    def lab_pictures(self) -> Pictures:
        """Return what draws the kink lab; it needs no patient, so nothing is prepared first."""
        return Pictures(self.ctx, self.preset)

    def n_attempts(self) -> int:
        """Return how many attempts are kept."""
        return len(list(self.folder.glob("*.thecal")))

    def last_case(self) -> str:
        """Return the id of the case played last, "" if none."""
        known = {c.id for c in self._cards}
        for path in sorted(self.folder.glob("*.thecal"), key=_attempt_number, reverse=True):
            name = path.stem.rsplit("-", 1)[0]
            if name in known:
                return name
        return ""


def _patient_number(path: Path) -> int:
    return _attempt_number(Path(path.name.removesuffix(".patient.json") + ".thecal"))


class _Kept(Attempt):
    """An attempt whose patient stays in the clinic."""

    def __init__(self, session: Session, camerawork: Camerawork, path: Path) -> None:
        super().__init__(session, camerawork)
        self._path = path

    def close(self) -> None:
        """Close the record and keep the patient for the next case, if there is an implant to come back with."""
        super().close()
        written = _written_start(self.session.scenario)
        if written is not None and _has_implant(self.observation):
            state = inherit(self.observation, written)
            target = self._path.with_name(self._path.stem + ".patient.json")
            target.write_text(json.dumps(asdict(state)), "utf-8")


def _has_implant(seen: Observation) -> bool:
    return seen.pocket.is_closed and seen.pocket.is_pump_in and seen.catheter.is_connected


def _written_start(scenario: Scenario) -> StartState | None:
    """Return the written start of the bundled case that may take over this one's patient."""
    for case_id in list_ids():
        other = load(case_id)
        if other.start.may_inherit_from == scenario.id:
            return setup(other, 0).params.start
    return None
