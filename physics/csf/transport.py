"""Assemble the linear system: sac to foramen magnum, cord, cranial CSF, blood, effect sites.

State order (amounts [kg]; an effect site holds its concentration times 1 mL, which keeps the
matrix well scaled)::

    depots: pocket, tissue, epidural, oral | CSF cells | cord cells | cistern, cranial, brain
    | plasma, periphery | effect sites | eliminated, withdrawn

Spinal CSF, x from the sac end (S2) to the foramen magnum, per length::

    A dC/dt = d/dx(A D dC/dx) + d/dx(q C) - (k_v A + q_a) C - ps (C - T) + S(x, t)

with caudal bulk flow q(x) that feeds the absorption q_a [PH1 2.3]. Finite volumes with exponential fluxes (exact
for steady flow between two cells), cells cut by the conus and by the bounds of regions taken in part: second
order in the cells' length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # scipy.special takes a while to load: it comes with the first case, not with the menu
from numpy.typing import NDArray

from physics.csf.drugs import CM2_M2, CM_M, LEVEL_TABLE, ML_M3, DrugParams

FloatArray = NDArray[np.float64]

DEPOTS = ("pocket", "tissue", "epidural", "oral")
SITES = (
    "legs", "legs_slow", "arms", "arms_slow", "trunk", "trunk_slow", "segment",
    "reflex", "sedation", "breathing",
)  # fmt: skip
SITE_VOLUME_M3 = ML_M3  # numerical scale only
# vertebrae that overlie the cord segments of a region, caudal to cranial [PH1 2.5]
REGIONS = {"legs": (13.0, 11.0), "trunk": (10.0, 4.0), "arms": (0.0, -3.0)}
ABOVE = {"legs": 10.0, "trunk": 3.0}  # where the cord above these begins; it ends at the highest descending level
LEAST_SHARE = 1e-6  # numerical: of a cell, under which it counts as without cord
CONUS_LEVEL = 13.0  # mid L1 [PH1 2.1] UGK-H: caudal end of the adult cord

_NUMBERS = np.array([row[1] for row in LEVEL_TABLE])
_EDGES_M = np.cumsum([0.0] + [row[2] * CM_M for row in LEVEL_TABLE])
_MIDS_M = 0.5 * (_EDGES_M[1:] + _EDGES_M[:-1])
LEVEL_NAMES = tuple(row[0] for row in LEVEL_TABLE)


def position_m(params: DrugParams, level: float) -> float:
    """Return the distance from the sac end [m] of a level (T1 = 1 .. L5 = 17, C7 = 0 .. C1 = -6)."""
    return params.length_scale * float(np.interp(level, _NUMBERS[::-1], _MIDS_M[::-1]))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each compartment sits in the state vector."""

    n_cells: int
    n_cord: int
    depots: slice
    csf: slice
    cord: slice
    cistern: int
    cranial: int
    brain: int
    plasma: int
    periphery: int
    sites: slice
    eliminated: int
    withdrawn: int

    @property
    def core(self) -> slice:
        """CSF, cord and cranial compartments: a tree with exchange both ways on every edge."""
        return slice(self.csf.start, self.plasma)

    @property
    def size(self) -> int:
        """Length of the state vector."""
        return self.withdrawn + 1


@dataclass(frozen=True, slots=True)
class Network:
    """The assembled system dy/dt = matrix @ y + sources, with its geometry."""

    layout: Layout
    matrix: FloatArray  # (n, n) [1/s]
    volumes_m3: FloatArray  # (n,) amount / volume = concentration
    cells_m: FloatArray  # (n_cells,) cell centres from the sac end
    pitch_m: float
    first_cord_cell: int


@lru_cache(maxsize=64)
def layout_for(params: DrugParams) -> Layout:
    """Return the layout of the state vector."""
    n, n_cord = params.n_cells, int(np.count_nonzero(_cord_shares(params)))
    start = len(DEPOTS)
    cistern = start + n + n_cord
    sites = slice(cistern + 5, cistern + 5 + len(SITES))
    return Layout(
        n, n_cord, slice(0, start), slice(start, start + n), slice(start + n, cistern),
        cistern, cistern + 1, cistern + 2, cistern + 3, cistern + 4, sites, sites.stop, sites.stop + 1,
    )  # fmt: skip


