"""Months after closing: what happens to one implant, and which of it a clinic would call an event.

A happening of the physics (a fold, a slip) becomes a clinical event only when the drug is lost: once the
line has changed, a day of therapy is run through it, and less than half of the dose in the fluid counts
as a failure, as in `physics.therapy`. What the failure is called follows from the state of the line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

import physics.catheter as catheter
import physics.therapy as therapy
from game.population.implant import Implant, running
from physics.aftercare import live, next_look_day
from physics.anatomy import arc_at_level
from physics.fixed import Fixed
from physics.geometry import surface_frame
from physics.hands_on_laid_catheter import REFILL_NEEDLE_M
from physics.pump import device
from physics.randomness import draw
from physics.theatre import Note, Theatre, dural_hole, plumbing
from physics.therapy import Intake, Therapy

DAYS_PER_MONTH = 365.25 / 12.0
DAY_S = 86400.0
MOVED_M = 20e-3  # a vertebra: a tip moved by less is not looked at twice on a film [I17: correct within one]
REFILL_EVERY_DAYS = 90.0  # 0.15 mL/day out of 20 mL, with a margin [device_and_procedure 1.7]
REFILL_MISS_SD_M = 2e-3  # with a template; the centre hole is +- 4 mm [R05]; spread [A]
PORT_DEPTH_M = 6e-3  # septum to needle stop [A]
SOUND = 0.5  # a lumen open by more, with nothing else amiss, passes the whole dose: 1/8 of the conductance over 3 mm
FOLDED = 0.5  # open share of a lumen that a film or dye study would call kinked [A]
KINDS = ("occlusion", "kink", "migration", "fracture", "disconnection", "leak", "puncture")
SILENT = ("silent fold", "weak delivery", "tip moved a level", "anchor slipped", "pump suture broke", "pump flipped", "pump rotated")
NOTED = {
    "AnchorSlipped": "anchor slipped", "PumpSutureBroke": "pump suture broke", "PumpFlipped": "pump flipped",
    "PumpRotated": "pump rotated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """The first of its kind in one patient."""

    day: float
    kind: str
    where: str
    size: float


@dataclass(frozen=True, slots=True)
class History:
    """What became of one implant."""

    events: tuple[Happening, ...]
    silent: tuple[Happening, ...]
    tip_level_start: float
    tip_level_end: float
    tip_shift_m: float  # caudal
    tip_space_end: str
    min_patency_lying: float
    min_patency_sitting: float
    anchor_slip_m: float
    least_delivered: float  # share of the dose, on the worst day looked at


def delivered_share(case: Fixed, theatre: Theatre, course: Therapy) -> float:
    """Return the share of the programmed dose that reaches the fluid in a day of lying and sitting."""
    line = plumbing(case, theatre)
    if line is None:
        return 0.0
    after, _ = therapy.advance(case.therapy, course, line, dural_hole(theatre), Intake(), DAY_S)
    wanted = course.pump.concentration_kg_per_m3 * device.demanded_flow(course.pump, case.pump)
    return float(after.delivery.delivered_kg_per_s / wanted)


def is_sound(theatre: Theatre) -> bool:
    """Return whether nothing in the line can cost a dose: open, inside, seated, whole."""
    state = theatre.catheter
    lumen = min(float(theatre.patency_lying.min()), float(theatre.patency_sitting.min()))
    whole = not state.wall_defects and not state.is_fractured and not state.is_disconnected
    inside = theatre.tip_space == "intrathecal" and min(theatre.share_lying, theatre.share_sitting) >= 1.0
    return whole and inside and lumen > SOUND and theatre.connector_seat >= 1.0 and state.tip_occlusion <= 0.0


def cause_of(theatre: Theatre) -> str:
    """Return what a revision would find, in the words of the published series."""
    state = theatre.catheter
    if state.is_fractured:
        return "fracture"
    if state.wall_defects:
        return "puncture"
    if state.is_disconnected or theatre.connector_seat <= 0.0:
        return "disconnection"
    if theatre.tip_space != "intrathecal" or theatre.share_sitting < 0.5:
        return "migration"
    if state.tip_occlusion > 0.5:
        return "occlusion"
    narrow = min(float(theatre.patency_lying.min()), float(theatre.patency_sitting.min()))
    if bool(state.is_hinge.any()) and narrow < FOLDED:
        return "kink"
    return "occlusion" if narrow < FOLDED else "leak"


def refilled(case: Fixed, theatre: Theatre, seed: int, number: int) -> tuple[Theatre, tuple[Note, ...]]:
    """Return the theatre after a refill needle has gone straight from the skin to the port, and what it hit."""
    where = theatre.pocket
    off_u, off_v = (float(x) for x in REFILL_MISS_SD_M * draw(seed, "population.refill", number).standard_normal(2))
    point, normal, along_u, along_v = surface_frame(case.body, where.pump_u_m, where.pump_v_m, 0.0)
    point = point + off_u * along_u + off_v * along_v
    end = point - (where.cover_m + PORT_DEPTH_M) * normal
    state, notes = catheter.punctured(theatre.catheter, case.catheter, point, end, REFILL_NEEDLE_M)
    return replace(theatre, catheter=state), tuple(notes)


def _mark(theatre: Theatre) -> tuple[float, ...]:
    """Return the numbers on which delivery depends: unchanged, it need not be run again."""
    state = theatre.catheter
    return (
        round(float(theatre.patency_lying.min()), 3), round(float(theatre.patency_sitting.min()), 3),
        round(theatre.share_lying, 2), round(theatre.share_sitting, 2), round(theatre.connector_seat, 2),
        float(len(state.wall_defects)), round(state.tip_occlusion, 2), round(state.fracture_gap, 2),
        float(state.is_fractured),
    )  # fmt: skip


class _Ledger:
    """The first happening of each kind."""

    def __init__(self) -> None:
        self.first: dict[str, Happening] = {}

    def note(self, day: float, kind: str, where: str, size: float) -> None:
        self.first.setdefault(kind, Happening(round(day, 2), kind, where, float(f"{size:.4g}")))

    def among(self, kinds: tuple[str, ...]) -> tuple[Happening, ...]:
        found = [h for kind, h in self.first.items() if kind in kinds]
        return tuple(sorted(found, key=lambda h: (h.day, h.kind)))


def _record(ledger: _Ledger, day: float, notes: tuple[Note, ...]) -> None:
    for name, size, where in notes:
        if name in NOTED:
            ledger.note(day, NOTED[name], where, size)
        elif name == "CatheterKinked":
            ledger.note(day, "silent fold", where, size)
        elif name == "CatheterFractured":
            ledger.note(day, "fracture", where, size)
        elif name == "CatheterDisconnected":
            ledger.note(day, "disconnection", where, size)
        elif name == "TipOccluded":
            ledger.note(day, "occlusion", where, size)
        elif name == "CatheterPunctured":
            ledger.note(day, "puncture", where, size)


def follow(implant: Implant, months: float, seed: int) -> History:
    """Return the history of an implant over some months.

    Parameters
    ----------
    implant : Implant
        As closed.
    months : float
        Length of follow-up; nothing is revised, each kind of event counts once.
    seed : int
        Seed of the patient's life.
    """
    case, theatre = implant.case, implant.theatre
    ledger, end = _Ledger(), months * DAYS_PER_MONTH
    _record(ledger, 0.0, implant.notes)
    start_level, start_arc = theatre.tip_level, theatre.tip_arc_m
    least, known, day, fills = 1.0, None, 0.0, 0
    course: Therapy | None = None
    while True:
        if _mark(theatre) != known:
            known = _mark(theatre)
            share = 1.0
            if not is_sound(theatre):
                course = course or running(case, implant.theatre, seed)
                share = delivered_share(case, theatre, course)
            least = min(least, share)
            if share < therapy.IMPAIRED_RATIO:
                ledger.note(day, cause_of(theatre), "line", share)
            elif share < therapy.RESTORED_RATIO:
                ledger.note(day, "weak delivery", cause_of(theatre), share)
        moved = start_arc - arc_at_level(case.body.spine, theatre.tip_level)
        if abs(moved) > MOVED_M:
            ledger.note(day, "tip moved a level", "tip", moved)
        upcoming = min(next_look_day(day), end)
        if upcoming <= day + 1e-9:
            break
        theatre, notes = live(case, theatre, upcoming, seed, 0)
        day = upcoming
        if day >= (fills + 1) * REFILL_EVERY_DAYS:
            fills += 1
            theatre, pricked = refilled(case, theatre, seed, fills)
            notes += pricked
        _record(ledger, day, notes)
        if day >= end - 1e-9:
            end = day
    if any(k in ledger.first for k in ("kink", "occlusion")):
        ledger.first.pop("silent fold", None)
    state = theatre.catheter
    return History(
        ledger.among(KINDS), ledger.among(SILENT), start_level, theatre.tip_level,
        start_arc - arc_at_level(case.body.spine, theatre.tip_level), theatre.tip_space,
        float(np.min(theatre.patency_lying)), float(np.min(theatre.patency_sitting)), float(state.anchor_slip_m), least,
    )  # fmt: skip
