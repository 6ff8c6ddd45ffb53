"""The drug on its way from the pump to the tip: plug flow with dispersion, exact in mass.

Tubing and catheter are a chain of well-mixed cells; a chain of N cells delays by its volume and
spreads by 1/sqrt(N) of it. Fast flow spreads more (Taylor), which the cells add by exchanging with their
neighbours. The chain is linear in volume pumped, so a step of a day equals 5.5 million ticks: the
exponential is summed by uniformisation, never by time steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from physics.kernels import INNER, KERNEL
from physics.pump.program import LINE_M3_PER_M, catheter_volume

FloatArray = NDArray[np.float64]

N_CELLS = 200  # numerical: spreads by 7 %, where Taylor's law asks for 1.4 % at 0.15 mL/day
LEAST_CELLS = 10
DIFFUSIVITY_M2_PER_S = 6e-10  # baclofen (214 g/mol) in water at 37 C [UGK-M]
# Over Taylor's dispersion in a straight round tube: roller, coils, steps of the bore. F: spreads a prime by
# 28 % of the line, 11 % of it early; "sigma 20-30 %", "10-20 %" [device section 6, UGK-L]
MIXING = 13.0
TUBING_LENGTH_M = 0.28  # [A] as in physics.hydraulics
POISSON_TAIL = 1e-15  # truncation of the series


@dataclass(frozen=True, slots=True)
class LineState:
    """Cells from the pump to the tip.

    Attributes
    ----------
    volumes_m3, drug_kg : (k,) arrays
        Volume and drug of each cell.
    n_tubing : int
        The first cells are the pump's tubing.
    stored_m3 : float
        Fluid held by the swelling of the line, in the first cell.
    is_apart : bool
        The connector is off: tubing and catheter each hold their own, and nothing passes between them.
    """

    volumes_m3: FloatArray
    drug_kg: FloatArray
    n_tubing: int
    stored_m3: float = 0.0
    is_apart: bool = field(default=False, metadata={"hash": "when set"})


@dataclass(frozen=True, slots=True)
class Outflow:
    """Mass that left the line in a step [kg]: at the tip, at the leak; and what entered from the pump."""

    tip_kg: float
    leak_kg: float
    pumped_kg: float


def new_line(
    tubing_m3: float, length_m: float, tubing_kg_per_m3: float = 0.0, catheter_kg_per_m3: float = 0.0
) -> LineState:
    """Return a line filled at two concentrations (water or CSF = 0).

    Parameters
    ----------
    tubing_m3 : float
        Volume of the pump's tubing.
    length_m : float
        True catheter length from connector to tip; 0 = none yet.
    """
    if length_m <= 0.0:
        n_tubing, n_catheter, catheter_m3 = N_CELLS, 0, 0.0
    else:
        catheter_m3 = catheter_volume(length_m)
        n_tubing = round(N_CELLS * tubing_m3 / (tubing_m3 + catheter_m3))
        n_tubing = min(max(n_tubing, LEAST_CELLS), N_CELLS - LEAST_CELLS)
        n_catheter = N_CELLS - n_tubing
    volumes = np.concatenate(
        (np.full(n_tubing, tubing_m3 / n_tubing), np.full(n_catheter, catheter_m3 / max(n_catheter, 1)))
    )
    concentrations = np.concatenate(
        (np.full(n_tubing, tubing_kg_per_m3), np.full(n_catheter, catheter_kg_per_m3))
    )
    return LineState(volumes, volumes * concentrations, n_tubing)


def with_tubing(line: LineState, concentration_kg_per_m3: float) -> LineState:
    """Return the line with its tubing purged with drug on the table."""
    drug = line.drug_kg.copy()
    drug[: line.n_tubing] = line.volumes_m3[: line.n_tubing] * concentration_kg_per_m3
    return replace(line, drug_kg=drug)


def joined(line: LineState, length_m: float, catheter_kg_per_m3: float = 0.0) -> LineState:
    """Return the pump's tubing joined to a catheter of a true length, filled with CSF by default.

    The tubing's drug is kept cell by cell as far as the new division allows: its mean concentration
    is used (it is uniform on the table).
    """
    tubing_m3 = float(line.volumes_m3[: line.n_tubing].sum())
    tubing_kg = float(line.drug_kg[: line.n_tubing].sum())
    return new_line(tubing_m3, length_m, tubing_kg / tubing_m3, catheter_kg_per_m3)


def taken_apart(line: LineState) -> LineState:
    """Return the line with its connector off; without a catheter there is nothing to part."""
    return replace(line, is_apart=line.n_tubing < line.volumes_m3.size)


def fitted(line: LineState, length_m: float, is_kept_at_tip: bool) -> LineState:
    """Return the line on a catheter of another length; what was in the catheter stays where it is in the tube.

    Parameters
    ----------
    length_m : float
        Of the catheter now; 0 = none.
    is_kept_at_tip : bool
        Whether the pump's end was cut off or lengthened (the tip's end stays), or the tip's end.

    Notes
    -----
    Exact in mass: a new cell holds what lay between its ends. What is cut off is gone with its drug; what is
    added holds CSF.
    """
    tubing_m3, tubing_kg = float(line.volumes_m3[: line.n_tubing].sum()), float(line.drug_kg[: line.n_tubing].sum())
    fresh = new_line(tubing_m3, length_m, tubing_kg / tubing_m3)
    held = np.concatenate(([0.0], np.cumsum(line.drug_kg[line.n_tubing :])))
    if held[-1] <= 0.0 or length_m <= 0.0:
        return fresh
    old = np.concatenate(([0.0], np.cumsum(line.volumes_m3[line.n_tubing :])))
    ends = np.concatenate(([0.0], np.cumsum(fresh.volumes_m3[fresh.n_tubing :])))
    if abs(old[-1] - ends[-1]) < 1e-15:  # numerical: the same length
        ends[-1] = old[-1]
    shift = old[-1] - ends[-1] if is_kept_at_tip else 0.0
    drug = fresh.drug_kg.copy()
    drug[fresh.n_tubing :] = np.diff(np.interp(ends + shift, old, held))
    return replace(fresh, drug_kg=drug)


def dripped(line: LineState, volume_m3: float) -> tuple[LineState, float]:
    """Return the line, and the drug lost [kg], after CSF ran in at the tip and out of the catheter's open pump end."""
    n = line.volumes_m3.size
    out, come = np.zeros(n), np.zeros(n)
    out[line.n_tubing] = come[n - 1] = volume_m3
    after, left = exchange(line, 0.0, 0.0, out, come)
    return after, float(left.sum())


