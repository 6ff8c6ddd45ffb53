"""One case in the window: session, renderer and record behind the one face that screens speak to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from game.camerawork import DEFAULT_VIEW, STEP_VIEWS, Camerawork
from game.help_flow import independence
from game.host import Judged, Planned
from game.hud.cases import card_of, chain_of, checklist_of, rows_of, verdict_of
from game.hud.clinical import LaneItem
from game.hud.models import Course
from game.hud.screens.frame import Picture
from game.input.hands import Hands
from game.instruments import fluoroscope, palpation
from game.instruments.procedure import PROCEDURES
from game.planning import planned
from game.session import Session
from game.view import BACK, IMPLANT, INSIDE, POCKET, REFILL
from game.xray_account import xray_line
from physics import anatomy
from physics.clock import TICK_S
from physics.commands import (
    AdvanceClinicalTime,
    CloseWounds,
    Command,
    ConnectCatheter,
    DissectPocket,
    OpenCatheter,
    PlaceAnchor,
    PlaceNeedle,
    PlaceRefillNeedle,
    ProgramPump,
    TakeSyringe,
    TunnelCatheter,
)
from physics.events import Event
from physics.observation import Observation
from physics.units import ug_per_day_from_kg_per_s
from scenarios.actions import SAFE_UNDO, Action
from scenarios.chain import causal_chain
from scenarios.scoring import score

ACT_WORDS: dict[type[Command], str] = {
    PlaceNeedle: "needle", OpenCatheter: "catheter", PlaceAnchor: "anchor", DissectPocket: "pocket",
    TunnelCatheter: "tunnel", ConnectCatheter: "join", CloseWounds: "close", ProgramPump: "programme",
    PlaceRefillNeedle: "needle", TakeSyringe: "syringe",
}  # fmt: skip
MOMENT_SIZE = (640, 420)
BODY_EVENTS = {
    "CatheterKinked": ("warn", "bend folds"), "LumenOccluded": ("alarm", "lumen shut"),
    "CatheterPinched": ("warn", "pressed on bone or fascia"),
    "CatheterLeftSac": ("alarm", "tip leaves the sac"), "AnchorSlipped": ("warn", "anchor slips"),
    "AnchorStitchGave": ("warn", "anchor stitch gives"),
    "CatheterDisplaced": ("warn", "tip moves"), "FlowImpaired": ("alarm", "flow falls"),
    "CatheterPunctured": ("alarm", "needle holes the catheter"), "CatheterHoled": ("alarm", "wall is holed"),
    "CatheterCrushed": ("warn", "jaws crush the lumen"), "CatheterForced": ("warn", "hard push"),
    "StyletPerforated": ("alarm", "stylet pierces the wall"), "CatheterTipDamaged": ("alarm", "tip pulled loose"),
    "CatheterDisconnected": ("alarm", "connector comes off"), "CatheterUnkinked": ("ok", "fold opens"),
    "PumpFlipped": ("alarm", "pump turns over"), "TwiddlersCoil": ("alarm", "catheter wound up"),
    "CatheterTorn": ("alarm", "catheter tears"), "CatheterFractured": ("alarm", "catheter breaks"),
    "CatheterBurnt": ("alarm", "diathermy burns the catheter"), "TipOccluded": ("warn", "tip clogs"),
    "FlowRestored": ("ok", "flow is back"), "ConnectorSlipped": ("warn", "connector slips"),
    "LowReservoirAlarm": ("info", "low reservoir"),
    "EmptyReservoirAlarm": ("alarm", "empty reservoir"), "PocketInjected": ("alarm", "drug beside the pump"),
    "PumpStalled": ("alarm", "pump stands"), "PumpRecovered": ("ok", "pump turns again"),
    "PumpFaulted": ("alarm", "pump fails"), "PumpSutureBroke": ("warn", "pump stitch breaks"),
    "PumpHeld": ("warn", "pump held by the catheter"), "PumpTakenOut": ("info", "pump out"), "PumpUnpacked": ("info", "another pump unpacked"),
    "PocketOpened": ("info", "old pocket opened"), "LumbarOpened": ("info", "old back scar opened"),
    "AnchorReleased": ("info", "anchor cut loose"), "CatheterRemoved": ("info", "catheter out"),
    "SegmentsJoined": ("ok", "new part joined"), "SegmentLaid": ("info", "new part in the tunnel"),
    "PatientTurned": ("info", "patient turned"), "Draped": ("info", "drapes on"),
    "AsepsisBroken": ("alarm", "asepsis broken"), "AsepsisRestored": ("ok", "sterile again"),
    "CutTooDeep": ("alarm", "cut too deep"), "VesselsCut": ("warn", "vessels bleed"),
    "MonopolarNearPump": ("warn", "monopolar at the pump"), "TrayCounted": ("info", "tray counted"),
    "HaematomaFormed": ("warn", "blood in the pocket"), "SeromaFormed": ("warn", "fluid in the pocket"),
    "PseudomeningoceleFormed": ("alarm", "CSF under the back wound"),
    "WoundDehisced": ("alarm", "wound comes open"), "PumpEroded": ("alarm", "pump through the skin"),
}  # fmt: skip
PATIENT_EVENTS = {
    "NerveTouched": ("alarm", "leg jerks"), "Apnoea": ("alarm", "breathing stops"),
    "ToneImproved": ("ok", "legs looser"), "ToneReturned": ("warn", "legs stiff again"),
    "WithdrawalBegan": ("warn", "itching"), "SevereWithdrawal": ("alarm", "severe withdrawal"),
    "SedationBegan": ("warn", "drowsy"), "ComaBegan": ("alarm", "coma"),
    "RespiratoryDepression": ("alarm", "slow breathing"), "PatientRecovered": ("ok", "recovered"),
    "DizzinessBegan": ("warn", "dizzy"), "VomitingBegan": ("warn", "vomits"),
    "CirculationFailing": ("alarm", "circulation fails"), "DysreflexiaBegan": ("alarm", "pressure shoots up"),
    "DysreflexiaEnded": ("ok", "pressure settles"), "InfectionShown": ("alarm", "signs of infection"),
}  # fmt: skip


class Attempt:
    """An attempt at a case (fills `game.host.CaseHost`)."""

    def __init__(self, session: Session, camerawork: Camerawork) -> None:
        self.session, self.camerawork = session, camerawork
        self.card, self.checklist = card_of(session.scenario), checklist_of(session.scenario)
        self.observation: Observation = session.observation
        self.followup_days = session.scenario.followup_days
        self._started_day = max(0.0, session.observation.days_since_closure)
        self._course: list[Observation] = []
        self._told: list[tuple[float, str, str, str]] = []
        self._marks = _map_marks(camerawork.body)
        self._moments: dict[int, Picture] = {}
        self._is_over = False

    def tick(self, commands: Sequence[Command], actions: Sequence[Action]) -> Sequence[Event]:
        """Run one tick and return its events."""
        undone = any(a.name == SAFE_UNDO for a in actions)
        before = len(self.session.events)
        seen = self.session.advance(commands, actions)
        before = min(before, len(self.session.events)) if undone else before
        if seen is not None:
            self.observation = seen
        events = self.session.events[before:]
        if any(isinstance(c, AdvanceClinicalTime) for c in commands):
            self._course.append(self.observation)
        self._tell(events, commands)
        return events

    def next_tick(self) -> int:
        """Return the number of the tick that comes next."""
        return self.session.tick + 1

    def planned(self, level: str) -> Planned:
        """Return what hands start with."""
        return planned(self.session.scenario, self.session.setup, self.observation, level)

    def _day(self, seen: Observation) -> float:
        closed = seen.days_since_closure  # since the last closure: a later operation starts it again
        return max(0.0, closed - self._started_day if closed >= self._started_day else closed)

    def _tell(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        day = self._day(self.observation)
        if self.observation.days_since_closure < 0.0:
            return
        for event in events:
            for lane, words in (("body", BODY_EVENTS), ("patient", PATIENT_EVENTS)):
                known = words.get(event.name)
                if known is not None and (lane, known[1]) not in {(t[1], t[3]) for t in self._told[-6:]}:
                    self._told.append((day, lane, *known))
        for command in commands:
            if isinstance(command, ProgramPump):
                dose = ug_per_day_from_kg_per_s(self.observation.pump.programmed_dose_kg_per_s)
                self._told.append((day, "you", "ok", f"{dose:.0f} µg/day"))

    def pictures(self, size: tuple[int, int], hands: Hands, level: str, blend: float) -> Mapping[str, Picture]:
        """Return the pictures of this moment; `blend` is not used: at 64 ticks a second no jump is seen."""
        return self.camerawork.pictures(size, hands, level, self.observation)

    def pulse(self, arm: fluoroscope.CArm) -> tuple[float, float]:
        """Make one X-ray pulse; return its dose-area product [Gy cm2] and the open share of the field."""
        return self.camerawork.pulse(arm, self.session.look())

    def keep_film(self, view: str) -> None:
        """Keep the last picture of a view as baseline."""
        self.camerawork.keep_film(view)

    def orbit(self, dx_px: float, dy_px: float, zoom: float) -> None:
        """Move the camera."""
        self.camerawork.orbit(dx_px, dy_px, zoom)

    def pick(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return the skin point under a place of the view [mm]."""
        return self.camerawork.pick(x_share, y_share)

    def surface(self, x_share: float, y_share: float) -> str:
        """Return what lies under a place of the view."""
        return self.camerawork.surface(x_share, y_share)

    def pick_catheter(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return (mm from the tip, mm outside the fascia) of the catheter under a place of the view, or None."""
        return self.camerawork.pick_catheter(x_share, y_share)

    def hardness(self, u_mm: float, v_mm: float, press_n: float) -> float:
        """Return how hard a finger finds the skin at a place [N/mm]; lying on the side it hangs over other bone."""
        body, field, u, v = self.camerawork.body, self.session.observation.field, u_mm * 1e-3, v_mm * 1e-3
        if field.position == "lateral":
            slide = anatomy.hanging_m(body.build) * (1.0 if field.side_up == "left" else -1.0)
            u = anatomy.place_u(body.trunk, u, v, slide)
        return palpation.hardness_n_per_mm(body, u, v, press_n)

    def grates(self, u_mm: float, v_mm: float, depth_mm: float) -> bool:
        """Return whether a passer's nose at a place under the skin touches bone."""
        return palpation.is_on_bone(self.camerawork.body, u_mm * 1e-3, v_mm * 1e-3, depth_mm * 1e-3)

    def renew(self, library: Any) -> None:
        """Make pictures with the library's new GL context; films are taken again as they were."""
        self.camerawork.renew(library.renderer_for(self.session.setup.params.build))
        self._moments.clear()

    def course(self) -> Course:
        """Return the follow-up so far, one entry per time step."""
        seen = self._course
        columns = (
            [self._day(o) for o in seen], [o.patient.ashworth_legs for o in seen],
            [o.patient.ashworth_arms for o in seen],
            [ug_per_day_from_kg_per_s(o.pump.programmed_dose_kg_per_s) for o in seen],
            [ug_per_day_from_kg_per_s(o.delivery.delivered_kg_per_s) for o in seen],
            [o.catheter.min_patency for o in seen], [o.catheter.min_patency_sitting for o in seen],
            [o.catheter.tip_level for o in seen],
        )  # fmt: skip
        return Course(*(tuple(float(v) for v in column) for column in columns), tuple(self._told))

    def map_marks(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """Return rib and crest zones of the trunk map [mm]."""
        return self._marks

    def finish(self) -> Judged:
        """End the attempt, write its record and judge it."""
        if not self._is_over:
            self.session.finish()
            self._is_over = True
        scenario, steps = self.session.scenario, self.session.steps
        sheet = score(scenario, steps)
        nodes, links = chain_of(causal_chain(scenario, steps, sheet))
        seconds = self.session.tick * TICK_S
        verdict = verdict_of(scenario, sheet)
        done = [a for step in steps for a in step.actions]
        names = {step.key: step.words for rail in PROCEDURES.values() for step in rail}
        verdict = replace(verdict, notes=(*verdict.notes, *independence(done, names)))
        return Judged(verdict, rows_of(sheet), nodes, links, self._lanes(), seconds, self.course(), xray_line(scenario, done))

    def _lanes(self) -> tuple[tuple[str, tuple[LaneItem, ...]], ...]:
        beams, acts = [], []
        for step in self.session.steps:
            at = step.tick * TICK_S
            beams += [LaneItem(at, at + 1.0, "yellow") for a in step.actions if a.name == "beam.pulse"]
            acts += [
                LaneItem(at, None, "info", ACT_WORDS[type(c)])
                for c in step.commands
                if type(c) in ACT_WORDS
            ]
        events = tuple(
            LaneItem(e.tick * TICK_S, None, kind, words)
            for e in self.session.events
            for kind, words in ((BODY_EVENTS | PATIENT_EVENTS).get(e.name, ("", "")),)
            if kind
        )
        return (("hands", tuple(acts)), ("beam", tuple(beams)), ("events", events))

    def moment(self, tick_s: float) -> Picture | None:
        """Return a picture of a past moment."""
        wanted = round(tick_s / TICK_S)
        steps = [s for s in self.session.steps if s.observation is not None and s.tick <= wanted + 64]
        if not steps:
            return None
        step = steps[-1]
        if step.tick not in self._moments:
            view = _moment_view(step.observation)
            self._moments[step.tick] = Picture(self.camerawork.still(step.observation, view, MOMENT_SIZE), True)
        return self._moments[step.tick]

    def close(self) -> None:
        """Write what there is of the record; an attempt left in the middle stays readable."""
        if not self._is_over:
            self.session.finish("left")
            self._is_over = True


def _moment_view(seen: Observation) -> str:
    if seen.refill.is_placed:
        return REFILL
    if seen.pocket.is_closed:
        return IMPLANT
    if seen.pocket.is_dissected:
        return POCKET
    return INSIDE if seen.needle.is_placed or seen.catheter.is_open else BACK


def _map_marks(body: anatomy.Anatomy) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return polygons (u, v) [mm] of ribs and iliac crest on both sides of the unrolled trunk."""
    reach = abs(body.trunk.umbilicus_uv_m[0])
    out: dict[str, tuple[tuple[float, float], ...]] = {}
    for name, edge, far in (
        ("ribs", anatomy.costal_margin_v, 0.40), ("crest", anatomy.iliac_crest_v, -0.20),
    ):  # fmt: skip
        for side, word in ((-1.0, "right"), (1.0, "left")):
            us = [side * reach * k / 16 for k in range(3, 17)]
            line = tuple((1e3 * u, 1e3 * float(edge(body.trunk, u))) for u in us)
            out[f"{name}.{word}"] = ((1e3 * us[0], 1e3 * far), *line, (1e3 * us[-1], 1e3 * far))
    return out


__all__ = ["DEFAULT_VIEW", "STEP_VIEWS", "Attempt"]
