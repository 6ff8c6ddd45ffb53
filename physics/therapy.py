"""One interval of therapy: pump -> line -> tip -> CSF -> cord -> patient.

The order of an interval, told once for ticks, seconds and days alike. Upward couplings use the value
of the interval before: CSF pressure back to the line, the state of the pump back to nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from operator import add

import numpy as np
from numpy.typing import NDArray

import physics.csf as fluid
import physics.hydraulics as hydraulics
import physics.patient as person_model
import physics.contrast as dye
from physics.clock import SECONDS_PER_HOUR
from physics.plumbing import NO_SPILLS, SPACES, Plumbing, network_of
from physics.pump import device, line, spec
from physics.pump.flow import with_fever

FloatArray = NDArray[np.float64]
Note = tuple[str, float, str]

PLACE = {name: k for k, name in enumerate(SPACES)}
GRID_S = 1.0 / 64.0  # numerical: spans are whole ticks, so that equal steps of a programme are equal to the bit
LEAST_SPILL_PA = 1e-9  # numerical: rounding, not a spill
SITTING_SHARE = 0.4  # share of a day spent sitting: wheelchair user's waking hours [A]
LONGEST_SPAN_S = 6.0 * SECONDS_PER_HOUR  # keeps the pump's alarms and the line's content in step
SPLIT_SPAN_S = SECONDS_PER_HOUR  # shorter intervals are spent lying; longer ones first lying, then sitting
IMPAIRED_RATIO, RESTORED_RATIO = 0.5, 0.9  # half the programmed dose is lost / nearly all is back [A]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the line did in the last interval."""

    pump_pressure_pa: float = 0.0
    tip_flow_m3_per_s: float = 0.0
    leak_flow_m3_per_s: float = 0.0
    pump_flow_m3_per_s: float = 0.0
    set_flow_m3_per_s: float = 0.0  # as programmed, with the steps that came and went
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
    spills_pa: tuple[float, ...]  # what leaks have raised pocket, tissue, epidural and subdural space by
    csf: fluid.CsfState
    csf_pressure: fluid.PressureState
    patient: person_model.PatientState
    care: person_model.Care
    delivery: Delivery
    contrast: dye.Contrast | None = None  # none before any was given


@dataclass(frozen=True, slots=True)
class Intake:
    """Drug and CSF that hands moved since the last interval; applied once, at its start."""

    pocket_kg: float = 0.0
    pocket_removed_kg: float = 0.0
    tissue_kg: float = 0.0
    oral_kg: float = 0.0
    csf_removed_m3: float = 0.0  # dripped from needle or catheter, or drained
    flush_kg: float = 0.0  # pushed through the catheter into CSF
    epidural_kg: float = 0.0
    lumbar_kg: float = 0.0  # by lumbar puncture, with barbotage


NOTHING = Intake()


@dataclass(frozen=True, slots=True)
class _Span:
    """Sums over the spans of one interval.

    Attributes
    ----------
    drug_kg : tuple of float
        Out of the line into each of `SPACES`.
    back_m3 : float
        CSF that ran into the line.
    set_m3 : float
        What the rotor was set to turn through.
    line_end : tuple of float or None
        Pressure at the pump and resistance of the line at the end; None without a catheter.
    """

    drug_kg: tuple[float, ...] = (0.0,) * len(SPACES)
    pumped_m3: float = 0.0
    tip_m3: float = 0.0
    leak_m3: float = 0.0
    back_m3: float = 0.0
    set_m3: float = 0.0
    line_end: tuple[float, float] | None = None

    def plus(self, other: _Span) -> _Span:
        """Return the sum of two spans, the other the later one."""
        return _Span(
            tuple(map(add, self.drug_kg, other.drug_kg)), self.pumped_m3 + other.pumped_m3, self.tip_m3 + other.tip_m3,
            self.leak_m3 + other.leak_m3, self.back_m3 + other.back_m3, self.set_m3 + other.set_m3, other.line_end,
        )  # fmt: skip

    def into(self, *names: str) -> float:
        """Return the drug that went into some of the spaces [kg]."""
        return sum([self.drug_kg[PLACE[name]] for name in names])


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
    for block, is_sitting in _postures(dt_s):
        left, standing = block, replace(hole, is_upright=is_sitting)
        while left > 0.0:
            fever = state.patient.vitals.temperature_c - params.patient.temperature_c  # last span's
            machine = with_fever(state.pump, fever)
            state = state if machine is state.pump else replace(state, pump=machine)
            now = device.outlook(state.pump, params.pump)
            change_s = math.ceil(min(now.change_s, left) / GRID_S) * GRID_S
            span = min(left, LONGEST_SPAN_S, max(change_s, 0.25))
            state, part, happened = _span(params, state, now, plumbing, standing, intake, span)
            intake = NOTHING
            total = total.plus(part)
            notes += happened
            left = left - span if left - span > 1e-9 * dt_s else 0.0
    return _told(params, state, total, plumbing, dt_s, notes)


