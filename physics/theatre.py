"""What hands touch: the state of the operation, and how to read it.

`Theatre` holds needle, wounds, catheter, pocket and refill needle; the functions turn it into what the
subsystems and therapy need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import physics.catheter as catheter
import physics.csf as csf
import physics.geometry as geometry
import physics.tissue as tissue
from physics.catheter import CatheterState
from physics.commands import Command
from physics.fixed import Fixed, with_catheter, with_pump
from physics.hydraulics import Defect
from physics.plumbing import Plumbing
from physics.port import PortUse
from physics.pocket import PocketState
from physics.pump.needle_path import RefillSite
from physics.pump.refill import RefillState
from physics.therapy import Intake, Therapy
from physics.tissue import NeedlePath, NeedleSpec, NeedleState
from physics.wound import FieldState

FloatArray = NDArray[np.float64]
Note = tuple[str, float, str]

COIL_RADIUS_M = 0.025  # coil laid when nobody says otherwise [I34: radius >= 10 mm]
CUT_END_M = 1.5e-3
FACING_SHARE = 1.0 / 3.0  # of holes round the tube, those that look at what it lies on [A]
CRACK_M = 0.2e-3  # leak of a wall that has cracked through [A]
ZONE_SPACES = ("csf", "tissue", "tissue", "tissue", "pocket")  # sac, track, wound, tunnel, pocket
TOUCH_M = 0.1e-3  # a hole this near to cord or wall lies against it [A]
HOLE_AREA_M2 = 1.4e-6  # annulus of a 14 G puncture round its catheter [csf.pressure]


@dataclass(frozen=True, slots=True)
class LumbarWound:
    """The opened back: skin and fat retracted down to `depth_m`."""

    u_m: float
    v_m: float
    length_m: float
    depth_m: float


@dataclass(frozen=True, slots=True)
class Syringe:
    """A syringe in the hand."""

    contents: str = "none"
    capacity_m3: float = 0.0
    volume_m3: float = 0.0
    drug_kg: float = 0.0
    temperature_c: float = 37.0
    air_m3: float = 0.0  # not purged from the extension: it goes in first
    iodine_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class Theatre:
    """Everything that hands touch.

    Attributes
    ----------
    path : tissue.NeedlePath or None
        Layers along the needle as it is aimed now.
    lumbar_catheter : CatheterState or None
        The catheter as it came out of the back, before it was laid: a new route starts from it.
    removed_m, trimmed : float
        Catheter cut off at the pump end.
    tunnel_m : tuple of (u, v, depth)
        Way points of the tunneller.
    patency_lying, patency_sitting : (n,) arrays
        Open share of the lumen per edge after the last day of life.
    exit_u_m, exit_v_m : float
        Where the needle went in, on the unrolled trunk.
    """

    needle: NeedleState
    needle_spec: NeedleSpec
    path: NeedlePath | None
    lumbar: LumbarWound | None
    catheter: CatheterState
    lumbar_catheter: CatheterState | None
    patency_lying: FloatArray
    patency_sitting: FloatArray
    exit_u_m: float
    exit_v_m: float
    aim_elevation_rad: float
    aim_medial_rad: float
    removed_m: float
    tunnel_m: tuple[tuple[float, float, float], ...]
    connector_seat: float
    is_connected: bool
    is_coil_behind: bool
    coil_radius_m: float
    loop_radius_m: float
    n_holes: int
    pocket: PocketState
    refill: RefillState
    syringe: Syringe
    pocket_fluid_m3: float
    pocket_fluid_kg: float
    tissue_fluid_m3: float
    tip_arc_m: float
    tip_level: float
    tip_space: str
    share_lying: float  # of the tip's holes inside the sac
    share_sitting: float
    track_stiffness_pa: float  # of what borders the needle's track: muscle, or the edge of a lamina
    lived_days: float  # how far the life of the implant has been followed
    port: PortUse | None = None  # what a syringe on the line last brought
    tip_contact: float = 0.0  # share of the tip's holes that lie against cord or wall
    way: CatheterState | None = field(default=None, metadata={"hash": "when set"})  # as it lay before its pump's segment was drawn
    segment_m: float = field(default=0.0, metadata={"hash": "when set"})  # new pump's segment in the tunnel, not yet joined
    pump_model: str = field(default="", metadata={"hash": "when set"})  # unpacked in its place; "": the case's own
    field: FieldState = FieldState()  # skin, incisions, vessels, stitches, back table


@dataclass(frozen=True, slots=True)
class Hands:
    """Theatre, device and the slow movements asked for in this tick."""

    theatre: Theatre
    therapy: Therapy
    seed: int
    tick: int = 0
    needle_m: float = 0.0
    feed_m: float = 0.0
    rotate_rad: float = 0.0
    refill_m: float = 0.0
    plunger_n: float | None = None
    skip_s: float = 0.0
    now_s: float = 0.0  # clinical clock
    intake: Intake = field(default_factory=Intake)
    notes: tuple[Note, ...] = ()


Handlers = dict[type[Command], Callable[[Fixed, Hands, Any], Hands]]  # what hands do at each command


def fresh_theatre(fixed: Fixed) -> Theatre:
    """Return a theatre before the first cut."""
    closed = catheter.closed_catheter(fixed.catheter)
    whole = np.ones(closed.n_edges)
    return Theatre(
        needle=tissue.initial(), needle_spec=NeedleSpec(), path=None, lumbar=None, catheter=closed, lumbar_catheter=None, patency_lying=whole,
        patency_sitting=whole, exit_u_m=0.0, exit_v_m=0.0, aim_elevation_rad=np.pi / 2, aim_medial_rad=0.0, removed_m=0.0, tunnel_m=(), connector_seat=0.0,
        is_connected=False, is_coil_behind=True, coil_radius_m=COIL_RADIUS_M, loop_radius_m=0.0, n_holes=0,
        pocket=PocketState(), refill=RefillState(), syringe=Syringe(), pocket_fluid_m3=0.0, pocket_fluid_kg=0.0,
        tissue_fluid_m3=0.0, tip_arc_m=0.0, tip_level=15.5, tip_space="air", share_lying=0.0, share_sitting=0.0,
        track_stiffness_pa=catheter.TRACK_STIFFNESS_PA,
        lived_days=0.0,
    )  # fmt: skip


def needle_tip(theatre: Theatre) -> FloatArray:
    """Return the tip of the needle (3,); zeros before it was ever placed."""
    return tissue.tip_of(theatre.needle, theatre.path) if theatre.path is not None else np.zeros(3)


def needle_line(theatre: Theatre) -> FloatArray | None:
    """Return the bore's centre line hub -> tip, or None without a needle."""
    if not theatre.needle.is_placed or theatre.path is None:
        return None
    return tissue.needle_centre_line(
        needle_tip(theatre), theatre.path.direction, theatre.needle.rotation_rad, theatre.needle_spec
    )