def catheter_concentration(line: LineState) -> float:
    """Return the mean concentration in the catheter's cells [kg/m3]; 0 without a catheter."""
    volume = float(line.volumes_m3[line.n_tubing :].sum())
    return float(line.drug_kg[line.n_tubing :].sum()) / volume if volume > 0.0 else 0.0


def emptied_catheter(line: LineState) -> tuple[LineState, float]:
    """Return (line with CSF in the catheter, mass washed out [kg]), as after a drained or cut catheter."""
    drug = line.drug_kg.copy()
    lost = float(drug[line.n_tubing :].sum())
    drug[line.n_tubing :] = 0.0
    return replace(line, drug_kg=drug), lost


def content_kg(line: LineState) -> float:
    """Return the drug in the line [kg]."""
    return float(line.drug_kg.sum())


def volume_m3(line: LineState) -> float:
    """Return the volume of tubing and catheter [m3]."""
    return float(line.volumes_m3.sum())


def leak_cell(line: LineState, distance_m: float) -> int:
    """Return the cell in which a place `distance_m` past the connector lies."""
    reached = np.cumsum(line.volumes_m3[line.n_tubing :])
    index = int(np.searchsorted(reached, catheter_volume(max(distance_m, 0.0))))
    return min(line.n_tubing + index, line.volumes_m3.size - 1)


