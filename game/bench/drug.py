"""The drug and the patient over days, against the same equations by scipy's BDF, in the same run.

The equations are written down here once more, as derivatives: the linear system of `physics.csf` and the six
adapting states of `physics.patient.march`. A reference run of the same solver, far tighter, says who is closer.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from game.bench.rows import Row, row
from physics import csf, patient
from physics.csf.transport import SITE_VOLUME_M3, SITES, network, position_m, spread
from physics.patient import march
from physics.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, kg_from_ug, kg_per_s_from_ug_per_day

FloatArray = NDArray[np.float64]
TIP_LEVEL = 10.0
PEER_RTOL, PEER_ATOL_SHARE = 1e-6, 1e-8
REFERENCE_RTOL, REFERENCE_ATOL_SHARE = 1e-10, 1e-13
SAMPLE_S = 120.0  # spacing of the drives at which ours is closer than the peer
LEAST_RATIO = 50.0
UNITS = np.array((1.0, 1.0, 1.0, 1.0, 100.0, 1.0))  # what counts as one: shares, 1 C, 100 U/L, hazard
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one dose with a bolus through the catheter at its start."""

    length_s: float
    dose_ug_per_day: float
    flush_ug: float = 0.0


def schedule() -> list[Segment]:
    """Return a flexible day and a half, a stop of 36 hours, and a restart with a bolus: 4.5 days of steps."""
    step_s = SECONDS_PER_DAY / 13.0
    flexible = [Segment(step_s, 250.0 + 25.0 * (k % 5)) for k in range(19)]
    stopped = [Segment(18.0 * SECONDS_PER_HOUR, 0.0)] * 2
    restart = [Segment(s.length_s, s.dose_ug_per_day, 75.0 if k == 0 else 0.0) for k, s in enumerate(flexible)]
    return [*flexible, *stopped, *restart]


class Equations:
    """Derivatives and Jacobian of one patient: amounts [kg], then the six adapting states."""

    def __init__(self, drug: csf.DrugParams, answer: patient.PatientParams) -> None:
        self.net, self.drug, self.law = network(drug), drug, march.law_of(answer)
        self.n = self.net.layout.size
        self.tip = np.zeros(self.n)
        self.tip[self.net.layout.csf] = spread(self.net.cells_m, position_m(drug, TIP_LEVEL), drug.spread_infusion_m)
        self.flush = np.zeros(self.n)
        self.flush[self.net.layout.csf] = spread(self.net.cells_m, position_m(drug, TIP_LEVEL), drug.spread_flush_m)
        self._sites = {name: self.net.layout.sites.start + k for k, name in enumerate(SITES)}

    def lags(self, missing: float, y: FloatArray, occupied: float) -> tuple[float, float]:
        """Return the time constants of dependence and withdrawal as they are now [s]."""
        law = self.law
        dependence = law.dependence_on_s if occupied > y[self.n + 1] else law.dependence_off_s
        return dependence, law.withdrawal_lag_s * (1.0 if missing > y[self.n + 2] else march.FALLING_LAG)

    def rate(self, t: float, y: FloatArray, dose_kg_per_s: float) -> FloatArray:
        """Return dy/dt."""
        law, n = self.law, self.n
        slow = self.drug.slow_weight
        legs = ((1.0 - slow) * y[self._sites["legs"]] + slow * y[self._sites["legs_slow"]]) / SITE_VOLUME_M3
        sedation = y[self._sites["sedation"]] / SITE_VOLUME_M3
        tolerance, dependence, withdrawal, temperature, ck, _ = y[n:]
        effect = _hill(legs, law.half_legs_kg_per_m3 * (1.0 + law.tolerance_gain * tolerance), law.steepness)
        occupied = _hill(legs, law.half_dependence_kg_per_m3, 1.0)
        missing = max(0.0, dependence - occupied)
        lag_d, lag_w = self.lags(missing, y, occupied)
        s = min(march.SEVERITY_LIMIT, law.susceptibility * withdrawal)
        in_brain = 1.0 + law.brain_tolerance * law.tolerance_gain * tolerance
        asleep = _hill(sedation, law.half_sedation_kg_per_m3 * in_brain, law.brain_steepness)
        goal = law.temperature_c + march.FEVER_C * s**3 / (s**3 + march.FEVER_HALF**3) - march.COOLING_C * asleep
        waste = march.CK_GAIN * max(0.0, s - march.CK_THRESHOLD) ** 2
        seizing = march.SEIZING_AWAKE_PER_S * max(0.0, s - march.SEIZING_FROM) / march.SEIZING_SPAN
        out = np.empty_like(y)
        out[:n] = self.net.matrix @ y[:n] + dose_kg_per_s * self.tip
        out[n:] = (
            (effect - tolerance) / law.tolerance_s, (occupied - dependence) / lag_d, (missing - withdrawal) / lag_w,
            (goal - temperature) / march.TEMPERATURE_LAG_S, waste - march.CK_DECAY_PER_S * (ck - march.CK_REST_U_PER_L),
            seizing + march.SEIZING_ASLEEP_PER_S * asleep,
        )  # fmt: skip
        return out

    def jacobian(self, t: float, y: FloatArray, dose_kg_per_s: float) -> FloatArray:
        """Return the exact block of the linear states and the diagonal of the adapting ones."""
        out = np.zeros((self.n + 6, self.n + 6))
        out[: self.n, : self.n] = self.net.matrix
        law = self.law
        lags = (law.tolerance_s, law.dependence_on_s, law.withdrawal_lag_s, march.TEMPERATURE_LAG_S, 1.0 / march.CK_DECAY_PER_S)
        for k, lag in enumerate(lags):
            out[self.n + k, self.n + k] = -1.0 / lag
        return out