def with_models(fixed: Fixed, theatre: Theatre) -> Fixed:
    """Return the case with the catheter and the pump that are in use."""
    return with_pump(with_catheter(fixed, theatre.catheter.model), theatre.pump_model)


def around(fixed: Fixed, theatre: Theatre) -> catheter.Surroundings:
    """Return what the catheter touches now."""
    near = geometry.surroundings(
        fixed.body, needle_line(theatre), theatre.needle_spec.bore_radius_m, theatre.exit_u_m, theatre.exit_v_m
    )
    return replace(near, track_stiffness_pa=theatre.track_stiffness_pa)


def pump_pose(fixed: Fixed, theatre: Theatre) -> geometry.PumpPose:
    """Return where the pump (or the pocket that waits for it) lies."""
    state = theatre.pocket
    tilt = state.tilt_rad + (np.pi if state.is_flipped == state.is_septum_outward else 0.0)
    return geometry.pump_pose(
        fixed.body, state.pump_u_m, state.pump_v_m, state.cover_m, state.outlet_angle_rad, tilt,
        fixed.pump.thickness_m, 0.5 * fixed.pump.diameter_m,
    )  # fmt: skip


def implanted_length(fixed: Fixed, theatre: Theatre) -> float:
    """Return the true length from tip to pump end [m]: as packed, less what was cut or sheared off."""
    return fixed.catheter.length_m - theatre.removed_m - theatre.catheter.fragment_m


def located(fixed: Fixed, theatre: Theatre) -> Theatre:
    """Return the theatre with the place of the catheter's tip brought up to date."""
    state = theatre.catheter
    if state.phase == "closed":
        return theatre
    arc, level, space = geometry.place_in_canal(fixed.body, catheter.tip_point(state))
    if state.phase == "threading" and catheter.fed_length(state) < theatre.needle_spec.length_m:
        space = "needle" if catheter.fed_length(state) > 2e-3 else "hub"
    elif state.is_epidural and space == "intrathecal":
        space = "epidural"
    elif state.is_subdural and space == "intrathecal":
        space = "subdural"
    share = holes_inside(state, fixed.catheter, geometry.canal_only(fixed.body)) if space == "intrathecal" else 0.0
    if space == "intrathecal" and share <= 0.0:
        space = "epidural"  # the tip lies in the dura, every hole behind it outside
    contact = 0.0
    if space == "intrathecal":
        near = geometry.canal_and_cord(fixed.body)
        contact = FACING_SHARE * catheter.contact_share(state, fixed.catheter, near, fixed.catheter.tip.spread_m, TOUCH_M)
    return replace(
        theatre, tip_arc_m=arc, tip_level=level, tip_space=space, share_lying=share, share_sitting=share,
        tip_contact=contact,
    )  # fmt: skip


