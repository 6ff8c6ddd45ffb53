"""What a catheter is at one instant, what surrounds it, and what a step reports."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.catheter.spec import TRACK_STIFFNESS_PA
from physics.errors import OutOfRange, check_above, check_finite, check_range

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
HappeningList = list[tuple[str, float, str]]

LEAST_RADIUS_M = 1e-3  # tighter no tube of 1.2 mm lies: its inner side would have no length left


def _none() -> FloatArray:
    return np.zeros((0, 3))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the catheter touches, as plain arrays in the patient frame [m].

    Attributes
    ----------
    canal_points_m : (m, 3)
        Control polygon of the sac's centre line, caudal to cranial.
    canal_normals : (m, 3)
        Posterior unit normals.
    sac_semi_axes_m : (m, 2)
        Lateral and antero-posterior semi-axes.
    cord_points_m, cord_radius_m, cord_stiffness : (c, 3), (c,), (c,)
        Cord and cauda as a soft capsule; stiffness 0..1 of a cord.
    needle_line_m : (k, 3)
        Centre line hub -> tip with the bevel curve, or empty.
    needle_bore_m : float
        Inner radius of the needle.
    fascia_points_m, fascia_normals : (f, 3), (f, 3)
        Samples of the lumbodorsal fascia with outward normals (round the wound is enough).
    track_stiffness_pa : float
        Wall of the needle's hole: muscle by default; `BONE_EDGE_STIFFNESS_PA` where the track runs
        along a lamina or spinous process (world: within about 2 mm of bone).
    lumbar_low_m, lumbar_high_m : float
        Heights z between which the trunk bends: S1 and the T12-L1 disc.
    """

    canal_points_m: FloatArray
    canal_normals: FloatArray
    sac_semi_axes_m: FloatArray
    cord_points_m: FloatArray = field(default_factory=_none)
    cord_radius_m: FloatArray = field(default_factory=lambda: np.zeros(0))
    cord_stiffness: FloatArray = field(default_factory=lambda: np.zeros(0))
    needle_line_m: FloatArray = field(default_factory=_none)
    needle_bore_m: float = 0.75e-3
    fascia_points_m: FloatArray = field(default_factory=_none)
    fascia_normals: FloatArray = field(default_factory=_none)
    track_stiffness_pa: float = TRACK_STIFFNESS_PA
    lumbar_low_m: float = -0.07
    lumbar_high_m: float = 0.11


@dataclass(frozen=True, slots=True)
class Route:
    """How the extraspinal catheter is laid.

    Attributes
    ----------
    tunnel_m : (k, 3)
        Way points from the lumbar wound to the pocket [m] (at the tunnel's depth).
    outlet_m, outlet_direction : (3,)
        Connector of the pump and the unit direction in which the catheter leaves it.
    pump_centre_m, pump_normal : (3,)
        Centre of the pump and unit normal out of the septum.
    pump_half_thickness_m : float
    pocket_radius_m : float
        The tunnel ends at the wall of the pocket, so far from the middle of the pump.
    loop_radius_m : float
        Strain-relief loop beside the anchor; 0 = none.
    coil_radius_m : float
        Slack behind (or in front of) the pump.
    is_coil_behind : bool
    length_m : float
        Catheter available from tip to connector; what the path does not need is coiled.
    """

    tunnel_m: FloatArray
    outlet_m: FloatArray
    outlet_direction: FloatArray
    pump_centre_m: FloatArray
    pump_normal: FloatArray
    pump_half_thickness_m: float = 9.75e-3
    pocket_radius_m: float = 49e-3
    loop_radius_m: float = 0.0
    coil_radius_m: float = 25e-3
    is_coil_behind: bool = True
    length_m: float = 0.76

    def __post_init__(self) -> None:
        for name in ("tunnel_m", "outlet_m", "outlet_direction", "pump_centre_m", "pump_normal"):
            check_finite("Route", name, getattr(self, name))
        if len(self.tunnel_m) < 2:
            raise OutOfRange("Route", "tunnel_m", len(self.tunnel_m), "at least 2 way points")
        check_range("Route", "coil_radius_m", self.coil_radius_m, LEAST_RADIUS_M, 1.0, "m")
        if self.loop_radius_m != 0.0:
            check_range("Route", "loop_radius_m", self.loop_radius_m, LEAST_RADIUS_M, 1.0, "m, or 0 for none")
        check_above("Route", "pump_half_thickness_m", self.pump_half_thickness_m, 0.0, "m")
        check_above("Route", "pocket_radius_m", self.pocket_radius_m, 0.0, "m")
        check_range("Route", "length_m", self.length_m, 0.05, 5.0, "m")


