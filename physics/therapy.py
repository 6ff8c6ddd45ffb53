"""One interval of therapy: pump -> line -> tip -> CSF -> cord -> patient.

The order of an interval, told once for ticks, seconds and days alike. Upward couplings use the value
of the interval before: CSF pressure back to the line, the state of the pump back to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import physics.csf as fluid
import physics.hydraulics as hydraulics
import physics.patient as person_model
from physics.clock import SECONDS_PER_HOUR
from physics.pump import device, line, spec

FloatArray = NDArray[np.float64]
Note = tuple[str, float, str]

SITTING_SHARE = 0.4  # share of a day spent sitting: wheelchair user's waking hours [A]
LONGEST_SPAN_S = 6.0 * SECONDS_PER_HOUR  # keeps the pump's alarms and the line's content in step
SPLIT_SPAN_S = SECONDS_PER_HOUR  # shorter intervals are spent lying
IMPAIRED_RATIO, RESTORED_RATIO = 0.5, 0.9  # half the programmed dose is lost / nearly all is back [A]


@dataclass(frozen=True, slots=True)
class Plumbing:
    """The implanted line as the fluid meets it.

    Attributes
    ----------
    lengths_m, patency_lying, patency_sitting : (n,) arrays
        Catheter edges from the connector to the tip; open share of the lumen in two postures.
    inner_diameter_m, outer_diameter_m : float
        Catheter [m].
    connector_seat : float
        0 apart .. 1 seated; no flow reaches the catheter when apart.
    tip_space : str
        "intrathecal", "epidural" or anything else = soft tissue.
    tip_level : float
        Level of the tip (T1 = 1 .. L5 = 17).
    share_lying, share_sitting : float
        Share of the tip's side holes that lie inside the sac in two postures; the rest opens epidurally.
    """

    lengths_m: FloatArray
    patency_lying: FloatArray
    patency_sitting: FloatArray
    inner_diameter_m: float
    outer_diameter_m: float
    connector_seat: float
    tip_space: str
    tip_level: float
    share_lying: float = 1.0
    share_sitting: float = 1.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the line did in the last interval."""

    pump_pressure_pa: float = 0.0
    tip_flow_m3_per_s: float = 0.0
    leak_flow_m3_per_s: float = 0.0
    pump_flow_m3_per_s: float = 0.0
    delivered_kg_per_s: float = 0.0  # into CSF
    misplaced_kg_per_s: float = 0.0  # anywhere else
    resistance_pa_s_per_m3: float = 0.0
    is_impaired: bool = False


@dataclass(frozen=True, slots=True)
class TherapyParams:
    """The constants of every subsystem that an interval passes through."""

    pump: spec.PumpSpec
    drug: fluid.DrugParams
    pressure: fluid.PressureParams
    patient: person_model.PatientParams


@dataclass(frozen=True, slots=True)
class Therapy:
    """Everything that an interval of therapy changes."""

    pump: device.PumpState
    line: line.LineState
    pressures_pa: FloatArray | None
    spill_pa: float  # pressure of what a leak has filled, over ambient
    csf: fluid.CsfState
    csf_pressure: fluid.PressureState
    patient: person_model.PatientState
    care: person_model.Care
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Intake:
    """Drug and CSF that hands moved since the last interval; applied once, at its start."""

    pocket_kg: float = 0.0
    pocket_removed_kg: float = 0.0
    tissue_kg: float = 0.0
    oral_kg: float = 0.0
    csf_removed_m3: float = 0.0  # dripped from needle or catheter, or drained


@dataclass(frozen=True, slots=True)
class _Span:
    """Sums over the spans of one interval."""

    delivered_kg: float = 0.0
    misplaced_kg: float = 0.0
    pumped_m3: float = 0.0
    tip_m3: float = 0.0
    leak_m3: float = 0.0


