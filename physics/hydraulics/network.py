"""The fluid path as data: a tube, what opens in its wall, and the spaces that lie outside.

Nodes run from the pump outlet (0) through the connector with the access port (1) along the catheter to
the tip (last). Every node may open into a space and swells a little with pressure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from physics.errors import OutOfRange, check_above, check_finite, check_range
from physics.hydraulics.elements import (
    VISCOSITY_37_PA_S,
    WALL_MODULUS_PA,
    closing_suction,
    conductance_share,
    edge_resistances,
    poiseuille_resistance,
    wall_compliance,
)

FloatArray = NDArray[np.float64]

TUBING_LENGTH_M = 0.28  # [A] with 0.8 mm bore this holds the 0.140 mL of [S01]
TUBING_DIAMETER_M = 0.80e-3  # [A]
TUBING_COMPLIANCE = 2.8e-14  # [A] m3/Pa: with 0.9 m of catheter wall the 1e-13 of catheter_mechanics
PORT_NODE = 1  # the access port opens between tubing and connector [device_and_procedure 1.1, M]
AT_REST_PA = 1e-6  # numerical: a space that spilled less has not
SEVERED = 1e-30  # numerical: stands for no conductance where a resistance is asked for [m3/(s Pa)]


@dataclass(frozen=True, slots=True)
class Space:
    """What an opening leads into: sac, pocket, tissue, syringe.

    Attributes
    ----------
    name : str
    pressure_pa : float
        At the start of the step, over ambient.
    stiffness_pa_per_m3 : float
        Rise with what flows in; 0 = endless, its pressure is given.
    absorption : float
        Uptake by tissue per pressure over rest [m3/(s Pa)].
    rest_pa : float
        Pressure at which nothing is taken up and nothing is left to draw: a finite space that is sucked
        down to it closes round the opening.
    """

    name: str
    pressure_pa: float = 0.0
    stiffness_pa_per_m3: float = 0.0
    absorption: float = 0.0
    rest_pa: float = 0.0

    @property
    def is_endless(self) -> bool:
        """Whether the pressure is given whatever flows in."""
        return self.stiffness_pa_per_m3 == 0.0


@dataclass(frozen=True, slots=True)
class Opening:
    """A way out of the line: hole, leak, open end, syringe.

    Attributes
    ----------
    node : int
    space : str
        Name of the space it leads into.
    conductance : float
        For flow out of the line [m3/(s Pa)].
    inward_share : float
        Conductance for flow into the line over that out of it; under 1 = a flap that suction closes.
    arc_m : float
        Distance from the connector, for the drug that leaves here.
    is_tip : bool
    """

    node: int
    space: str
    conductance: float
    inward_share: float = 1.0
    arc_m: float = 0.0
    is_tip: bool = False


@dataclass(frozen=True, slots=True)
class Tube:
    """A catheter from connector to tip.

    Attributes
    ----------
    lengths_m, patency : (n,) arrays
        Edges and their open area fractions; n >= 1.
    inner_diameter_m, outer_diameter_m : float
    wall_modulus_pa : float
        Young's modulus of the wall.

    Raises
    ------
    OutOfRange
        For lengths <= 0, fractions outside 0 .. 1, shapes that differ, diameters out of order, NaN.
    """

    lengths_m: FloatArray
    patency: FloatArray
    inner_diameter_m: float
    outer_diameter_m: float
    wall_modulus_pa: float = WALL_MODULUS_PA

    def __post_init__(self) -> None:
        lengths, patency = np.asarray(self.lengths_m, dtype=np.float64), np.asarray(self.patency, dtype=np.float64)
        if lengths.ndim != 1 or lengths.size == 0 or patency.shape != lengths.shape:
            raise OutOfRange("tube", "patency", f"shape {patency.shape}", f"shape {lengths.shape}, one axis, not empty")
        check_finite("tube", "lengths_m", lengths)
        if (lengths <= 0.0).any():
            at = int(np.argmax(lengths <= 0.0))
            raise OutOfRange("tube", f"lengths_m[{at}]", float(lengths[at]), "a length above 0 m")
        conductance_share(patency)
        check_above("tube", "inner_diameter_m", self.inner_diameter_m, unit="m")
        check_above("tube", "outer_diameter_m", self.outer_diameter_m, self.inner_diameter_m, "m (the bore)")
        check_above("tube", "wall_modulus_pa", self.wall_modulus_pa, unit="Pa")

    @property
    def length_m(self) -> float:
        """From connector to tip [m]."""
        return float(np.sum(self.lengths_m))

    def node_at(self, arc_m: float) -> int:
        """Return the network's node nearest to a distance from the connector."""
        arcs = np.concatenate(([0.0], np.cumsum(self.lengths_m)))
        return 1 + int(np.argmin(np.abs(arcs - arc_m)))

    def edge_at(self, arc_m: float) -> int:
        """Return the catheter's edge in which a distance from the connector lies."""
        ends = np.cumsum(self.lengths_m)
        return min(int((ends <= arc_m).sum()), ends.size - 1)


