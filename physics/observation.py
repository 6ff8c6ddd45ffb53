"""The shape of the read model: what `observe(world)` returns.

HUD, scoring, scripts, scripted players and golden logs read this and nothing else. Fields marked
*hidden* are truths that no clinician could know at that moment; players must not read them, the HUD
shows them only where the help level allows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.pump.program import Prescription
from physics.wound import Bleeder, Break, Chance, Depot, Incision, Mark, Stitch

FloatArray = NDArray[np.float64]
NO_MAP: FloatArray = np.zeros((0, 2))
NOT_WET: NDArray[np.float16] = np.zeros((0, 2), dtype=np.float16)  # nothing was painted
NOT_PAINTED: NDArray[np.bool_] = np.zeros((0, 2), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class NeedleObservation:
    """The Tuohy needle; lengths [m], forces [N], angles [rad]."""

    is_placed: bool
    is_stylet_in: bool
    is_braced: bool
    entry_m: FloatArray  # (3,) skin or wound point
    tip_m: FloatArray  # (3,)
    direction: FloatArray  # (3,) unit, hub -> tip
    length_m: float
    depth_m: float  # tip past the entry point, along the needle
    elevation_rad: float
    medial_rad: float
    rotation_rad: float  # bevel, 0 = toward the head
    force_n: float  # axial, felt
    side_force_n: float
    hub_follow: float  # share of the last set-point travel that the hub followed
    roughness: float  # 0..1, for the "gritty" word
    stiffness_n_per_m: float  # local slope of force against depth
    csf_drops: int  # since the stylet last came out
    csf_lost_m3: float
    layer: str  # hidden: tissue at the tip
    past_dura_m: float  # hidden
    n_passes: int
    n_bone_contacts: int
    n_dural_punctures: int  # hidden
    max_force_n: float
    path_length_m: float


@dataclass(frozen=True, slots=True)
class CatheterObservation:
    """The catheter; arrays run from the pump (hand) end to the tip."""

    is_open: bool
    model: str
    nodes_m: FloatArray  # (n+1, 3) centre line
    radius_m: float
    curvature_per_m: FloatArray  # (n+1,) hidden
    patency: FloatArray  # (n,) hidden: open area fraction per edge
    min_patency: float  # hidden
    min_radius_m: float  # hidden
    min_patency_sitting: float  # hidden
    fed_m: float  # length past the needle hub (counted on the marks)
    hand_force_n: float  # felt at the fingers
    max_push_n: float
    tip_m: FloatArray  # (3,) hidden unless imaged
    tip_level: float  # hidden: vertebral level, T1 = 1 .. T12 = 12, L1 = 13 .. L5 = 17
    tip_space: str  # hidden: "hub", "needle", "epidural", "subdural", "intrathecal", "tissue", "air"
    inserted_m: float  # hidden: arc length inside the sac
    implanted_m: float  # true length tip to connector
    removed_m: float  # length trimmed away, lying on the table
    is_csf_at_end: bool  # drops at the free end of the catheter
    is_held: bool
    is_stylet_in: bool
    purse_tension_n: float
    anchor_capacity_n: float  # hidden: slip force
    anchor_distance_m: float
    n_anchor_sutures: int
    anchor_substrate: str
    anchor_slip_m: float  # hidden
    loop_radius_m: float
    slack_m: float  # hidden
    is_tunnelled: bool
    tunnel_min_depth_m: float
    is_connected: bool
    connector_seat: float  # hidden 0..1
    is_coil_behind: bool
    is_sheared: bool  # hidden
    fragment_m: float  # hidden: length left in the canal
    is_clamped: bool = False
    is_tip_damaged: bool = False  # hidden
    wall_defects: tuple[tuple[float, float, float], ...] = ()  # hidden: arc from the tip, hole [m], gap 0..1
    anchor_kind: str = ""
    n_anchor_holding: int = 0  # hidden: stitches of the anchor that hold
    stylet_set_per_m: float = 0.0  # the wire's sharpest set, seen once it is out
    end_flow_m3_per_s: float = 0.0  # CSF that leaves the free end, as its drops show


@dataclass(frozen=True, slots=True)
class PocketObservation:
    """Pocket and pump body on the unrolled trunk."""

    is_dissected: bool
    is_pump_in: bool
    u_m: float
    v_m: float
    radius_m: float
    plane: str
    cover_m: float  # tissue over the septum
    clearance_m: float
    pump_u_m: float
    pump_v_m: float
    outlet_angle_rad: float
    tilt_rad: float
    is_septum_outward: bool
    is_flipped: bool  # hidden
    n_sutures: int
    n_holding: int  # hidden: loops that hold > 5 N
    pump_centre_m: FloatArray  # (3,)
    pump_normal: FloatArray  # (3,) unit, out of the septum
    pump_height_m: float  # of the can that lies in it or waits for it
    bone_gap_m: float  # least distance pump to rib or crest, sitting
    pocket_fluid_m3: float  # hidden
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PumpObservation:
    """The pump device: what telemetry shows, then what is true."""

    state: str  # "off", "running", "priming", "bridging", "bolus", "stopped", "stalled", "empty", "ended"
    mode: str
    programmed_dose_kg_per_s: float  # as the programmer shows it
    programmed_concentration_kg_per_m3: float
    programmed_flow_m3_per_s: float
    shown_reservoir_m3: float  # calculated by the device, not sensed
    alarm_volume_m3: float
    alarms: tuple[str, ...]
    recorded_length_m: float
    event_log: tuple[str, ...]  # as the programmer shows it: the end of a stall only at the second reading
    replace_in_s: float  # to elective replacement, at the programmed rate
    capacity_m3: float
    reservoir_m3: float  # hidden
    concentration_kg_per_m3: float  # hidden
    flow_m3_per_s: float  # hidden: leaving the pump
    is_tubing_purged: bool
    prescription: Prescription  # as it was sent, read back whole
    clock_s: float  # time of the week by the pump's own clock
    tone: str = "none"  # of the alarms: "none", "single", "two-tone"; heard through the tissue over the pump (pocket.cover_m)
    is_sounding: bool = False  # now
    bolus_refusal: str = ""  # why the patient's request would be refused now
    bolus_wait_s: float = 0.0  # until lock-out or full day have passed


@dataclass(frozen=True, slots=True)
class DeliveryObservation:
    """The fluid path (all hidden)."""

    pump_pressure_pa: float
    tip_flow_m3_per_s: float
    leak_flow_m3_per_s: float
    aspirable: bool
    delivered_kg_per_s: float  # baclofen leaving at the tip into CSF
    misplaced_kg_per_s: float  # baclofen leaving anywhere else
    dose_ratio: float  # delivered / programmed
    resistance_pa_s_per_m3: float


@dataclass(frozen=True, slots=True)
class PatientObservation:
    """What a nurse can measure, then what only the model knows."""

    heart_rate_per_min: float
    respiratory_rate_per_min: float
    spo2_percent: float
    systolic_mmhg: float
    diastolic_mmhg: float
    etco2_mmhg: float
    temperature_c: float
    gcs: float
    ashworth_legs: float  # 1..5
    ashworth_arms: float
    ashworth_legs_baseline: float
    ashworth_arms_baseline: float
    spasm_score: float  # Penn 0..4
    itch: float  # 0..10
    weakness: float  # 0..1
    is_anaesthetised: bool
    withdrawal_severity: float  # hidden 0..1.3
    ck_u_per_l: float
    csf_concentration_kg_per_m3: FloatArray  # hidden, (levels,) S2 -> C1
    cord_concentration_kg_per_m3: FloatArray  # hidden, (levels,)
    csf_level_names: tuple[str, ...]
    plasma_kg_per_m3: float
    csf_volume_lost_m3: float
    headache: float  # 0..10, postural
    ashworth_trunk: float = 1.0
    ashworth_joints: tuple[tuple[str, float], ...] = ()  # joint group, 1..5
    knee_jerk: float = 2.0  # 0 none, 2 normal, 4 clonus
    function: float = 1.0  # 0..1: walking, transfer or care
    dizziness: float = 0.0  # 0..10
    nausea: float = 0.0  # 0..10
    is_vomiting: bool = False
    aspiration_risk: float = 0.0  # 0..1
    flushing: float = 0.0  # 0..1, above a lesion
    pounding_headache: float = 0.0  # 0..10
    pocket_redness: float = 0.0  # 0..10
    neck_stiffness: float = 0.0  # 0..10
    crp_mg_per_l: float = 5.0
    bladder_m3: float = 0.0  # felt over the pubis
    is_intubated: bool = False
    ventilation: float = 0.0  # share of breathing taken over
    oxygen: float = 0.0  # mask, 0..1
    medicines: tuple[str, ...] = ()  # given and still acting, from the chart
    seizure_probability: float = 0.0  # hidden: that one has happened by now


@dataclass(frozen=True, slots=True)
class RefillObservation:
    """Refill needle and syringe."""

    is_placed: bool
    u_m: float
    v_m: float
    depth_m: float
    tip_m: FloatArray
    direction: FloatArray
    force_n: float
    feel: str  # "free", "soft", "rubbery", "hard stop", "glances off"
    place: str  # hidden: "skin", "fat", "capsule", "pocket", "septum", "reservoir", "shell"
    offset_m: float  # hidden: distance from the septum centre
    syringe_contents: str
    syringe_volume_m3: float
    plunger_pressure_pa: float
    plunger_flow_m3_per_s: float
    aspirate: str  # "none", "clear", "straw", "bubbles"
    drawn_m3: float  # pulled out of reservoir with the empty syringe, running total
    injected_m3: float
    into_reservoir_m3: float  # hidden
    into_pocket_m3: float  # hidden
    since_recheck_m3: float  # injected since the last aspiration
    max_rate_m3_per_s: float  # fastest over 6 s
    skin_lift_m: float
    complaint: str  # what the patient says, "" if nothing
    n_passes: int
    n_off_port: int
    off_axis_rad: float  # hidden


@dataclass(frozen=True, slots=True)
class PortObservation:
    """The last syringe at the access port, or on the catheter's open end."""

    brings: str = "none"  # "none", "nothing", "line", "csf", "air", "fluid" or "injected"
    volume_m3: float = 0.0  # into the syringe, < 0 out of it
    time_s: float = 0.0
    drug_kg: float = 0.0  # hidden: in the syringe from the line
    into_csf_kg: float = 0.0  # hidden: pushed into the fluid round the cord
    misplaced_kg: float = 0.0  # hidden: pushed anywhere else