def advance(
    params: TherapyParams, state: Therapy, plumbing: Plumbing | None, hole: fluid.DuralHole, intake: Intake, dt_s: float
) -> tuple[Therapy, tuple[Note, ...]]:
    """Return therapy after an interval, and what happened.

    Parameters
    ----------
    plumbing : Plumbing or None
        None while no catheter is connected: the pump then runs into the open.
    hole : DuralHole
        Puncture of the dura as it is now.
    intake : Intake
        What hands moved since the last interval.
    dt_s : float
        Length [s], up to one day.
    """
    notes: list[Note] = []
    total = _Span()
    left = dt_s
    while left > 0.0:
        span = min(left, LONGEST_SPAN_S, max(device.time_to_change_s(state.pump, params.pump), 0.25))
        for share, is_sitting in _postures(span):
            state, part, happened = _span(params, state, plumbing, hole, intake, share, is_sitting)
            intake = Intake()
            total = _Span(
                total.delivered_kg + part.delivered_kg, total.misplaced_kg + part.misplaced_kg,
                total.pumped_m3 + part.pumped_m3, total.tip_m3 + part.tip_m3, total.leak_m3 + part.leak_m3,
            )  # fmt: skip
            notes += happened
        left = left - span if left - span > 1e-9 * dt_s else 0.0
    return _told(params, state, total, plumbing, dt_s, notes)


def _postures(span_s: float) -> tuple[tuple[float, bool], ...]:
    if span_s < SPLIT_SPAN_S:
        return ((span_s, False),)
    return (((1.0 - SITTING_SHARE) * span_s, False), (SITTING_SHARE * span_s, True))


def _span(
    params: TherapyParams, state: Therapy, plumbing: Plumbing | None, hole: fluid.DuralHole,
    intake: Intake, dt_s: float, is_sitting: bool,
) -> tuple[Therapy, _Span, list[Note]]:  # fmt: skip
    """Advance everything by one span of constant posture and set rate."""
    state, part, notes = _flow(params, state, plumbing, dt_s, is_sitting)
    space = plumbing.tip_space if plumbing is not None else "air"
    inside = 0.0
    if plumbing is not None and space == "intrathecal":
        inside = plumbing.share_sitting if is_sitting else plumbing.share_lying
    tip_rate = max(0.0, part.delivered_kg) / dt_s
    leak_rate = max(0.0, part.misplaced_kg) / dt_s
    standing = replace(hole, is_upright=is_sitting)
    csf_leak = fluid.leak_rate(params.pressure, state.csf_pressure, standing)
    sources = fluid.Sources(
        tip_level=plumbing.tip_level if plumbing is not None else 10.0,
        intrathecal_kg_per_s=tip_rate * inside,
        epidural_kg_per_s=tip_rate * (1.0 - inside) if space in ("intrathecal", "epidural") else 0.0,
        tissue_kg_per_s=tip_rate if space not in ("intrathecal", "epidural", "air") else 0.0,
        pocket_kg_per_s=leak_rate,
        csf_withdrawal_m3_per_s=csf_leak + intake.csf_removed_m3 / dt_s,
        pocket_kg=intake.pocket_kg, pocket_removed_kg=intake.pocket_removed_kg,
        tissue_kg=intake.tissue_kg, oral_kg=intake.oral_kg,
    )  # fmt: skip
    drug, exposure = fluid.advance(params.drug, state.csf, sources, dt_s)
    withdrawal = intake.csf_removed_m3 / dt_s
    pressure, leaked = fluid.advance_pressure(params.pressure, state.csf_pressure, standing, withdrawal, dt_s)
    person, signs = person_model.advance(params.patient, state.patient, exposure, state.care)
    reached, left = max(0.0, part.delivered_kg) * inside, max(0.0, part.delivered_kg) * (1.0 - inside)
    part = replace(part, delivered_kg=reached, misplaced_kg=part.misplaced_kg + left)
    state = replace(state, csf=drug, csf_pressure=pressure, patient=person)
    return state, part, [*notes, *leaked, *signs]


