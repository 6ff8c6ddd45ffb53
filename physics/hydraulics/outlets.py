"""Where a line opens: the tip's holes and what they lie in, the connector, damage to the wall.

The line does not choose where fluid goes; the spaces outside push back, and the solver splits the flow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from physics.errors import OutOfRange, check_range
from physics.hydraulics.elements import (
    VISCOSITY_37_PA_S,
    film_resistance,
    hole_conductance,
    tissue_resistance,
)
from physics.hydraulics.network import PORT_NODE, Network, Opening, Space, Tube, build_network

SIDE_HOLES = 6  # of a line without a catheter's own tip: six side holes, closed end [device_and_procedure 2, UGK-M]
SIDE_HOLE_DIAMETER_M = 0.30e-3  # of such a line [A]
HOLES_SPREAD_M = 12e-3  # of such a line: over the last 1-2 cm [device_and_procedure 2, UGK-M]
HOLES_M = tuple((k + 0.5) * HOLES_SPREAD_M / SIDE_HOLES for k in range(SIDE_HOLES))
CONNECTOR_PASSAGE_M = 0.30e-3  # [A] leak passage of a wholly unseated connector
CONNECTOR_APART = 1e-9  # [A] m3/(s Pa): two open ends in fluid
CONNECTOR_WALL_M = 1e-3  # [A]
FILM_GAP_M = 20e-6  # [A] film that outflow keeps between a covered hole and cord or wall
FLAP_SHARE = 0.01  # [A] suction pulls the covering on to the hole; 24 % of ports do not aspirate [S39]
EPIDURAL_RESISTANCE = 2.1e10  # Pa s/m3: 8 mmHg [H1, M] while injecting, the flow taken as 3 mL/min [A]
EPIDURAL_BELOW_CSF_PA = 270.0  # filled epidural space 1-3 mmHg under CSF [H2, M]
TISSUE_PERMEABILITY_M2 = 1e-11  # adipose, lower end of 1e-11..1e-10 [H3, M]
SPILL_STIFFNESS_PA_PER_M3 = 1e8  # [A] slow filling of a pocket: 0.1 kPa/mL, 15 mL at CSF pressure
SPILL_ABSORPTION = 4e-14  # [A] 5 mL/day taken up at 1.4 kPa [m3/(s Pa)]
SUBDURAL_STIFFNESS_PA_PER_M3 = 1e9  # [A] a cleft: 1 mL raises it by 1 kPa
SUBDURAL_ABSORPTION = 1e-14  # [A] slow: a depot stays there for days [scenarios_content N-A4]
SPILLS = ("pocket", "tissue", "epidural", "subdural")
PLACES = ("csf", *SPILLS, "air")


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the catheter and what surrounds it.

    Attributes
    ----------
    space : str
        Where the end lies.
    share : float
        Of the holes, from the end backwards, that lie in `space`; the rest opens into `behind`.
    behind : str
        Space outside the dura, round the holes that have not come through it.
    occlusion : float or tuple of float
        Share shut by fibrin or tissue: all holes alike, or hole by hole from the end backwards.
    covered : float
        Share of the holes that lie against cord or wall: outflow lifts the covering, suction seals it.
    is_cut : bool
        A cut or sheared end: one open end, no side holes.
    holes_m : tuple of float
        Side holes, from the end of the tip backwards [m]; 0 is an end that is open.
    hole_diameter_m : float
        Of every side hole.
    """

    space: str = "csf"
    share: float = 1.0
    behind: str = "epidural"
    occlusion: float | tuple[float, ...] = 0.0
    covered: float = 0.0
    is_cut: bool = False
    holes_m: tuple[float, ...] = HOLES_M
    hole_diameter_m: float = SIDE_HOLE_DIAMETER_M

    def __post_init__(self) -> None:
        for name in ("space", "behind"):
            if getattr(self, name) not in PLACES:
                raise OutOfRange("tip", name, getattr(self, name), "one of " + ", ".join(PLACES))
        check_range("tip", "share", self.share, 0.0, 1.0)
        check_range("tip", "covered", self.covered, 0.0, 1.0)
        shut = self.occlusion if isinstance(self.occlusion, tuple) else (self.occlusion,)
        if not self.holes_m:
            raise OutOfRange("tip", "holes_m", self.holes_m, "at least one way out")
        for k, arc in enumerate(self.holes_m):
            check_range("tip", f"holes_m[{k}]", arc, 0.0, 1.0, "m")
        check_range("tip", "hole_diameter_m", self.hole_diameter_m, 1e-6, 5e-3, "m")
        if isinstance(self.occlusion, tuple) and len(shut) != len(self.holes_m):
            raise OutOfRange("tip", "occlusion", shut, f"{len(self.holes_m)} numbers, one a hole")
        for k, value in enumerate(shut):
            check_range("tip", f"occlusion[{k}]", value, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Defect:
    """Damage to the wall.

    Attributes
    ----------
    arc_m : float
        From the connector [m].
    diameter_m : float
        Hole in the wall: puncture, crack, tooth of a clamp; 0 = none.
    gap : float
        0 the lumen goes on .. 1 broken through: both ends lie open and nothing passes.
    space : str
        What lies round it.
    """

    arc_m: float
    diameter_m: float = 0.0
    gap: float = 0.0
    space: str = "tissue"

    def __post_init__(self) -> None:
        check_range("defect", "arc_m", self.arc_m, 0.0, 10.0, "m")
        check_range("defect", "diameter_m", self.diameter_m, 0.0, 5e-3, "m")
        check_range("defect", "gap", self.gap, 0.0, 1.0)
        if self.space not in PLACES:
            raise OutOfRange("defect", "space", self.space, "one of " + ", ".join(PLACES))


def surroundings(csf_pa: float, spills_pa: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)) -> tuple[Space, ...]:
    """Return the spaces round an implanted line.

    Parameters
    ----------
    csf_pa : float
        At the tip, over ambient.
    spills_pa : tuple of float
        What leaks have raised pocket, tissue, epidural and subdural space by, over their rest.

    Notes
    -----
    Rest pressures: ambient in pocket and tissue [A]; epidural a little under CSF, because the dura
    passes pressure on (1-3 mmHg [H2]); the subdural cleft at CSF pressure [A].
    """
    epidural = max(0.0, csf_pa - EPIDURAL_BELOW_CSF_PA)
    rests = (0.0, 0.0, epidural, csf_pa)
    laws = (
        (SPILL_STIFFNESS_PA_PER_M3, SPILL_ABSORPTION), (SPILL_STIFFNESS_PA_PER_M3, SPILL_ABSORPTION),
        (SPILL_STIFFNESS_PA_PER_M3, SPILL_ABSORPTION), (SUBDURAL_STIFFNESS_PA_PER_M3, SUBDURAL_ABSORPTION),
    )  # fmt: skip
    spilled = tuple(
        Space(name, rest + risen, stiffness, absorption, rest)
        for name, rest, risen, (stiffness, absorption) in zip(SPILLS, rests, spills_pa, laws, strict=True)
    )
    return (Space("csf", csf_pa), *spilled, Space("air"))