@dataclass(frozen=True, slots=True)
class Steady:
    """How a line that opens into one endless space answers a constant flow, once its walls have taken up what they will.

    Attributes
    ----------
    outside_pa : float
        Pressure in that space.
    rise_pa_s_per_m3 : (m,) array
        Of the nodes over it, per flow.
    shares : (k,) array
        Of the flow, that leave through each opening; they sum to 1.
    slowest_s : float
        The whole compliance through the whole resistance, which no time constant exceeds.
    at_tip : float
        Of the shares, what leaves at the tip.
    around_pa : (s,) array
        Pressure of every space, read-only.
    """

    outside_pa: float
    rise_pa_s_per_m3: FloatArray
    shares: FloatArray
    slowest_s: float
    at_tip: float
    around_pa: FloatArray


@dataclass(frozen=True)
class Network:
    """The path as a chain of m nodes.

    Attributes
    ----------
    conductances, closing_pa : (m-1,) arrays
        Between neighbours [m3/(s Pa)], and the suction that shuts each [Pa].
    compliances, air_m3 : (m,) arrays
        Swelling of each node [m3/Pa]; air trapped there, at ambient pressure.
    openings : tuple of Opening
    spaces : tuple of Space
    """

    conductances: FloatArray
    compliances: FloatArray
    openings: tuple[Opening, ...]
    spaces: tuple[Space, ...]
    closing_pa: FloatArray = field(default_factory=lambda: np.zeros(0))
    air_m3: FloatArray = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        m = self.compliances.size
        if self.conductances.shape != (m - 1,):
            raise OutOfRange("network", "conductances", f"shape {self.conductances.shape}", f"shape {(m - 1,)}")
        if self.closing_pa.size == 0:
            object.__setattr__(self, "closing_pa", np.full(m - 1, np.inf))
        if self.air_m3.size == 0:
            object.__setattr__(self, "air_m3", np.zeros(m))
        names = [space.name for space in self.spaces]
        for space in self.spaces:
            if not math.isfinite(space.pressure_pa + space.rest_pa + space.absorption):
                check_finite("space", space.name, (space.pressure_pa, space.rest_pa, space.absorption))
            check_range("space", f"{space.name}.stiffness_pa_per_m3", space.stiffness_pa_per_m3, 0.0, math.inf, "Pa/m3")
        for opening in self.openings:
            if opening.space not in names:
                raise OutOfRange("opening", "space", opening.space, "one of " + ", ".join(names))
            check_range("opening", "node", opening.node, 0, m - 1)
            check_range("opening", "conductance", opening.conductance, 0.0, 1.0, "m3/(s Pa)")
            check_range("opening", "inward_share", opening.inward_share, 0.0, 1.0)

    @cached_property
    def resistance_pa_s_per_m3(self) -> float:
        """From the pump to the space beyond the tip, leaks ignored."""
        at_tip = sum(opening.conductance for opening in self.openings if opening.is_tip)
        inside = float((1.0 / np.maximum(self.conductances, SEVERED)).sum())
        return inside + 1.0 / max(at_tip, SEVERED)

    @cached_property
    def steady(self) -> Steady | None:
        """The line's answer to a constant flow; None where air, suction, a leak into tissue or a spill plays a part."""
        endless = {space.name: space.pressure_pa for space in self.spaces if space.is_endless}
        spilled = [abs(space.pressure_pa - space.rest_pa) for space in self.spaces if not space.is_endless]
        outside = {endless.get(opening.space, -1.0) for opening in self.openings}
        if max(spilled, default=0.0) > AT_REST_PA or len(outside) != 1 or self.air_m3.any() or not self.conductances.all():
            return None
        out_pa = outside.pop()
        if out_pa < 0.0:  # an opening into a space that fills, or suction from outside
            return None
        matrix = np.diag(np.append(self.conductances, 0.0) + np.append(0.0, self.conductances))
        matrix -= np.diag(self.conductances, 1) + np.diag(self.conductances, -1)
        nodes = np.array([opening.node for opening in self.openings])
        ways = np.array([opening.conductance for opening in self.openings])
        np.add.at(matrix, (nodes, nodes), ways)
        source = np.zeros(self.compliances.size)
        source[0] = 1.0
        rise = np.asarray(np.linalg.solve(matrix, source), dtype=np.float64)
        shares = ways * rise[nodes]
        slowest_s = float(self.compliances.sum()) * self.resistance_pa_s_per_m3
        shares = shares / shares.sum()
        at_tip = float(sum(share for share, o in zip(shares.tolist(), self.openings, strict=True) if o.is_tip))
        around = np.array([space.pressure_pa for space in self.spaces])
        around.setflags(write=False)
        return Steady(out_pa, rise, shares, slowest_s, at_tip, around)