@njit(**INNER)
def _spread(state: FloatArray, rates: FloatArray, gain: FloatArray, powers: FloatArray) -> None:
    """Carry the chain on in place: n cell masses, then what left each cell sideways.

    `rates` (3, n) are the shares of a cell that go down, up and out sideways over the step, `gain` the drug
    put into each (both rewritten); powers (3, 2n) is scratch. exp(A) acts by uniformisation: a Poisson-weighted sum of powers of
    a stochastic matrix.
    """
    n = gain.size
    fastest = 0.0
    for i in range(n):
        fastest = max(fastest, rates[0, i] + rates[1, i] + rates[2, i])
    if fastest <= 0.0:
        for i in range(n):
            state[i] += gain[i]
        return
    for i in range(n):  # from here on shares of one event of the series
        gain[i] /= fastest
        for j in range(3):
            rates[j, i] /= fastest
    down, up, out = rates[0], rates[1], rates[2]
    parts = int(fastest / 200.0) + 1  # exp(-200) is still far above the smallest double
    scale = fastest / parts
    now, total = 0, powers[2]
    for _ in range(parts):
        weight = math.exp(-scale)
        summed = weight
        for i in range(2 * n):
            powers[now, i] = state[i]
            total[i] = weight * state[i]
        for k in range(1, 2001):
            if 1.0 - summed <= POISSON_TAIL:
                break
            mass, new = powers[now], powers[1 - now]
            now = 1 - now
            weight *= scale / k
            summed += weight
            for i in range(n):
                kept = mass[i] * (1.0 - down[i] - up[i] - out[i]) + gain[i]
                if i > 0:
                    kept += mass[i - 1] * down[i - 1]
                if i < n - 1:
                    kept += mass[i + 1] * up[i + 1]
                new[i] = kept
                new[n + i] = mass[n + i] + mass[i] * out[i]
                total[i] += weight * kept
                total[n + i] += weight * new[n + i]
        for i in range(2 * n):
            state[i] = max(0.0, total[i] / summed)  # the smallest numbers round below nothing


@njit(**INNER)
def _mixed(volumes: FloatArray, n_tubing: int, i: int, face_m3: float, pumped_m3: float, dt_s: float) -> float:
    """Return what cells i and i + 1 exchange over the step, beyond the spread of the chain itself [m3].

    Only what the pump drives spreads so: a syringe, or the wall that gives a little, moves it for seconds, and drug takes
    two minutes across the bore.

    Taylor (1953): D = a^2 v^2 / (48 D_m), so a cell of length l that passes a flow Q exchanges Q / (48 pi D_m l)
    of what it passes, whatever the bore.
    """
    length = 0.0
    for j in range(i, i + 2):
        length += 0.5 * (TUBING_LENGTH_M / n_tubing if j < n_tubing else volumes[j] / LINE_M3_PER_M)
    passed = min(max(face_m3, 0.0), pumped_m3)
    return MIXING * passed / dt_s / (48.0 * math.pi * DIFFUSIVITY_M2_PER_S * length) * passed


@njit(**KERNEL)
def _carry(
    state: FloatArray, volumes: FloatArray, n_tubing: int, out_m3: FloatArray, come_m3: FloatArray, gain: FloatArray,
    swelling_m3: float, pumped_m3: float, dt_s: float, room: tuple[FloatArray, FloatArray],
) -> None:  # fmt: skip
    """Carry `state` (n cell masses, n masses that left) over a step in place; `room` is scratch (3, n) and (3, 2n).

    `swelling_m3` is what the first cell holds beside its volume, `pumped_m3` what came from the reservoir.
    """
    rates, powers = room
    n = volumes.size
    face = 0.0  # what passes from cell i to cell i + 1
    for i in range(n - 1, -1, -1):
        volume = volumes[i] + (swelling_m3 if i == 0 else 0.0)
        mixed = _mixed(volumes, n_tubing, i, face, pumped_m3, dt_s) if i < n - 1 else 0.0
        rates[0, i] = (max(face, 0.0) + mixed) / volume if i < n - 1 else 0.0
        if i < n - 1:
            rates[1, i + 1] = (max(-face, 0.0) + mixed) / volumes[i + 1]
        rates[2, i] = max(out_m3[i], 0.0) / volume
        face += out_m3[i] - come_m3[i]
    rates[1, 0] = 0.0  # the roller lets nothing back; its inflow is the source
    _spread(state, rates, gain, powers)


def _sum(values: FloatArray) -> float:
    """Return what `values.sum()` does, without its way there."""
    return float(np.add.reduce(values))