def holes_inside(state: CatheterState, spec: catheter.CatheterSpec, near: catheter.Surroundings) -> float:
    """Return the share of the tip's outlets that lie inside the sac, 0..1.

    Notes
    -----
    Outlets taken as even over the model's `tip.spread_m`; a cut end has one outlet at its very end.
    """
    spread = CUT_END_M if state.is_sheared else spec.tip.spread_m
    return min(1.0, max(0.0, catheter.inserted_length(state, near) / spread))


def refill_site(fixed: Fixed, theatre: Theatre) -> RefillSite:
    """Return the pump as the refill needle meets it."""
    state = theatre.pocket
    return RefillSite(
        pump_u_m=state.pump_u_m, pump_v_m=state.pump_v_m, cover_m=state.cover_m, tilt_rad=state.tilt_rad,
        tilt_direction_rad=state.tilt_direction_rad, outlet_angle_rad=state.outlet_angle_rad,
        is_septum_outward=state.is_septum_outward != state.is_flipped,
        pump_radius_m=0.5 * fixed.pump.diameter_m, pump_thickness_m=fixed.pump.thickness_m,
        septum_radius_m=fixed.pump.septum_radius_m, pocket_radius_m=state.radius_m,
    )  # fmt: skip


def plumbing(fixed: Fixed, theatre: Theatre) -> Plumbing | None:
    """Return the implanted line as fluid meets it; None while the pump runs into the open.

    A pump closed in without its catheter, or pulled off it, runs into the pocket.
    """
    if theatre.catheter.phase != "implanted" or not (theatre.is_connected or theatre.pocket.is_closed):
        return None
    if theatre.lumbar is not None and not theatre.is_connected:
        return None  # cut through in the open back: the pump's segment runs into the wound
    now = open_line(fixed, theatre)
    if not theatre.is_connected:
        now = replace(now, connector_seat=0.0)
    lived = theatre.patency_lying
    lying = np.minimum(lived, now.patency_lying) if lived.shape == now.patency_lying.shape else now.patency_lying
    sitting = theatre.patency_sitting if theatre.patency_sitting.shape == lying.shape else lying
    return replace(now, patency_lying=lying, patency_sitting=sitting)


def open_line(fixed: Fixed, theatre: Theatre) -> Plumbing:
    """Return the catheter as it lies now, whether or not a pump is joined to it."""
    state, spec = theatre.catheter, fixed.catheter
    lumen = catheter.patency(state, spec)
    second_moment = np.pi / 64.0 * (spec.outer_diameter_m**4 - spec.inner_diameter_m**4)
    return Plumbing(
        state.rest_length, lumen, lumen, spec.inner_diameter_m, spec.outer_diameter_m, theatre.connector_seat,
        theatre.tip_space, theatre.tip_level, theatre.share_lying, theatre.share_sitting,
        wall_modulus_pa=float(spec.bending_stiffness / second_moment),
        tip_occlusion=state.tip_occlusion, tip_contact_lying=theatre.tip_contact,
        tip_contact_sitting=theatre.tip_contact, is_tip_cut=state.is_sheared, defects=_defects(state),
        tip_holes_m=spec.tip.arcs_m(), tip_hole_diameter_m=spec.tip.hole_diameter_m,
    )  # fmt: skip


def _defects(state: CatheterState) -> tuple[Defect, ...]:
    """Return the damage to the wall, each with the space that its zone of the catheter lies in."""
    rows = list(state.wall_defects)
    if state.is_fractured and state.fracture_arc_m >= 0.0:
        rows.append((state.fracture_arc_m, CRACK_M, state.fracture_gap))
    from_tip = np.concatenate(([0.0], np.cumsum(state.rest_length[::-1])))[::-1]
    out = []
    for arc, diameter, gap in rows:
        node = int(np.argmin(np.abs(from_tip - arc)))
        space = ZONE_SPACES[int(state.zone[node])] if len(state.zone) == len(from_tip) else "air"
        if space == "csf" and (state.is_epidural or state.is_subdural):
            space = "epidural" if state.is_epidural else "subdural"
        out.append(Defect(max(0.0, state.length_m - arc), diameter, min(1.0, max(0.0, gap)), space))
    return tuple(out)


def dural_hole(theatre: Theatre) -> csf.DuralHole:
    """Return the punctures of the dura as they are now."""
    n = max(theatre.n_holes, theatre.needle.n_dural_punctures)
    is_plugged = theatre.needle.is_placed
    beside = max(n - 1, 0) * HOLE_AREA_M2
    return csf.DuralHole(n * HOLE_AREA_M2 - beside, theatre.catheter.purse_tension_n, False, not is_plugged, beside)