def _cell_centres(params: DrugParams) -> FloatArray:
    pitch = params.length_scale * float(_EDGES_M[-1]) / params.n_cells
    return np.asarray((np.arange(params.n_cells) + 0.5) * pitch, dtype=np.float64)


def _overlap(cells_m: FloatArray, bottom_m: float, top_m: float) -> FloatArray:
    """Return the share of each cell that lies between two heights."""
    half = 0.5 * float(cells_m[1] - cells_m[0])
    inside = np.minimum(cells_m + half, top_m) - np.maximum(cells_m - half, bottom_m)
    return np.asarray(np.clip(inside / (2.0 * half), 0.0, 1.0), dtype=np.float64)


def _cord_shares(params: DrugParams) -> FloatArray:
    """Return the share of each cell's length that has cord beside it."""
    shares = _overlap(_cell_centres(params), position_m(params, CONUS_LEVEL), np.inf)
    return np.where(shares > LEAST_SHARE, shares, 0.0)


def spread(cells_m: FloatArray, centre_m: float, sd_m: float) -> FloatArray:
    """Return the shares of a Gaussian source over the cells; they sum to 1 and move continuously."""
    half = 0.5 * float(cells_m[1] - cells_m[0])
    centre = min(max(centre_m, float(cells_m[0])), float(cells_m[-1]))
    faces = np.append(cells_m - half, cells_m[-1] + half)
    shares = np.diff(scipy.special.erf((faces - centre) / (sd_m * np.sqrt(2.0))))
    return np.asarray(shares / shares.sum(), dtype=np.float64)


class _Flows:
    """Writes flows of fluid between compartments into a rate matrix."""

    def __init__(self, volumes_m3: FloatArray) -> None:
        self.volumes = volumes_m3
        self.matrix = np.zeros((volumes_m3.size, volumes_m3.size))

    def one_way(self, source: int, target: int, flow_m3_per_s: float) -> None:
        rate = flow_m3_per_s / self.volumes[source]
        self.matrix[source, source] -= rate
        self.matrix[target, source] += rate

    def exchange(self, a: int, b: int, conductance_m3_per_s: float) -> None:
        self.one_way(a, b, conductance_m3_per_s)
        self.one_way(b, a, conductance_m3_per_s)

    def carried(self, a: int, b: int, conductance_m3_per_s: float, flow_m3_per_s: float) -> None:
        """Dispersion between two neighbours with a flow from b to a: exact for steady transport between them."""
        lean = flow_m3_per_s / conductance_m3_per_s
        down = conductance_m3_per_s * (lean / -np.expm1(-lean) if lean > 1e-9 else 1.0 + 0.5 * lean)
        self.one_way(b, a, float(down))
        self.one_way(a, b, float(down) - flow_m3_per_s)


@lru_cache(maxsize=64)
def network(params: DrugParams, drain_m3_per_s: float = 0.0, has_cord: bool = True) -> Network:
    """Return the assembled system of one patient, with CSF drained at a rate [m3/s] at L3-4.

    ``has_cord=False`` gives a hydrophilic tracer that does not enter the cord (validation only).
    """
    lay = layout_for(params)
    cells = _cell_centres(params)
    pitch = float(cells[1] - cells[0])
    area = np.interp(cells / params.length_scale, _MIDS_M, [row[3] * CM2_M2 for row in LEVEL_TABLE])
    area = area * (params.csf_scale / params.length_scale)
    volumes = np.ones(lay.size)
    volumes[lay.csf] = area * pitch
    first_cord = lay.n_cells - lay.n_cord
    beside = _cord_shares(params)[first_cord:]
    volumes[lay.cord] = params.cord_capacity_m2 * pitch * beside
    volumes[[lay.cistern, lay.cranial, lay.brain]] = params.cistern_m3, params.cranial_m3, params.brain_m3
    volumes[lay.plasma] = params.plasma_m3
    volumes[lay.sites] = SITE_VOLUME_M3
    flows = _Flows(volumes)
    _spinal(flows, lay, params, cells, area, drain_m3_per_s)
    exchange = params.cord_exchange_m2_per_s * pitch * (1.0 if has_cord else 1e-9)
    for k in range(lay.n_cord):
        flows.exchange(lay.csf.start + first_cord + k, lay.cord.start + k, exchange * float(beside[k]))
    _cranial(flows, lay, params, drain_m3_per_s)
    _blood(flows.matrix, lay, params)
    _depots(flows.matrix, lay, params, cells)
    _sites(flows.matrix, lay, params, cells, volumes, has_cord)
    for array in (flows.matrix, volumes, cells):
        array.setflags(write=False)
    return Network(lay, flows.matrix, volumes, cells, pitch, first_cord)