def wall_thickness(tube: Tube) -> float:
    """Return the thickness of the wall [m]."""
    return 0.5 * (tube.outer_diameter_m - tube.inner_diameter_m)


def open_end_conductance(diameter_m: float) -> float:
    """Return the conductance out of an open end, Sampson's orifice without a wall [m3/(s Pa)]."""
    return hole_conductance(diameter_m, 0.0)


def tip_openings(tube: Tube, tip: Tip) -> tuple[Opening, ...]:
    """Return the openings of the catheter's end.

    Notes
    -----
    Each side hole opens at the nearest node, so that the first hole on the way takes most of the flow, as in
    shunt catheters. Fibrin shuts a share of a hole's area; its conductance
    falls as area^1.5 (Sampson). A covered hole keeps a film of 20 um outward [A] and 1 % of that inward [A].
    """
    end = tube.length_m
    if tip.is_cut:
        shut = tip.occlusion if isinstance(tip.occlusion, float) else float(np.mean(tip.occlusion))
        whole = [(end, open_end_conductance(tube.inner_diameter_m) * (1.0 - shut) ** 1.5, 1.0)]
    else:
        n = len(tip.holes_m)
        shuts = tip.occlusion if isinstance(tip.occlusion, tuple) else (tip.occlusion,) * n
        hole, bore = hole_conductance(tip.hole_diameter_m, wall_thickness(tube)), open_end_conductance(tube.inner_diameter_m)
        whole = [
            (max(0.0, end - arc), (hole if arc > 0.0 else bore) * (1.0 - shut) ** 1.5, min(1.0, max(0.0, n * tip.share - k)))
            for k, (arc, shut) in enumerate(zip(tip.holes_m, shuts, strict=True))
        ]
    if tip.is_cut and tip.share < 1.0:
        whole = [(whole[0][0], whole[0][1], tip.share)]
    openings: list[Opening] = []
    for arc, conductance, inside in whole:
        for space, part in ((tip.space, inside), (tip.behind, 1.0 - inside)):
            if part * conductance > 0.0:
                openings.append(_covered(Opening(tube.node_at(arc), space, part * conductance, 1.0, arc, True), tip))
    return _within_tissue(tuple(openings), 0.5 * tube.outer_diameter_m)


