"""The world of one case, and THE ORDER OF PHYSICS in a tick.

commands -> needle -> catheter -> refill needle -> life of the implant -> pump, line, CSF, patient ->
events. Downward arrows use this tick's value; upward ones (CSF pressure at the needle and at the tip)
use the last interval's.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, replace

import numpy as np

import physics.csf as csf
import physics.operation as operation
import physics.therapy as therapy
from physics.aftercare import live
from physics.clock import TICK_S
from physics.commands import Command
from physics.errors import SimulationDiverged
from physics.established import start_case
from physics.events import Event
from physics.fixed import Fixed, fixed
from physics.hands_on_revision import drip
from physics.theatre import Hands, Theatre, dural_hole, plumbing, with_models
from physics.params import Params
from physics.therapy import Intake, Note, Therapy

THERAPY_TICKS = 64  # hands-on, the drug moves once a second: it changes over minutes
WAKE_S = 1800.0  # the first skip this long after closure ends the anaesthetic [A]


@dataclass(frozen=True, slots=True)
class World:
    """Everything that changes during a case.

    Attributes
    ----------
    tick, seed : int
        Clock and seed.
    clinical_time_s : float
        Ticks plus every skip.
    closed_at_s : float or None
        Clinical time at which the wounds were closed.
    theatre : Theatre
        What hands touch: needle, wounds, catheter, pocket, refill needle.
    therapy : Therapy
        Pump, line, CSF, patient.
    intake, pending_s : Intake, float
        Drug, CSF and hands-on time not yet given to therapy.
    """

    tick: int
    seed: int
    clinical_time_s: float
    closed_at_s: float | None
    theatre: Theatre
    therapy: Therapy
    intake: Intake
    pending_s: float


def initial(params: Params, seed: int) -> World:
    """Return the world before the first command: a fresh table, or an implant that is already in."""
    theatre, course, closed_at_s = start_case(fixed(params), seed)
    return World(0, seed, 0.0, closed_at_s, theatre, course, Intake(), 0.0)


def step(params: Params, world: World, commands: tuple[Command, ...]) -> tuple[World, tuple[Event, ...]]:
    """Return the world one tick later and what happened in it.

    Raises
    ------
    SimulationDiverged
        If a number is no longer finite.
    """
    try:
        return _stepped(params, world, commands)
    except SimulationDiverged as broken:
        raise SimulationDiverged(world.tick + 1, broken.subsystem, broken.quantity) from broken


def _stepped(params: Params, world: World, commands: tuple[Command, ...]) -> tuple[World, tuple[Event, ...]]:
    """Return the world one tick later; what breaks inside a part does not know its tick."""
    case = with_models(fixed(params), world.theatre)
    hands = Hands(world.theatre, world.therapy, world.seed, world.tick, intake=world.intake, now_s=world.clinical_time_s)
    for command in commands:
        hands = operation.apply(case, hands, command)
        case = with_models(case, hands.theatre)
    pressure = csf.csf_pressure(case.therapy.pressure, world.therapy.csf_pressure)
    hands = operation.move(case, hands, pressure)
    moved = replace(
        world, tick=world.tick + 1, clinical_time_s=world.clinical_time_s + TICK_S, theatre=hands.theatre,
        therapy=hands.therapy, intake=hands.intake, pending_s=world.pending_s + TICK_S,
    )  # fmt: skip
    moved = _closed(world, moved)
    notes = list(hands.notes)
    if hands.skip_s > 0.0 or moved.tick % THERAPY_TICKS == 0:
        moved, more = _pass_time(case, moved, moved.pending_s, 0.0)
        notes += more
    if hands.skip_s > 0.0:
        moved, more = _pass_time(case, moved, hands.skip_s, hands.skip_s)
        notes += more
    _check_finite(moved)
    return moved, tuple(
        Event(moved.tick, moved.clinical_time_s, name, float(size), where) for name, size, where in notes
    )


def _closed(before: World, now: World) -> World:
    """Return the world with the clock of its closure: of the first, or of the last when old scars were opened again."""
    was_open = not before.theatre.pocket.is_closed or before.theatre.lumbar is not None
    is_again = was_open and now.theatre.pocket.is_closed and now.theatre.lumbar is None
    if before.closed_at_s is None and now.theatre.pocket.is_closed:
        return replace(now, closed_at_s=before.clinical_time_s)
    if before.closed_at_s is not None and is_again:
        return replace(now, closed_at_s=before.clinical_time_s, theatre=replace(now.theatre, lived_days=0.0))
    return now


def _pass_time(case: Fixed, world: World, dt_s: float, skipped_s: float) -> tuple[World, list[Note]]:
    """Let an interval pass: the implant lives (if closed), then therapy flows."""
    now_s = world.clinical_time_s + skipped_s
    theatre, course = world.theatre, world.therapy
    notes: tuple[Note, ...] = ()
    if world.closed_at_s is not None:
        if skipped_s >= WAKE_S and course.care.is_anaesthetised:
            course = replace(course, care=replace(course.care, is_anaesthetised=False))
        theatre, notes = live(case, theatre, (now_s - world.closed_at_s) / 86400.0, world.seed, world.tick)
    course, intake = drip(case, theatre, course, world.intake, dt_s) if world.closed_at_s is not None else (course, world.intake)
    course, happened = therapy.advance(
        case.therapy, course, plumbing(case, theatre), dural_hole(theatre), intake, dt_s
    )
    world = replace(
        world, clinical_time_s=now_s, theatre=theatre, therapy=course, intake=Intake(),
        pending_s=world.pending_s if skipped_s > 0.0 else 0.0,
    )  # fmt: skip
    return world, [*notes, *happened]


def _check_finite(world: World) -> None:
    """Raise if a state that can blow up has done so."""
    checks: tuple[tuple[str, str, object], ...] = (
        ("catheter", "node positions", world.theatre.catheter.x), ("tissue", "needle depth", world.theatre.needle.depth_m),
        ("csf", "drug amounts", world.therapy.csf.amounts_kg), ("pump", "reservoir volume", world.therapy.pump.reservoir_m3),
        ("patient", "Ashworth score", world.therapy.patient.neuro.ashworth_legs),
        ("pocket", "pump position", world.theatre.pocket.pump_u_m), ("pump", "drug in the line", world.therapy.line.drug_kg),
        ("patient", "heart rate", world.therapy.patient.vitals.heart_rate_per_min),
    )  # fmt: skip
    for subsystem, quantity, value in checks:
        if not np.all(np.isfinite(np.asarray(value, dtype=np.float64))):
            raise SimulationDiverged(world.tick, subsystem, quantity)


def state_hash(world: World) -> str:
    """Return a digest of every number in the world: equal worlds, equal digests, bit for bit."""
    digest = hashlib.sha256()
    _feed(digest, world)
    return digest.hexdigest()[:32]


def _feed(digest: hashlib._Hash, value: object) -> None:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        digest.update(type(value).__name__.encode())
        for item in dataclasses.fields(value):
            part = getattr(value, item.name)
            if item.metadata.get("hash") == "when set" and part == item.default:
                continue  # a rare state: without it a world keeps the digest it has always had
            _feed(digest, part)
    elif isinstance(value, np.ndarray):
        digest.update(str(value.dtype).encode() + str(value.shape).encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, tuple):
        digest.update(b"(")
        for each in value:
            _feed(digest, each)
    elif isinstance(value, float):
        digest.update(value.hex().encode())
    else:
        digest.update(repr(value).encode())
