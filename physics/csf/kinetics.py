"""Move the drug: sources, boluses, depots, drains and time.

`advance` is exact for sources that are constant over the interval, whatever its length; it also
returns the drives at samples no farther than 15 min apart, for the nonlinear part of the patient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from physics.clock import SECONDS_PER_DAY
from physics.csf.drugs import LEVEL_TABLE, ML_PER_HOUR, DrugParams
from physics.csf.effect import Exposure, exposure_from_sites
from physics.csf.propagation import Modes, modes, time_tables
from physics.csf.transport import DEPOTS, layout_for, position_m, spread
from physics.errors import PhysicsError

FloatArray = NDArray[np.float64]
DRAWN_M3 = 1e-6  # A: what a sample takes of the surroundings of the tip
SAMPLE_S = 900.0  # numerical: longest spacing of the drives [PH2 5.2]: 5e-3 in tolerance units
# numerical: rates a drain may run at; each has its own decomposition, what is left over runs later.
# Faster drains than the last scale the system over so many decades that the decomposition suffers.
DRAIN_ML_PER_HOUR = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 40.0, 60.0, 80.0)


@dataclass(frozen=True, slots=True)
class CsfState:
    """Where the drug is; `amounts_kg` follows the order in `physics.csf.transport`."""

    amounts_kg: FloatArray
    given_kg: float  # everything ever put in
    undrained_m3: float = 0.0  # CSF still to be drained, from rounding the drain's rate


@dataclass(frozen=True, slots=True)
class Sources:
    """What enters or leaves during one interval.

    Rates [kg/s] are constant over it; boluses and removals [kg] happen at its start.
    """

    tip_level: float = 10.0  # T1 = 1 .. L5 = 17, C7 = 0 .. C1 = -6; any float
    intrathecal_kg_per_s: float = 0.0  # out of the tip, inside the sac
    epidural_kg_per_s: float = 0.0
    tissue_kg_per_s: float = 0.0  # under the skin, beside the spine
    pocket_kg_per_s: float = 0.0  # into the pump pocket
    csf_withdrawal_m3_per_s: float = 0.0  # at L3-4: drain, dripping needle or dural leak
    flush_kg: float = 0.0  # bolus through the catheter, at the tip
    lumbar_kg: float = 0.0  # bolus through a needle with barbotage
    lumbar_level: float = 15.5
    epidural_kg: float = 0.0
    tissue_kg: float = 0.0
    pocket_kg: float = 0.0
    oral_kg: float = 0.0
    pocket_removed_kg: float = 0.0  # aspirated from the pocket; at most what is there


_amounts = attrgetter(*(name for name in Sources.__dataclass_fields__ if not name.endswith("_level")))


def initial(params: DrugParams) -> CsfState:
    """Return a body without drug."""
    return CsfState(np.zeros(layout_for(params).size), 0.0)


def equilibrated(
    params: DrugParams, dose_kg_per_s: float, tip_level: float, *, has_cord: bool = True
) -> CsfState:
    """Return the steady state of a constant intrathecal dose [kg/s] at a level.

    What was eliminated before is forgotten: mass balance starts here.
    """
    mode = modes(params, 0.0, has_cord)
    lay = mode.network.layout
    source = np.zeros(lay.size)
    source[lay.csf] = dose_kg_per_s * _at(params, tip_level, params.spread_infusion_m)
    moving = mode.rates_per_s < 0.0
    share = np.where(moving, -(mode.inverse @ source) / np.where(moving, mode.rates_per_s, 1.0), 0.0)
    amounts = mode.vectors @ share
    amounts[lay.eliminated :] = 0.0
    return CsfState(amounts, float(amounts[: lay.sites.start].sum()))


@lru_cache(maxsize=64)
def _at(params: DrugParams, level: float, sd_m: float) -> FloatArray:
    """Return the shares of a source at a level over the cells; a tip lies where it lies for days."""
    shares = spread(modes(params).network.cells_m, position_m(params, level), sd_m)
    shares.setflags(write=False)
    return shares


@lru_cache(maxsize=64)
def _sample_times(dt_s: float, n_steps: int) -> FloatArray:
    times = np.linspace(0.0, dt_s, n_steps + 1)
    times.setflags(write=False)
    return times


def _drain(state: CsfState, sources: Sources, dt_s: float) -> tuple[float, float]:
    """Return the rate at which CSF is drained now [m3/s] and the volume left for later [m3].

    The rate is rounded down to one of a few, so that few decompositions serve; nothing is lost.
    """
    if state.given_kg == 0.0 or sources.csf_withdrawal_m3_per_s == state.undrained_m3 == 0.0:
        return 0.0, 0.0  # without drug there is nothing to drain
    wanted = state.undrained_m3 + sources.csf_withdrawal_m3_per_s * dt_s
    limit = wanted / dt_s / ML_PER_HOUR * (1.0 + 1e-9)
    rate = max(step for step in DRAIN_ML_PER_HOUR if step <= limit) * ML_PER_HOUR
    return rate, max(0.0, wanted - rate * dt_s)


def _with_boluses(
    params: DrugParams, mode: Modes, state: CsfState, sources: Sources
) -> tuple[FloatArray, float]:
    """Return amounts and the total given after the boluses and removals at the interval's start."""
    lay = mode.network.layout
    amounts = state.amounts_kg.copy()
    if sources.flush_kg:
        amounts[lay.csf] += sources.flush_kg * _at(params, sources.tip_level, params.spread_flush_m)
    if sources.lumbar_kg:
        centre = position_m(params, sources.lumbar_level) + params.shift_lumbar_m
        amounts[lay.csf] += sources.lumbar_kg * spread(mode.network.cells_m, centre, params.spread_lumbar_m)
    boluses = (sources.pocket_kg, sources.tissue_kg, sources.epidural_kg, sources.oral_kg)
    for k, bolus in enumerate(boluses):
        amounts[k] += bolus
    removed = min(sources.pocket_removed_kg, float(amounts[0]))
    amounts[0] -= removed
    amounts[lay.withdrawn] += removed
    return amounts, state.given_kg + sources.flush_kg + sources.lumbar_kg + sum(boluses)