def _hill(drive: float, half: float, steepness: float) -> float:
    return 1.0 / (1.0 + (half / drive) ** steepness) if drive > 1e-30 else 0.0


def begun(drug: csf.DrugParams, answer: patient.PatientParams) -> tuple[csf.CsfState, patient.PatientState]:
    """Return a patient who has been on 300 ug a day for a year."""
    fluid = csf.equilibrated(drug, kg_per_s_from_ug_per_day(300.0), TIP_LEVEL)
    return fluid, patient.adapted(answer, csf.present_exposure(drug, fluid), 365.0)


def by_modes(drug: csf.DrugParams, answer: patient.PatientParams, plan: Sequence[Segment], sample_s: float) -> FloatArray:
    """Return amounts and adapting states at the end of a plan, by the product's propagation."""
    fluid, person = begun(drug, answer)
    for part in plan:
        sources = csf.Sources(
            tip_level=TIP_LEVEL, intrathecal_kg_per_s=kg_per_s_from_ug_per_day(part.dose_ug_per_day),
            flush_kg=kg_from_ug(part.flush_ug),
        )  # fmt: skip
        fluid, exposure = csf.advance(drug, fluid, sources, part.length_s, sample_s=sample_s)
        person, _ = patient.advance(answer, person, exposure)
    return np.concatenate((fluid.amounts_kg, astuple(person.adaptation)))


def by_bdf(
    drug: csf.DrugParams, answer: patient.PatientParams, plan: Sequence[Segment], rtol: float, atol_share: float
) -> FloatArray:
    """Return the same by scipy's BDF, restarted at every change of dose."""
    system = Equations(drug, answer)
    fluid, person = begun(drug, answer)
    y = np.concatenate((fluid.amounts_kg, astuple(person.adaptation)))
    scale = np.concatenate((np.full(system.n, np.abs(fluid.amounts_kg).max()), UNITS))
    for part in plan:
        y[: system.n] += kg_from_ug(part.flush_ug) * system.flush
        dose = kg_per_s_from_ug_per_day(part.dose_ug_per_day)
        with np.errstate(invalid="ignore"):  # the solver subtracts rows that it has not written yet
            found = solve_ivp(
                system.rate, (0.0, part.length_s), y, method="BDF", rtol=rtol, atol=atol_share * scale, args=(dose,),
                jac=system.jacobian,
            )  # fmt: skip
        y = found.y[:, -1]
    return np.asarray(y)


def errors(found: FloatArray, reference: FloatArray) -> tuple[float, float]:
    """Return (largest error of an amount over the largest amount, largest error of an adapting state in its unit)."""
    linear = np.abs(found[:-6] - reference[:-6]).max() / np.abs(reference[:-6]).max()
    return float(linear), float((np.abs(found[-6:] - reference[-6:]) / UNITS).max())


def drug_rows() -> list[Row]:
    """Return time and error of both, and how many times ours is faster at a lower error."""
    drug, answer, plan = csf.DrugParams(), patient.PatientParams.for_patient("SCI"), schedule()
    reference = by_bdf(drug, answer, plan, REFERENCE_RTOL, REFERENCE_ATOL_SHARE)
    by_modes(drug, answer, plan, SAMPLE_S)  # decomposition and compilation
    spent: dict[str, list[float]] = {"ours": [], "peer": []}
    for _ in range(REPEATS):
        began = time.process_time()
        ours = by_modes(drug, answer, plan, SAMPLE_S)
        middle = time.process_time()
        peer = by_bdf(drug, answer, plan, PEER_RTOL, PEER_ATOL_SHARE)
        spent["ours"].append(middle - began)
        spent["peer"].append(time.process_time() - middle)
    ratio = statistics.median(spent["peer"]) / statistics.median(spent["ours"])
    of_ours, of_peer = errors(ours, reference), errors(peer, reference)
    name = "scipy BDF rtol 1e-6"
    return [
        row("drug.4.5_days", statistics.median(spent["ours"]), "s"),
        row("drug.peer_4.5_days", statistics.median(spent["peer"]), "s", peer=name),
        row("drug.times_faster", ratio, "1", LEAST_RATIO, is_least=True, peer=name),
        row("drug.error_of_amounts", of_ours[0], "1", of_peer[0], peer=name),
        row("drug.error_of_adaptation", of_ours[1], "1", of_peer[1], peer=name),
    ]