def build_network(
    tube: Tube, openings: tuple[Opening, ...], spaces: tuple[Space, ...], air_m3: float = 0.0,
    severed: tuple[int, ...] = (),
) -> Network:  # fmt: skip
    """Return the network of pump tubing and catheter.

    Parameters
    ----------
    tube : Tube
        Catheter of n edges.
    openings, spaces : tuples
        Where fluid leaves or enters, and into what.
    air_m3 : float
        Trapped at the connector.
    severed : tuple of int
        Catheter edges through which nothing passes.

    Returns
    -------
    Network
        n + 2 nodes: pump outlet, then the n + 1 catheter nodes.
    """
    check_range("network", "air_m3", air_m3, 0.0, 1e-3, "m3")
    conductances, compliances, closing = _line(
        np.asarray(tube.lengths_m, dtype=np.float64).tobytes(), np.asarray(tube.patency, dtype=np.float64).tobytes(),
        tube.inner_diameter_m, tube.outer_diameter_m, tube.wall_modulus_pa,
    )  # fmt: skip
    if severed:
        conductances = conductances.copy()
        conductances[[1 + edge for edge in severed]] = 0.0
    air = np.zeros(compliances.size)
    air[PORT_NODE] = air_m3
    return Network(conductances, compliances, openings, spaces, closing, air)


@lru_cache(maxsize=8)
def _line(
    lengths: bytes, patency: bytes, inner_diameter_m: float, outer_diameter_m: float, wall_modulus_pa: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return conductances, compliances and closing suctions of tubing and catheter; a lumen stays for days."""
    lengths_m, open_ = np.frombuffer(lengths), np.frombuffer(patency)
    tubing = poiseuille_resistance(TUBING_LENGTH_M, TUBING_DIAMETER_M, VISCOSITY_37_PA_S)
    edges = edge_resistances(lengths_m, open_, inner_diameter_m, outer_diameter_m)
    swelling = wall_compliance(inner_diameter_m, outer_diameter_m, wall_modulus_pa) * lengths_m
    swelling = np.concatenate(([TUBING_COMPLIANCE], swelling))
    compliances = np.zeros(lengths_m.size + 2)
    compliances[:-1] += 0.5 * swelling
    compliances[1:] += 0.5 * swelling
    closing = np.concatenate(([np.inf], closing_suction(open_, wall_modulus_pa)))
    arrays = 1.0 / np.concatenate(([tubing], edges)), compliances, closing
    for array in arrays:
        array.setflags(write=False)
    return arrays