@dataclass(frozen=True, slots=True)
class Report:
    """What one feed or withdrawal step reports."""

    hand_force_n: float = 0.0
    max_push_n: float = 0.0
    tip_space: str = "hub"
    iterations: int = 0
    residual_n: float = 0.0
    happenings: tuple[tuple[str, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CatheterState:
    """The catheter in every phase; arrays run from the hand (pump) end to the tip.

    n edges, n + 1 nodes. `status` says what surrounds a node (0 nothing, 1 needle or track, 2 canal,
    3 tissue slab); it is frozen during a step. Zones of an implanted catheter are in `zone`:
    0 sac, 1 track, 2 wound (anchor and loop), 3 tunnel, 4 pocket.
    """

    phase: str  # "closed", "threading", "free", "implanted"
    model: str
    x: FloatArray
    v: FloatArray
    theta: FloatArray
    omega: FloatArray
    tangent: FloatArray
    director: FloatArray
    turn: FloatArray
    rest_length: FloatArray
    rest_curvature: FloatArray  # (n, 2), plastic set of hinges
    virgin_bending: FloatArray  # (n,) with stylet
    bending: FloatArray  # (n,) with hinges
    hinge_angle: FloatArray  # (n,) largest rotation so far
    hinge_direction: FloatArray  # (n, 2)
    is_hinge: BoolArray
    status: IntArray
    hint: IntArray  # (n+1, 4) nearest piece of canal, conduit, cord; nearest rigid body
    memory: FloatArray  # (n+1, 3, 3) friction: wall, cord, rigid body
    load: FloatArray  # (n+1, 3) normal loads [N]
    hold_stiffness: FloatArray
    hold_capacity: FloatArray
    hold_memory: FloatArray
    plane: FloatArray  # (n+1, 5) slab: normal, offset, half thickness
    zone: IntArray  # (n+1,)
    track_m: FloatArray = field(default_factory=_none)  # fascia -> dura
    exit_m: FloatArray = field(default_factory=lambda: np.zeros(3))
    exit_normal: FloatArray = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    seed: int = 0
    hub_arc_m: float = 0.0  # arc of node 0 behind (<0) the hub
    stylet_behind_tip_m: float | None = None
    needle_line_m: FloatArray = field(default_factory=_none)  # as last seen
    is_epidural: bool = False
    is_subdural: bool = False  # left the bevel between dura and arachnoid
    is_asleep: bool = False
    hand_force_n: float = 0.0
    max_push_n: float = 0.0
    pulled_m: float = 0.0  # drawn back over the bevel since the last push
    cut_work_j: float = 0.0
    is_sheared: bool = False
    fragment_m: float = 0.0
    purse_tension_n: float = 0.0
    anchor_arc_m: float = -1.0  # arc from the tip of the material in the anchor
    anchor_point_m: FloatArray = field(default_factory=lambda: np.zeros(3))
    anchor_distance_m: float = 0.0
    anchor_sutures: int = 0
    anchor_substrate: str = "fascia"
    anchor_kind: str = "biwing"
    anchor_stitches: tuple[tuple[float, float, float], ...] = ()  # those that hold: x, y [m], extra creep [d]
    anchor_tie_n: float = 0.0  # tension of the ties round the sleeve
    anchor_pinch: float = 0.0
    anchor_slip_m: float = 0.0
    loop_radius_m: float = 0.0
    coil_radius_m: float = 0.0
    slack_m: float = 0.0
    days: float = 0.0
    # life after surgery; rows are the ways of `activity.WAYS`
    records: FloatArray = field(default_factory=lambda: np.zeros(4))  # largest amplitude so far [rad]
    record_held: float = 0.0  # largest flexion held for an hour
    looked_day: float = -1.0  # when slip per cycle and wear were last measured
    slip_m: FloatArray = field(default_factory=lambda: np.zeros(4))  # slip per cycle then, at the probe
    walked_m: float = 0.0  # drawn out since then
    fatigue: FloatArray = field(default_factory=lambda: np.zeros(0))  # (n,) Miner sum; 1 = broken
    fatigue_rate: FloatArray = field(default_factory=lambda: np.zeros((4, 0)))  # (4, n) per day
    anchor_load_n: float = 0.0  # largest load of the anchor then
    is_fractured: bool = False
    fracture_arc_m: float = -1.0  # from the tip
    fracture_gap: float = 0.0  # 0 a crack, 1 apart
    tip_occlusion: float = 0.0  # share of the tip's holes shut by fibrin
    connector_pull_n: float = 0.0  # largest pull of an ordinary movement
    connector_wear: float = 0.0
    is_disconnected: bool = False
    body_scale: float = 1.0  # size of the body over that at implantation
    fat_gained_m: float = 0.0
    touch_pairs: IntArray = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))  # strands that rub
    touch_memory: FloatArray = field(default_factory=_none)  # their friction
    rim_edge: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # edge in each hole, -1 none
    rim_load: FloatArray = field(default_factory=lambda: np.zeros(0))  # normal load at each rim [N]
    rim_memory: FloatArray = field(default_factory=_none)
    # the pump's turns, see `coil`
    is_wound: bool = False  # the pump has turned: strands touch each other, the can and the pocket
    laid_writhe: float = 0.0  # of the pocket part as the surgeon laid it [turns]
    pump_disc: FloatArray = field(default_factory=lambda: np.zeros((0, 14)))  # the can as a rigid body
    # instruments and damage; arcs from the tip, arrays of shape (0,) mean none yet
    stylet_set: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))  # (n, 2) set of the wire [1/m]
    is_folded: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (n,) fold open or shut
    wall_defects: tuple[tuple[float, float, float], ...] = ()  # arc, diameter of the hole [m], gap 0..1
    pinches: tuple[tuple[float, float], ...] = ()  # arc, open share that an instrument or stitch has left
    clamps: tuple[tuple[float, float, bool, float], ...] = ()  # arc, force [N], rubber-shod, put on at [s]
    is_tip_damaged: bool = False

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return int(self.theta.shape[0])

    @property
    def length_m(self) -> float:
        """Rest length of the modelled part [m]."""
        return float(self.rest_length.sum())

    @property
    def clamps_m(self) -> tuple[float, ...]:
        """Where clamps shut the tube, as arcs from the tip [m]."""
        return tuple(clamp[0] for clamp in self.clamps)