def _postures(interval_s: float) -> tuple[tuple[float, bool], ...]:
    """Return (length [s], is sitting) of the parts of an interval: it begins with the night."""
    if interval_s < SPLIT_SPAN_S:
        return ((interval_s, False),)
    return (((1.0 - SITTING_SHARE) * interval_s, False), (SITTING_SHARE * interval_s, True))


def _span(
    params: TherapyParams, before: Therapy, now: device.Outlook, plumbing: Plumbing | None, hole: fluid.DuralHole,
    intake: Intake, dt_s: float,
) -> tuple[Therapy, _Span, list[Note]]:  # fmt: skip
    """Advance everything by one span of constant posture and set rate."""
    state, part, notes = _flow(params, before, now, plumbing, dt_s, hole.is_upright)
    csf_leak = fluid.leak_rate(params.pressure, before.csf_pressure, hole)
    withdrawal = (intake.csf_removed_m3 + part.back_m3) / dt_s
    sources = fluid.Sources(
        tip_level=plumbing.tip_level if plumbing is not None else 10.0,
        intrathecal_kg_per_s=part.into("csf") / dt_s, epidural_kg_per_s=part.into("epidural") / dt_s,
        tissue_kg_per_s=part.into("tissue", "subdural") / dt_s,  # a subdural store clears as slowly [A]
        pocket_kg_per_s=part.into("pocket") / dt_s, csf_withdrawal_m3_per_s=csf_leak + withdrawal,
        pocket_kg=intake.pocket_kg, pocket_removed_kg=intake.pocket_removed_kg,
        tissue_kg=intake.tissue_kg, oral_kg=intake.oral_kg, flush_kg=intake.flush_kg, epidural_kg=intake.epidural_kg,
        lumbar_kg=intake.lumbar_kg,
    )  # fmt: skip
    drug, exposure = fluid.advance(params.drug, before.csf, sources, dt_s)
    pressure, leaked = fluid.advance_pressure(params.pressure, before.csf_pressure, hole, withdrawal, dt_s)
    person, signs = person_model.advance(params.patient, before.patient, exposure, before.care)
    machine, filled, pressures, spills, iodine = state
    if iodine is not None:
        level = plumbing.tip_level if plumbing is not None else 10.0
        iodine = dye.advance(params.drug, iodine, level, (csf_leak + withdrawal) * dt_s, dt_s)
    after = Therapy(machine, filled, pressures, spills, drug, pressure, person, before.care, before.delivery, iodine)
    return after, part, [*notes, *leaked, *signs]


Flowed = tuple[device.PumpState, line.LineState, FloatArray | None, tuple[float, ...], dye.Contrast | None]