def _source_rates(params: DrugParams, mode: Modes, sources: Sources) -> tuple[FloatArray, float]:
    """Return the source vector [kg/s] and its sum."""
    lay = mode.network.layout
    rates = np.zeros(lay.size)
    if sources.intrathecal_kg_per_s:
        share = _at(params, sources.tip_level, params.spread_infusion_m)
        rates[lay.csf] = sources.intrathecal_kg_per_s * share
    depots = (sources.pocket_kg_per_s, sources.tissue_kg_per_s, sources.epidural_kg_per_s, 0.0)
    rates[: len(DEPOTS)] = depots
    return rates, sources.intrathecal_kg_per_s + sum(depots)


def advance(
    params: DrugParams, state: CsfState, sources: Sources, dt_s: float, *, has_cord: bool = True,
    sample_s: float = SAMPLE_S,
) -> tuple[CsfState, Exposure]:  # fmt: skip
    """Return the state after an interval and the drives during it.

    Parameters
    ----------
    params : DrugParams
        The patient.
    state : CsfState
        Where the drug is.
    sources : Sources
        What enters and leaves, constant over the interval.
    dt_s : float
        Length of the interval [s], 1/64 s to one day.
    sample_s : float
        Longest spacing of the drives [s].

    Returns
    -------
    tuple of CsfState and Exposure
        New state; drives at 0 .. dt_s.

    Raises
    ------
    PhysicsError
        If `dt_s` is outside its range or a source is not finite and non-negative.

    Notes
    -----
    Mass is exact to rounding. A drain runs at one of sixteen rates up to 80 mL/h, because each has
    its own decomposition (6 ms once, then kept); volume that is left over runs in later calls.
    The drug changes over minutes: callers that step 64 times a second may gather dt and call once
    per second; a call costs about 25 us, with the patient 40 us.
    """
    if not 0.0 < dt_s <= SECONDS_PER_DAY:
        raise PhysicsError(f"csf.advance: dt_s = {dt_s}; expected 0 < dt_s <= 86400")
    _check(sources)
    drain, undrained = _drain(state, sources, dt_s)
    mode = modes(params, drain, has_cord)
    amounts, given = _with_boluses(params, mode, state, sources)
    rates, total_rate = _source_rates(params, mode, sources)
    n_steps = max(1, math.ceil(dt_s / sample_s - 1e-9))
    decay, grown = time_tables(params, drain, has_cord, dt_s / n_steps, n_steps)
    now = mode.inverse @ amounts
    push = mode.inverse @ rates if total_rate else np.zeros_like(now)
    course = now[:, None] * decay + push[:, None] * grown
    sites = np.empty((mode.site_rows.shape[0], n_steps + 1))
    sites[:, 0] = amounts[mode.network.layout.sites]
    sites[:, 1:] = mode.site_rows @ course
    after = CsfState(mode.vectors @ course[:, -1], given + total_rate * dt_s, undrained)
    return after, exposure_from_sites(params, _sample_times(dt_s, n_steps), sites)


def _check(sources: Sources) -> None:
    amounts = _amounts(sources)
    if not (min(amounts) >= 0.0 and math.isfinite(sum(amounts, sources.tip_level))):
        raise PhysicsError(f"csf.advance: {sources}; expected finite rates and amounts >= 0")


def present_exposure(params: DrugParams, state: CsfState) -> Exposure:
    """Return the drives now, as an exposure of one sample."""
    lay = layout_for(params)
    return exposure_from_sites(params, np.zeros(1), state.amounts_kg[lay.sites][:, None])