def _flow(
    params: TherapyParams, state: Therapy, plumbing: Plumbing | None, dt_s: float, is_sitting: bool
) -> tuple[Therapy, _Span, list[Note]]:
    """Pump, network and line over one span; drug leaving the tip counts as delivered here."""
    demand = device.demanded_flow(state.pump, params.pump)
    if plumbing is None:
        machine, flow, events = device.step(state.pump, params.pump, dt_s)
        concentration = state.pump.concentration_kg_per_m3
        filled, _ = line.advance(state.line, flow * dt_s, concentration, flow * dt_s)
        spent = _Span(0.0, 0.0, flow * dt_s, flow * dt_s, 0.0)  # runs into the open: counted by nobody
        return replace(state, pump=machine, line=filled, pressures_pa=None, spill_pa=0.0), spent, list(events)
    network = hydraulics.build_network(
        plumbing.lengths_m, plumbing.patency_sitting if is_sitting else plumbing.patency_lying,
        plumbing.inner_diameter_m, plumbing.outer_diameter_m, _leaks(plumbing),
        hydraulics.Surroundings(pressure_pa=state.spill_pa),
    )  # fmt: skip
    back_pressure = fluid.csf_pressure(params.pressure, state.csf_pressure)  # last interval's
    tip_pressure = back_pressure if plumbing.tip_space == "intrathecal" else 0.0
    start = state.pressures_pa
    if start is not None and start.shape != network.compliances.shape:
        start = None
    flows = hydraulics.solve(network, hydraulics.PumpSource(demand), tip_pressure, dt_s, start)
    machine, _, events = device.step(
        state.pump, params.pump, dt_s, flows.pump_m3, flows.is_stalled, float(flows.pressures_pa[0])
    )
    filled, out = line.advance(
        state.line, flows.pump_m3, state.pump.concentration_kg_per_m3, flows.tip_m3, flows.leak_m3,
        line.leak_cell(state.line, 0.0),
    )  # fmt: skip
    delivery = replace(
        state.delivery, pump_pressure_pa=float(flows.pressures_pa[0]), resistance_pa_s_per_m3=flows.resistance_pa_s_per_m3
    )
    state = replace(state, pump=machine, line=filled, pressures_pa=flows.pressures_pa, spill_pa=flows.outside_pa, delivery=delivery)
    return state, _Span(out.tip_kg, out.leak_kg, flows.pump_m3, flows.tip_m3, flows.leak_m3), list(events)


def _leaks(plumbing: Plumbing) -> FloatArray:
    leaks = np.zeros(plumbing.lengths_m.size + 1)
    leaks[0] = hydraulics.connector_leak(plumbing.connector_seat)
    return leaks


def _told(
    params: TherapyParams, state: Therapy, total: _Span, plumbing: Plumbing | None, dt_s: float, notes: list[Note]
) -> tuple[Therapy, tuple[Note, ...]]:
    """Return the state with its delivery summary, and the events with impairment of flow added."""
    before = state.delivery
    asked = device.set_rate(state.pump, params.pump) * dt_s
    ratio = total.tip_m3 / asked if asked > 0.0 else 1.0
    impaired = before.is_impaired
    if plumbing is not None and state.pump.phase == "running" and dt_s >= SPLIT_SPAN_S:
        where = "kink" if float(min(plumbing.patency_lying.min(), plumbing.patency_sitting.min())) < 0.5 else "line"
        if total.leak_m3 > 0.1 * max(total.pumped_m3, 1e-15):
            where = "connector"
        if not impaired and ratio < IMPAIRED_RATIO:
            impaired = True
            notes.append(("FlowImpaired", ratio, where))
        elif impaired and ratio > RESTORED_RATIO:
            impaired = False
            notes.append(("FlowRestored", ratio, where))
    delivery = replace(
        before, tip_flow_m3_per_s=total.tip_m3 / dt_s, leak_flow_m3_per_s=total.leak_m3 / dt_s,
        pump_flow_m3_per_s=total.pumped_m3 / dt_s, delivered_kg_per_s=total.delivered_kg / dt_s,
        misplaced_kg_per_s=total.misplaced_kg / dt_s, is_impaired=impaired,
    )  # fmt: skip
    return replace(state, delivery=delivery), tuple(notes)