def _flow(
    params: TherapyParams, state: Therapy, now: device.Outlook, plumbing: Plumbing | None, dt_s: float, is_sitting: bool
) -> tuple[Flowed, _Span, list[Note]]:
    """Return pump, line, pressures and spills after one span; the drug goes where the fluid goes."""
    set_m3 = now.set_m3_per_s * dt_s
    if plumbing is None:
        machine, flow, events = device.step(state.pump, params.pump, dt_s, now=now)
        concentration = state.pump.concentration_kg_per_m3
        pumped = flow * dt_s
        at_tip = 0.0 if state.line.is_apart else pumped  # or out of the tubing's own end
        filled, _ = line.advance(
            state.line, pumped, concentration, at_tip, pumped - at_tip, state.line.n_tubing - 1, dt_s=dt_s
        )
        spent = _Span(pumped_m3=flow * dt_s, tip_m3=flow * dt_s, set_m3=set_m3)  # runs into the open: counted by nobody
        return (machine, filled, None, NO_SPILLS, state.contrast), spent, list(events)
    csf_pa = fluid.csf_pressure(params.pressure, state.csf_pressure)  # last interval's
    network = network_of(plumbing, csf_pa, is_sitting, state.spills_pa)
    start = state.pressures_pa
    if start is not None and start.shape != network.compliances.shape:
        start = None
    flows = hydraulics.solve(network, hydraulics.PumpSource(now.flow_m3_per_s), dt_s, start)
    machine, _, events = device.step(
        state.pump, params.pump, dt_s, flows.pump_m3, flows.is_stalled, float(flows.pressures_pa[0]), now
    )
    filled, drug_kg = carried(
        state.line, network, flows.opening_m3, flows.pump_m3, state.pump.concentration_kg_per_m3, dt_s
    )
    iodine = state.contrast
    if iodine is not None:
        with_dye, dye_kg = carried(
            dye.in_line(iodine, state.line), network, flows.opening_m3, flows.pump_m3, 0.0, dye.line_time(dt_s)
        )
        iodine = dye.after_flow(iodine, with_dye, dye_kg)
    risen = [q - space.rest_pa for q, space in zip(flows.spaces_pa.tolist()[1:5], network.spaces[1:5], strict=True)]
    spills = tuple(rise if abs(rise) > LEAST_SPILL_PA else 0.0 for rise in risen)
    back = sum(
        max(0.0, -v) for v, o in zip(flows.opening_m3.tolist(), network.openings, strict=True) if o.space == "csf"
    )
    end = float(flows.pressures_pa[0]), flows.resistance_pa_s_per_m3
    part = _Span(drug_kg, flows.pump_m3, flows.tip_m3, flows.leak_m3, back, set_m3, end)
    return (machine, filled, flows.pressures_pa, spills, iodine), part, list(events)


def carried(
    state: line.LineState, network: hydraulics.Network, opening_m3: FloatArray, pumped_m3: float,
    concentration_kg_per_m3: float, dt_s: float,
) -> tuple[line.LineState, tuple[float, ...]]:  # fmt: skip
    """Return the line, and the drug that went into each of `SPACES`, after volumes left through the openings.

    What comes in from outside is taken as clean: the drug in CSF that is lost is counted in the CSF.
    """
    n = state.volumes_m3.size
    out, come = np.zeros(n), np.zeros(n)
    ways = []
    for volume, opening in zip(opening_m3.tolist(), network.openings, strict=True):
        cell = n - 1 if opening.is_tip else line.leak_cell(state, opening.arc_m)
        if volume > 0.0:
            out[cell] += volume
            ways.append((cell, volume, opening.space))
        else:
            come[cell] -= volume
    filled, left = line.exchange(state, pumped_m3, concentration_kg_per_m3, out, come, dt_s=dt_s)
    into = dict.fromkeys(SPACES, 0.0)
    for cell, volume, space in ways:
        into[space] += float(left[cell]) * volume / float(out[cell])
    return filled, tuple(into.values())


def _told(
    params: TherapyParams, state: Therapy, total: _Span, plumbing: Plumbing | None, dt_s: float, notes: list[Note]
) -> tuple[Therapy, tuple[Note, ...]]:
    """Return the state with its delivery summary, and the events with impairment of flow added."""
    before = state.delivery
    ratio = total.tip_m3 / total.set_m3 if total.set_m3 > 0.0 else 1.0
    impaired = before.is_impaired
    if plumbing is not None and state.pump.phase == "running" and dt_s >= SPLIT_SPAN_S:
        where = "kink" if float(min(plumbing.patency_lying.min(), plumbing.patency_sitting.min())) < 0.5 else "line"
        if total.leak_m3 > 0.1 * max(total.pumped_m3, 1e-15):
            where = "connector" if plumbing.connector_seat < 0.5 else "wall"
        if not impaired and ratio < IMPAIRED_RATIO:
            impaired = True
            notes.append(("FlowImpaired", ratio, where))
        elif impaired and ratio > RESTORED_RATIO:
            impaired = False
            notes.append(("FlowRestored", ratio, where))
    pressure_pa, resistance = total.line_end or (before.pump_pressure_pa, before.resistance_pa_s_per_m3)
    delivery = replace(
        before, pump_pressure_pa=pressure_pa, resistance_pa_s_per_m3=resistance, tip_flow_m3_per_s=total.tip_m3 / dt_s, leak_flow_m3_per_s=total.leak_m3 / dt_s,
        pump_flow_m3_per_s=total.pumped_m3 / dt_s, set_flow_m3_per_s=total.set_m3 / dt_s,
        delivered_kg_per_s=total.into("csf") / dt_s,
        misplaced_kg_per_s=total.into("pocket", "tissue", "epidural", "subdural") / dt_s, is_impaired=impaired,
    )  # fmt: skip
    return replace(state, delivery=delivery), tuple(notes)