def exchange(
    line: LineState, pumped_m3: float, concentration_kg_per_m3: float, out_m3: FloatArray,
    in_m3: FloatArray | None = None, in_kg_per_m3: FloatArray | None = None, dt_s: float = math.inf,
) -> tuple[LineState, FloatArray]:  # fmt: skip
    """Return the line, and the drug that left each cell, while volumes passed at steady rates in a time.

    Parameters
    ----------
    pumped_m3, concentration_kg_per_m3 : float
        From the reservoir, >= 0.
    out_m3 : (k,) array
        Volume that left each cell through openings, >= 0; the tip is in the last cell.
    in_m3, in_kg_per_m3 : (k,) arrays or None
        Volume that came into each cell from outside, and its concentration; None = clean or nothing.
    dt_s : float
        The time it took; infinite = too slow to spread by Taylor's law.

    Returns
    -------
    tuple of LineState and (k,) array
        Line and drug out of each cell [kg].

    Notes
    -----
    What neither left nor came is stored by the swelling of the line (first cell). Mass is exact:
    content after = before + pumped + come in - left, to rounding.
    Checked: tests/validation/test_pump_line.py.
    """
    n = line.volumes_m3.size
    come = np.zeros(n) if in_m3 is None else in_m3
    gain = np.zeros(n) if in_kg_per_m3 is None else come * in_kg_per_m3
    stored = line.stored_m3 + pumped_m3 + _sum(come) - _sum(out_m3)
    gain[0] += pumped_m3 * concentration_kg_per_m3
    before = _sum(line.drug_kg) + _sum(gain)
    swelling = max(0.0, 0.5 * (line.stored_m3 + stored))
    after = np.zeros(2 * n)
    after[:n] = line.drug_kg
    room = np.empty((3, n)), np.empty((3, 2 * n))
    _carry(after, line.volumes_m3, line.n_tubing, out_m3, come, gain, swelling, pumped_m3, dt_s, room)
    drug, left = after[:n], after[n:]
    widest = int(out_m3.argmax())
    if out_m3[widest] != 0.0:  # the series' rounding goes with what left
        left[widest] = 0.0
        left[widest] = max(0.0, before - _sum(drug) - _sum(left))
    return LineState(line.volumes_m3, drug, line.n_tubing, stored, line.is_apart), left


def advance(
    line: LineState, pumped_m3: float, concentration_kg_per_m3: float, tip_m3: float,
    leak_m3: float = 0.0, leak_index: int | None = None, csf_kg_per_m3: float = 0.0, dt_s: float = math.inf,
) -> tuple[LineState, Outflow]:  # fmt: skip
    """Return the line and what left it: `exchange` with a tip and at most one leak.

    Parameters
    ----------
    pumped_m3, concentration_kg_per_m3 : float
        From the reservoir, >= 0.
    tip_m3 : float
        Out at the tip; negative = CSF runs in.
    leak_m3, leak_index : float, int or None
        Out at the leak, and its cell (`leak_cell`); negative leaks draw in clean fluid.
    csf_kg_per_m3 : float
        Drug in what runs in at the tip; `tip_kg` < 0 counts it.
    dt_s : float
        The time it took, as in `exchange`.
    """
    n = line.volumes_m3.size
    at = n - 1 if leak_index is None else leak_index
    out, come, brought = np.zeros(n), np.zeros(n), np.zeros(n)
    out[n - 1] += max(0.0, tip_m3)
    come[n - 1] += max(0.0, -tip_m3)
    brought[n - 1] = csf_kg_per_m3
    out[at] += max(0.0, leak_m3)
    come[at] += max(0.0, -leak_m3)
    after, left = exchange(line, pumped_m3, concentration_kg_per_m3, out, come, brought, dt_s)
    at_tip, at_leak = float(left[n - 1]), float(left[at]) if leak_m3 > 0.0 else 0.0
    if at == n - 1:
        at_leak = at_tip * max(0.0, leak_m3) / out[at] if out[at] > 0.0 else 0.0
        at_tip -= at_leak
    drawn = come[n - 1] * csf_kg_per_m3
    return after, Outflow(at_tip - drawn, at_leak, pumped_m3 * concentration_kg_per_m3)