def _spinal(
    flows: _Flows, lay: Layout, params: DrugParams, cells: FloatArray, area: FloatArray, drain: float
) -> None:
    """Dispersion, caudal bulk flow with absorption on the way, loss to blood, drain."""
    n, o, pitch = lay.n_cells, lay.csf.start, cells[1] - cells[0]
    whole = params.length_scale * float(_EDGES_M[-1])
    rise = params.dispersion_cervical_m2_per_s / params.dispersion_sac_m2_per_s
    dispersion = params.dispersion_sac_m2_per_s * rise ** (cells / whole)
    conductance = dispersion * area / pitch
    volumes = flows.volumes[lay.csf]
    absorbed = params.spinal_absorption * params.production_m3_per_s * volumes / volumes.sum()
    caudal = np.cumsum(absorbed)  # what passes each cell's cranial face
    drained_cell = int(np.argmin(np.abs(cells - position_m(params, params.drain_level))))
    for i in range(n - 1):
        between = 0.5 * (conductance[i] + conductance[i + 1])
        flows.carried(o + i, o + i + 1, between, caudal[i] + (drain if i >= drained_cell else 0.0))
    flows.carried(o + n - 1, lay.cistern, 2.0 * conductance[-1], caudal[-1] + drain)  # half a cell to the foramen
    for i in range(n):
        flows.one_way(o + i, lay.plasma, absorbed[i] + params.loss_per_s * volumes[i])
    if drain > 0.0:
        flows.one_way(o + drained_cell, lay.withdrawn, drain)


def _cranial(flows: _Flows, lay: Layout, params: DrugParams, drain: float) -> None:
    """Cistern, cranial subarachnoid space and brain pool; the rest of production is absorbed here."""
    outflow = (1.0 - params.spinal_absorption) * params.production_m3_per_s
    flows.one_way(lay.cistern, lay.cranial, outflow)
    flows.exchange(lay.cistern, lay.cranial, params.cistern_mixing_m3_per_s)
    flows.one_way(lay.cranial, lay.plasma, outflow + params.cranial_loss_m3_per_s)
    flows.exchange(lay.cranial, lay.brain, params.brain_exchange_m3_per_s)
    flows.one_way(lay.plasma, lay.eliminated, params.clearance_m3_per_s)
    if drain > 0.0:
        flows.one_way(lay.cranial, lay.cistern, drain)


def _blood(matrix: FloatArray, lay: Layout, params: DrugParams) -> None:
    """Two plasma compartments; rates act on amounts."""
    matrix[lay.plasma, lay.plasma] -= params.to_periphery_per_s
    matrix[lay.periphery, lay.plasma] += params.to_periphery_per_s
    matrix[lay.periphery, lay.periphery] -= params.from_periphery_per_s
    matrix[lay.plasma, lay.periphery] += params.from_periphery_per_s


