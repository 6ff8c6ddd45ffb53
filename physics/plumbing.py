"""The implanted line as the fluid meets it: from what theatre knows to a hydraulic network."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

import physics.hydraulics as hydraulics
from physics.hydraulics import Defect, Network, Opening, Tip, Tube

FloatArray = NDArray[np.float64]

SPACES = ("csf", *hydraulics.SPILLS, "air")  # order of `surroundings`
NO_SPILLS = (0.0, 0.0, 0.0, 0.0)
LOOK_PA = 20.0  # numerical: what a syringe would bring is looked up again when CSF pressure has changed by this
SETTLED_S = 60.0  # numerical: walls have taken up what they will
TIP_SPACES = {"intrathecal": "csf", "epidural": "epidural", "subdural": "subdural"}  # anything else: tissue


@dataclass(frozen=True)
class Plumbing:
    """The implanted line.

    Attributes
    ----------
    lengths_m, patency_lying, patency_sitting : (n,) arrays
        Catheter edges from the connector to the tip; open share of the lumen in two postures.
    inner_diameter_m, outer_diameter_m : float
        Catheter [m].
    connector_seat : float
        0 apart .. 1 seated; no flow reaches the catheter when apart.
    tip_space : str
        "intrathecal", "epidural", "subdural" or anything else = soft tissue.
    tip_level : float
        Level of the tip (T1 = 1 .. L5 = 17).
    share_lying, share_sitting : float
        Share of the tip's side holes that lie inside the sac in two postures; the rest opens epidurally.
    wall_modulus_pa : float
        Young's modulus of the catheter's wall.
    tip_occlusion : float or tuple of float
        Share of the holes shut by fibrin or tissue: of all, or hole by hole from the end backwards.
    tip_contact_lying, tip_contact_sitting : float
        Share of the holes that lie against cord or wall: flaps that suction closes.
    is_tip_cut : bool
        One open end instead of side holes.
    defects : tuple of Defect
        Holes, cracks and breaks of the wall.
    tip_holes_m, tip_hole_diameter_m : tuple of float, float
        The catheter's outlets, from the end of the tip [m].
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
    wall_modulus_pa: float = hydraulics.WALL_MODULUS_PA
    tip_occlusion: float | tuple[float, ...] = 0.0
    tip_contact_lying: float = 0.0
    tip_contact_sitting: float = 0.0
    is_tip_cut: bool = False
    defects: tuple[Defect, ...] = ()
    tip_holes_m: tuple[float, ...] = hydraulics.HOLES_M
    tip_hole_diameter_m: float = hydraulics.SIDE_HOLE_DIAMETER_M

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The line as something that can be compared and hashed."""
        return tuple([v.tobytes() if isinstance(v, np.ndarray) else v for v in _values(self)])


_values = attrgetter(*(item.name for item in fields(Plumbing)))


def tube_of(line: Plumbing, is_sitting: bool = False) -> Tube:
    """Return the catheter in a posture."""
    patency = line.patency_sitting if is_sitting else line.patency_lying
    return Tube(line.lengths_m, patency, line.inner_diameter_m, line.outer_diameter_m, line.wall_modulus_pa)


def tip_of(line: Plumbing, is_sitting: bool = False) -> Tip:
    """Return the end of the catheter in a posture."""
    space = TIP_SPACES.get(line.tip_space, "tissue")
    inside = line.share_sitting if is_sitting else line.share_lying
    covered = line.tip_contact_sitting if is_sitting else line.tip_contact_lying
    return Tip(
        space, inside if space == "csf" else 1.0, "epidural", line.tip_occlusion,
        covered if space == "csf" else 0.0, line.is_tip_cut, line.tip_holes_m, line.tip_hole_diameter_m,
    )  # fmt: skip


def network_of(
    line: Plumbing, csf_pa: float, is_sitting: bool = False, spills_pa: tuple[float, ...] = NO_SPILLS
) -> Network:
    """Return the network of pump, line and surroundings.

    Parameters
    ----------
    csf_pa : float
        At the tip, over ambient.
    spills_pa : tuple of float
        What leaks have raised pocket, tissue, epidural and subdural space by, over their rest.
    """
    return _network(_Known(line.key, line), csf_pa, is_sitting, spills_pa)


@dataclass(frozen=True, slots=True)
class _Known:
    """A line under a key that can be compared."""

    key: tuple[Any, ...]
    line: Plumbing = field(compare=False)


@lru_cache(maxsize=32)
def _network(known: _Known, csf_pa: float, is_sitting: bool, spills_pa: tuple[float, ...]) -> Network:
    """Return the network; the same for every span of a quiet month."""
    tube, openings, severed = _holes(known, is_sitting)
    return hydraulics.build_network(tube, openings, hydraulics.surroundings(csf_pa, spills_pa), severed=severed)


@lru_cache(maxsize=32)
def _holes(known: _Known, is_sitting: bool) -> tuple[Tube, tuple[Opening, ...], tuple[int, ...]]:
    """Return the tube, every way out of it, and where it is severed; the same for every span of a quiet month."""
    line = known.line
    tube = tube_of(line, is_sitting)
    leaks, severed = hydraulics.defect_openings(tube, line.defects)
    openings = (
        *hydraulics.connector_openings(line.connector_seat), *leaks,
        *hydraulics.tip_openings(tube, tip_of(line, is_sitting)),
    )  # fmt: skip
    return tube, openings, severed


def is_aspirable(line: Plumbing, csf_pa: float, spills_pa: tuple[float, ...] = NO_SPILLS) -> bool:
    """Return whether CSF can be drawn at the access port, lying; kept for lines asked about before."""
    return _is_aspirable(line.key, round(csf_pa / LOOK_PA), tuple(round(p / LOOK_PA) for p in spills_pa))


def open_end_flow(line: Plumbing, csf_pa: float) -> float:
    """Return what drips from the catheter's open end at table height [m3/s]; kept for lines asked about before."""
    return _open_end_flow(line.key, round(csf_pa / LOOK_PA))


def _line_of(key: tuple[Any, ...]) -> Plumbing:
    values: list[Any] = [np.frombuffer(value) if isinstance(value, bytes) else value for value in key]
    return Plumbing(*values)


@lru_cache(maxsize=32)
def _is_aspirable(key: tuple[Any, ...], csf: int, spills: tuple[int, ...]) -> bool:
    spilled = tuple(LOOK_PA * p for p in spills)
    return hydraulics.is_aspirable(network_of(_line_of(key), LOOK_PA * csf, spills_pa=spilled))


@lru_cache(maxsize=32)
def _open_end_flow(key: tuple[Any, ...], csf: int) -> float:
    free = hydraulics.with_syringe(network_of(_line_of(key), LOOK_PA * csf), 0.0, is_open_end=True)
    return float(hydraulics.solve(free, hydraulics.PumpSource(0.0), SETTLED_S).opening_m3_per_s[0])