def _covered(opening: Opening, tip: Tip) -> Opening:
    """Return a hole of which a share lies against cord or wall."""
    share, radius = tip.covered, 0.5 * tip.hole_diameter_m
    if share <= 0.0:
        return opening
    film = film_resistance(radius, 4.0 * radius, FILM_GAP_M, VISCOSITY_37_PA_S)
    free = (1.0 - share) * opening.conductance
    lifted = share * opening.conductance / (1.0 + opening.conductance * film)
    inward = (free + FLAP_SHARE * lifted) / (free + lifted)
    return replace(opening, conductance=free + lifted, inward_share=inward)


def _within_tissue(openings: tuple[Opening, ...], radius_m: float) -> tuple[Opening, ...]:
    """Return openings in series with the space they lead into; those into one space share its resistance."""
    around = tissue_resistance(radius_m, TISSUE_PERMEABILITY_M2, VISCOSITY_37_PA_S)
    outside = {"tissue": around, "subdural": around, "epidural": EPIDURAL_RESISTANCE}
    out = []
    for opening in openings:
        total = sum(o.conductance for o in openings if o.space == opening.space)
        out.append(replace(opening, conductance=opening.conductance / (1.0 + outside.get(opening.space, 0.0) * total)))
    return tuple(out)


def connector_leak(seat: float) -> float:
    """Return the leak conductance of a connector [m3/(s Pa)].

    Parameters
    ----------
    seat : float
        1 fully engaged (tight), 0 apart.

    Notes
    -----
    [A] The passage opens in proportion to what is missing below 0.5: a connector on its last half
    still seals [scenarios_content 0.1: 0.4 holds 1.2 N only].
    """
    check_range("connector", "seat", seat, 0.0, 1.0)
    gap = max(0.0, 1.0 - seat / 0.5)
    return hole_conductance(CONNECTOR_PASSAGE_M * gap, CONNECTOR_WALL_M) if gap < 1.0 else CONNECTOR_APART


def connector_openings(seat: float, space: str = "pocket") -> tuple[Opening, ...]:
    """Return the leak of a connector; none when it is tight."""
    leak = connector_leak(seat)
    return (Opening(PORT_NODE, space, leak),) if leak > 0.0 else ()


def defect_openings(tube: Tube, defects: tuple[Defect, ...]) -> tuple[tuple[Opening, ...], tuple[int, ...]]:
    """Return the openings that damage makes, and the edges through which nothing passes any more.

    Notes
    -----
    A hole leaks at its node. A gap under 1 leaks like a hole as wide as that share of the bore; a gap of 1
    leaves two open ends.
    """
    openings: list[Opening] = []
    severed: list[int] = []
    for defect in defects:
        arc = min(defect.arc_m, tube.length_m)
        node, wall = tube.node_at(arc), wall_thickness(tube)
        if defect.gap >= 1.0:
            edge = tube.edge_at(arc)
            severed.append(edge)
            end = open_end_conductance(tube.inner_diameter_m)
            openings += [Opening(edge + 1, defect.space, end, 1.0, arc), Opening(edge + 2, defect.space, end, 1.0, arc)]
            continue
        leak = hole_conductance(defect.diameter_m, wall) + hole_conductance(defect.gap * tube.inner_diameter_m, wall)
        if leak > 0.0:
            openings.append(Opening(node, defect.space, leak, 1.0, arc))
    return _within_tissue(tuple(openings), 0.5 * tube.outer_diameter_m), tuple(severed)


def open_network(tube: Tube, csf_pa: float = 0.0) -> Network:
    """Return the network of a sound line whose tip lies in fluid at a pressure, over ambient."""
    return build_network(tube, tip_openings(tube, Tip()), (Space("csf", csf_pa),))