def body_mass_kg(params: DrugParams, state: CsfState) -> float:
    """Return the drug in depots, CSF, cord, brain and blood [kg]."""
    return float(state.amounts_kg[: layout_for(params).sites.start].sum())


def eliminated_kg(params: DrugParams, state: CsfState) -> float:
    """Return the drug that kidney and liver have removed [kg]."""
    return float(state.amounts_kg[layout_for(params).eliminated])


def withdrawn_kg(params: DrugParams, state: CsfState) -> float:
    """Return the drug that left with drained CSF or aspirated pocket fluid [kg]."""
    return float(state.amounts_kg[layout_for(params).withdrawn])


def mass_error(params: DrugParams, state: CsfState) -> float:
    """Return (present + eliminated + withdrawn - given) / given; 0 without drug."""
    if state.given_kg == 0.0:
        return 0.0
    total = body_mass_kg(params, state) + eliminated_kg(params, state) + withdrawn_kg(params, state)
    return total / state.given_kg - 1.0


def depot_kg(params: DrugParams, state: CsfState, name: str) -> float:
    """Return the drug [kg] in the depot "pocket", "tissue", "epidural" or "oral"."""
    return float(state.amounts_kg[DEPOTS.index(name)])


def csf_concentration(params: DrugParams, state: CsfState, level: float) -> float:
    """Return the concentration in spinal CSF at a level [kg/m3]."""
    net = modes(params).network
    cells = state.amounts_kg[net.layout.csf] / net.volumes_m3[net.layout.csf]
    return float(np.interp(position_m(params, level), net.cells_m, cells))


def tip_concentration(
    params: DrugParams, state: CsfState, sources: Sources, drawn_m3: float = DRAWN_M3
) -> float:
    """Return the concentration of CSF drawn slowly at the tip, as through the access port [kg/m3].

    Parameters
    ----------
    params, state : DrugParams, CsfState
        The patient.
    sources : Sources
        What runs now; the tip level and the intrathecal rate count.
    drawn_m3 : float
        How much is drawn [m3]; the first drops hold the most.

    Notes
    -----
    The transport law knows the mean over a section of the canal. An infusion at a point stands above it: with
    transverse mixing K the excess at a distance r is rate / (4 pi K r), up to the wall. Its mean over a drawn
    sphere of volume v and radius r is rate r**2 / (2 K v); beyond the wall no more is gained. This is read only:
    the drug in that plume is already counted in the section. It follows the rate at once (built up in r**2 / K,
    half an hour). The mixing is fitted to one mean (ALB07), which varied a hundredfold between patients.
    """
    net = modes(params).network
    cell_m3 = np.interp(position_m(params, sources.tip_level), net.cells_m, net.volumes_m3[net.layout.csf])
    wall_m = math.sqrt(float(cell_m3) / net.pitch_m / math.pi)
    radius_m = min(math.cbrt(3.0 * drawn_m3 / (4.0 * math.pi)), wall_m)
    excess = sources.intrathecal_kg_per_s * radius_m**2 / (2.0 * params.transverse_mixing_m2_per_s * drawn_m3)
    return csf_concentration(params, state, sources.tip_level) + excess


def cistern_concentration(params: DrugParams, state: CsfState) -> float:
    """Return the concentration in the basal cisterns [kg/m3]."""
    return float(state.amounts_kg[layout_for(params).cistern]) / params.cistern_m3


def plasma_concentration(params: DrugParams, state: CsfState) -> float:
    """Return the concentration in plasma [kg/m3]."""
    return float(state.amounts_kg[layout_for(params).plasma]) / params.plasma_m3


def csf_drug_kg(params: DrugParams, state: CsfState) -> float:
    """Return the drug in spinal, cisternal and cranial CSF [kg]."""
    lay = layout_for(params)
    return float(
        state.amounts_kg[lay.csf].sum() + state.amounts_kg[lay.cistern] + state.amounts_kg[lay.cranial]
    )


def level_profiles(params: DrugParams, state: CsfState) -> tuple[FloatArray, FloatArray]:
    """Return CSF and cord concentration [kg/m3] at `LEVEL_NAMES` (S2 .. C1); 0 where there is no cord."""
    net = modes(params).network
    lay = net.layout
    places = _level_places(params)
    cells = state.amounts_kg[lay.csf] / net.volumes_m3[lay.csf]
    cord = np.zeros(lay.n_cells)
    cord[net.first_cord_cell :] = state.amounts_kg[lay.cord] / net.volumes_m3[lay.cord]
    return np.interp(places, net.cells_m, cells), np.interp(places, net.cells_m, cord)


@lru_cache(maxsize=8)
def _level_places(params: DrugParams) -> FloatArray:
    places = np.array([position_m(params, row[1]) for row in LEVEL_TABLE])
    places.setflags(write=False)
    return places