@dataclass(frozen=True, slots=True)
class FieldObservation:
    """The operating field: skin, wounds, vessels, pocket walls, back table, closure; u to the left, v to the head.

    Attributes
    ----------
    prep_wetness, prep_is_painted : (n_v, n_u) arrays
        How wet each cell of the skin is, 0..1, and whether it was painted; cell [0, 0] begins at
        `prep_origin_m`, cells are `prep_cell_m` wide.
    window_m : tuple
        Skin that has to be painted, and that the drapes leave free: u from, to, v from, to.
    incisions : tuple of Incision
        Line, depth, layer of the floor, spread of the retractor, blood that stands in it.
    blood_level : tuple of (wound, 0..1)
        How full of blood each wound stands.
    bleeders : tuple of Bleeder
        Every cut vessel; *hidden* unless `is_seen`, index by index.
    pocket_outline_m : (n, 2) array
        Wall of the swept floor, (u, v); empty before the first sweep.
    held : tuple of (wound, layer, share)
        Share of each wound's length that its stitches hold, by needed layer.
    swelling_m3 : float
        Felt over the pump: blood and serum. `back_swelling_m3` under the back.
    """

    position: str = "supine"
    side_up: str = "left"
    is_hips_flexed: bool = False
    is_padded: bool = False
    marks: tuple[Mark, ...] = ()
    prep_wetness: NDArray[np.float16] = field(default_factory=lambda: NOT_WET)
    prep_is_painted: NDArray[np.bool_] = field(default_factory=lambda: NOT_PAINTED)
    prep_origin_m: tuple[float, float] = (0.0, 0.0)
    prep_cell_m: float = 0.01
    prep_agents: tuple[str, ...] = ()
    window_m: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    prep_cover: float = 0.0  # of the window
    prep_wet: float = 0.0
    prep_dry_in_s: float = 0.0
    is_draped: bool = False
    draped_cover: float = 0.0
    draped_wet: float = 0.0
    breaks: tuple[Break, ...] = ()  # hidden until told
    depots: tuple[Depot, ...] = ()
    incisions: tuple[Incision, ...] = ()
    blood_level: tuple[tuple[str, float], ...] = ()
    bleeders: tuple[Bleeder, ...] = ()
    bleeder_flow_m3_per_s: tuple[float, ...] = ()  # hidden
    bleeder_is_seen: tuple[bool, ...] = ()
    oozing_m3_per_s: float = 0.0  # hidden: all open wounds
    bled_m3: float = 0.0
    taken_m3: float = 0.0
    spilled_m3: float = 0.0
    pocket_outline_m: FloatArray = field(default_factory=lambda: NO_MAP)
    pocket_plane: str = ""
    sweep_feel: str = ""
    rim_gaps_m: tuple[float, ...] = ()  # head, left, foot, right: as the dummy last showed them
    off_pump_m: float = 1.0  # abdominal incision beyond the pump's middle half, where its ports are
    pump_c: float = 20.0  # on the back table
    is_pump_in_bath: bool = False
    water_recovered_m3: float = -1.0  # < 0: not yet drawn
    water_expected_m3: float = 0.0
    is_package_read: bool = False
    is_table_filled: bool = False
    is_filtered: bool = True
    table_air_m3: float = 0.0
    stitches: tuple[Stitch, ...] = ()
    held: tuple[tuple[str, str, float], ...] = ()
    n_swabs_packed: int = 0  # hidden until counted
    counted: int = -1  # -1 not yet, 0 something is missing, 1 whole
    has_binder: bool = False
    antibiotic_at_s: float = -1.0  # clinical time; < 0 never
    first_cut_at_s: float = -1.0
    closed_at_s: float = -1.0
    swelling_m3: float = 0.0
    back_swelling_m3: float = 0.0
    haematoma_m3: float = 0.0  # hidden
    seroma_m3: float = 0.0  # hidden
    is_dehisced: bool = False
    is_eroded: bool = False
    chances: tuple[Chance, ...] = ()  # hidden