def _depots(matrix: FloatArray, lay: Layout, params: DrugParams, cells: FloatArray) -> None:
    """Pocket (with the track along the catheter as a rate), tissue, epidural and oral depots.

    The track rate is k f / (1 - f), so that a share f of what leaves the pocket reaches CSF, but
    over hours: what is aspirated early never gets there [SC 0.2 fact 10].
    """
    pocket, tissue, epidural, oral = (DEPOTS.index(name) for name in ("pocket", "tissue", "epidural", "oral"))
    track = params.pocket_uptake_per_s * params.track_share / (1.0 - params.track_share)
    matrix[pocket, pocket] -= params.pocket_uptake_per_s + track
    matrix[lay.plasma, pocket] += params.pocket_uptake_per_s
    matrix[lay.csf, pocket] += track * spread(
        cells, position_m(params, params.track_level), params.spread_flush_m
    )
    matrix[tissue, tissue] -= params.tissue_uptake_per_s
    matrix[lay.plasma, tissue] += params.tissue_uptake_per_s
    crossing = params.epidural_uptake_per_s * params.dura_share
    matrix[epidural, epidural] -= params.epidural_uptake_per_s
    matrix[lay.plasma, epidural] += params.epidural_uptake_per_s - crossing
    matrix[lay.csf, epidural] += crossing * spread(
        cells, position_m(params, params.epidural_level), params.spread_epidural_m
    )
    matrix[oral, oral] -= params.oral_uptake_per_s
    matrix[lay.plasma, oral] += params.oral_uptake_per_s * params.oral_availability
    matrix[lay.eliminated, oral] += params.oral_uptake_per_s * (1.0 - params.oral_availability)


def _cord_mean(
    lay: Layout,
    params: DrugParams,
    cells: FloatArray,
    volumes: FloatArray,
    has_cord: bool,
    low: float,
    high: float,
) -> FloatArray:
    """Return the row that reads the mean concentration in the cord from one level up to another, blood's share in."""
    edges = dict(zip(_NUMBERS.tolist(), range(len(LEVEL_TABLE)), strict=True))
    bottom = max(params.length_scale * float(_EDGES_M[edges[low]]), position_m(params, CONUS_LEVEL))
    top = params.length_scale * float(_EDGES_M[edges[high] + 1])
    inside = _overlap(cells, bottom, top)
    row = np.zeros(lay.size)
    if has_cord:
        row[lay.cord] = inside[-lay.n_cord :] / inside[-lay.n_cord :].sum() / volumes[lay.cord]
    else:
        row[lay.csf] = inside / inside.sum() / volumes[lay.csf]
    row[lay.plasma] = params.blood_to_cord / params.plasma_m3
    return row


def _sites(
    matrix: FloatArray,
    lay: Layout,
    params: DrugParams,
    cells: FloatArray,
    volumes: FloatArray,
    has_cord: bool,
) -> None:
    """Effect sites follow their targets with one rate each [PH1 2.5, PH2 3.1].

    Tone of legs and trunk follows the own segments and, with a weight, the cord above them, whose descending and
    propriospinal pathways set it too.
    """

    def over(low: float, high: float) -> FloatArray:
        return _cord_mean(lay, params, cells, volumes, has_cord, low, high)

    rows = {name: over(*span) for name, span in REGIONS.items()}
    tone, weight = dict(rows), params.descending_weight
    for name, bottom in ABOVE.items():
        if params.descending_top_level <= bottom:
            tone[name] = (1.0 - weight) * rows[name] + weight * over(bottom, params.descending_top_level)
    cistern, cranial, blood = np.zeros((3, lay.size))
    cistern[lay.cistern] = 1.0 / params.cistern_m3
    cranial[lay.cranial] = 1.0 / params.cranial_m3
    blood[lay.plasma] = params.blood_to_brain / params.plasma_m3
    fast, slow = params.fast_site_per_s, params.slow_site_per_s
    table = {
        "legs": (tone["legs"], fast), "legs_slow": (tone["legs"], slow),
        "arms": (rows["arms"], fast), "arms_slow": (rows["arms"], slow),
        "trunk": (tone["trunk"], fast), "trunk_slow": (tone["trunk"], slow), "segment": (rows["legs"], fast),
        "reflex": (rows["legs"], params.reflex_site_per_s),
        "sedation": (0.5 * cistern + 0.5 * cranial + blood, params.sedation_site_per_s),
        "breathing": (cistern + blood, params.breathing_site_per_s),
    }  # fmt: skip
    for k, name in enumerate(SITES):
        target, rate = table[name]
        matrix[lay.sites.start + k] += rate * SITE_VOLUME_M3 * target
        matrix[lay.sites.start + k, lay.sites.start + k] -= rate