@dataclass(frozen=True, slots=True)
class ContrastObservation:
    """Where contrast medium is, as X-rays show it; masses are iodine [kg]. Empty before any was given."""

    csf_kg: tuple[float, ...] = ()  # per cell of the spinal CSF, caudal to cranial
    csf_edge_levels: tuple[float, ...] = ()  # the faces of these cells, one more: T1 = 1 .. L5 = 17
    line_kg: tuple[float, ...] = ()  # per cell of equal length from the connector to the tip
    epidural_kg: float = 0.0
    subdural_kg: float = 0.0
    tissue_kg: float = 0.0
    pocket_kg: float = 0.0
    strength_kg_per_m3: float = 0.0  # of the last injection


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that can be read from a world at one tick."""

    tick: int
    time_s: float  # tick * TICK_S: hands on
    clinical_time_s: float  # since the case began, time skips included
    days_since_closure: float  # < 0 before the wounds are closed
    is_lumbar_open: bool
    needle: NeedleObservation
    catheter: CatheterObservation
    pocket: PocketObservation
    pump: PumpObservation
    delivery: DeliveryObservation
    patient: PatientObservation
    refill: RefillObservation
    port: PortObservation = PortObservation()
    lumbar_u_m: float = 0.0  # middle of the lumbar incision
    lumbar_v_m: float = 0.0
    lumbar_length_m: float = 0.0
    lumbar_depth_m: float = 0.0
    field: FieldObservation = FieldObservation()
    contrast: ContrastObservation = ContrastObservation()
