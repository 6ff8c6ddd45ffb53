"""Every cited or tuned constant of the rod; the catheters themselves stand in `models`."""

from __future__ import annotations

from physics.catheter.models import CATHETERS as CATHETERS
from physics.catheter.models import EVIDENCE as MODEL_EVIDENCE
from physics.catheter.models import CatheterSpec as CatheterSpec
from physics.catheter.models import lumen_area_m2 as lumen_area_m2
from physics.errors import OutOfRange

# Plastic hinge, catheter_mechanics_2 section 6 [A].
HINGE_RESIDUAL = 0.45  # share of M_k that remains on a folded wall
HINGE_ANGLE_RAD = 0.35  # decay angle of the moment
HINGE_SET = 0.25  # share of the largest rotation that stays
HINGE_SPACING_M = 6e-3  # one hinge per this length

# Anchor slip forces, scenarios_content 0.1 [D].
ANCHOR_FASCIA_ONE_N = 0.9
ANCHOR_FASCIA_THREE_N = 2.5
ANCHOR_FAT_N = 0.25
ANCHOR_STIFFNESS_N_PER_M = 4000.0  # catheter_mechanics_2 section 7 [A]
ANCHOR_WINDOW_M = 10e-3  # half width of the hat, same source [A]
ANCHOR_LOOSENING = 0.3  # catheter_mechanics_2 section 5 [A]
ANCHOR_LOOSENING_S = 10 * 86400.0
ANCHOR_FAT_LOOSENING = 0.95  # stitches cut through fat within days [A]
ANCHOR_FAT_LOOSENING_S = 4 * 86400.0
FAT_SCAR_SHARE = 0.03  # scar in fat against scar on fascia [A]
FIBROSIS_N = 1.5  # what scar adds to an anchor, same source [A]
FIBROSIS_S = 30 * 86400.0

SUBDURAL_WINDOW_M = 2e-3  # bevel so little past the dura feeds the subdural plane, scenarios_content 0.1 [D]

# Purse-string: pinch of the lumen starts at 3 N and is complete at 6 N, scenarios_content 0.1 and 5 [D].
PURSE_PINCH_START_N = 3.0
PURSE_PINCH_SHUT_N = 6.0
PURSE_GRIP_PER_N = 0.01  # tuned: a snug 2 N string holds 0.02 N; it closes the hole, it is no anchor

# Soft tissue round the catheter, all [A]; the scale is the 0.91 N mean withdrawal force of a spinal
# catheter (catheter_mechanics section 2 [L]) over 60-100 mm of tissue.
GRIP_TRACK_N_PER_M = 1.15  # a needle hole is wider than the catheter
GRIP_WOUND_N_PER_M = 0.15  # open wound: fat and fluid
GRIP_TUNNEL_N_PER_M = 5.0
GRIP_POCKET_N_PER_M = 0.5
GRIP_STIFFNESS_PA = 2000.0  # shear of the sheath per length [N/m2]
TRACK_GIVE_M = 0.13e-3  # a fresh hole rubs: it gives this much before the catheter slides in it
SCAR_GIVE_M = 1.2e-3  # a scar sheath adheres and goes along: more than the fascia moves, so sliding ends
GRIP_FIBROSIS_N_PER_M = 6.0  # scar after weeks
FAT_SLIDE_M_PER_RAD = 0.020  # fat with the tunnel slides away over the fascia; 5 mm at an ordinary flexion,
# the pump-to-anchor change of catheter_mechanics_2 section 5 [A]
FASCIAL_BITE = 0.9  # taut fascia grips in flexion, slack fascia lets go: asymmetry of the track's grip [A]

# Numerics, catheter_mechanics_2 section 7 [M].
WALL_STIFFNESS_PA = 250e3  # contact stiffness per length, N/m per m
NEEDLE_STIFFNESS_PA = 1.25e6
TRACK_STIFFNESS_PA = 25e3  # Young's modulus of relaxed muscle is of this order [A]; a foundation has about E
BONE_EDGE_STIFFNESS_PA = 1e6  # a track along lamina or spinous process does not give [A]
SLAB_STIFFNESS_PA = 26e3
CORD_STIFFNESS_PA = 37.5e3  # 60 N/m per 1.6 mm
CONTACT_LAYER_M = 5e-5
STICK_STIFFNESS_PA = 12.5e3  # 20 N/m per 1.6 mm
STRAND_FRICTION = 0.3  # tube on tube, wet [A]
SHEAR_WORK_J = 2.5e-4  # 0.3 mm2 of wall at 0.8 kJ/m2 [A]: tens of mN of rim through 7-30 mm of pull-back
PATENCY_ANGLE_RAD = 0.14  # hinge rotation over which the open area falls e-fold [A]: thick wall, small lumen

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    *MODEL_EVIDENCE,
    ("hinge.residual_moment", HINGE_RESIDUAL, "1", "A", "catheter_mechanics_2 6"),
    ("hinge.decay_angle", HINGE_ANGLE_RAD, "rad", "A", "catheter_mechanics_2 6"),
    ("hinge.set", HINGE_SET, "1", "A", "catheter_mechanics_2 6"),
    ("hinge.spacing", HINGE_SPACING_M, "m", "A", "catheter_mechanics_2 6"),
    ("anchor.fascia_three_sutures", ANCHOR_FASCIA_THREE_N, "N", "D", "scenarios_content 0.1"),
    ("anchor.fascia_one_suture", ANCHOR_FASCIA_ONE_N, "N", "D", "scenarios_content 0.1"),
    ("anchor.fat", ANCHOR_FAT_N, "N", "D", "scenarios_content 0.1"),
    ("anchor.stiffness", ANCHOR_STIFFNESS_N_PER_M, "N/m", "A", "catheter_mechanics_2 7"),
    ("anchor.loosening", ANCHOR_LOOSENING, "1", "A", "catheter_mechanics_2 5"),
    ("anchor.fibrosis", FIBROSIS_N, "N", "A", "catheter_mechanics_2 5"),
    ("anchor.fibrosis_time", FIBROSIS_S, "s", "A", "catheter_mechanics_2 5"),
    ("thread.subdural_window", SUBDURAL_WINDOW_M, "m", "D", "scenarios_content 0.1: bevel 0-2 mm past dura"),
    ("purse.pinch_start", PURSE_PINCH_START_N, "N", "D", "scenarios_content 0.1"),
    ("purse.pinch_shut", PURSE_PINCH_SHUT_N, "N", "D", "scenarios_content 0.1"),
    ("grip.track", GRIP_TRACK_N_PER_M, "N/m", "A", "catheter_mechanics 2: 0.91 N withdrawal scale"),
    ("grip.tunnel", GRIP_TUNNEL_N_PER_M, "N/m", "A", "catheter_mechanics 2: 0.91 N withdrawal scale"),
    ("grip.fibrosis", GRIP_FIBROSIS_N_PER_M, "N/m", "A", "tuned: stops migration after weeks"),
    ("grip.fascial_bite", FASCIAL_BITE, "1", "A", "tuned: unanchored catheters walk out in weeks"),
    ("tissue.fat_slide", FAT_SLIDE_M_PER_RAD, "m/rad", "A", "catheter_mechanics_2 5: 5 mm per ordinary flexion"),
    ("track.stiffness_soft", TRACK_STIFFNESS_PA, "Pa", "A", "tuned: relaxed muscle, order of its modulus"),
    ("track.stiffness_bone", BONE_EDGE_STIFFNESS_PA, "Pa", "A", "tuned: hard against the catheter, soft for the solver"),
    ("grip.track_give", TRACK_GIVE_M, "m", "A", "tuned: unanchored catheters walk out in weeks"),
    ("grip.scar_give", SCAR_GIVE_M, "m", "A", "tuned: scar ends the walk within two months"),
    ("shear.work", SHEAR_WORK_J, "J", "A", "tuned: no published cutting work; a slit of 0.3 mm2 at 0.8 kJ/m2"),
    ("patency.decay_angle", PATENCY_ANGLE_RAD, "rad", "A", "tuned: a fold of 50-60 degrees stops a pump at its 100 kPa"),
)


def anchor_capacity_n(substrate: str, n_sutures: int) -> float:
    """Return the force at which the catheter slips through its anchor [N].

    Notes
    -----
    Fascia: 0.9 N for one stitch, 2.5 N for three, straight line between and flat above; fat: 0.25 N;
    no stitch: 0 (only the track holds). scenarios_content 0.1 [D].
    """
    if substrate not in ("fascia", "fat"):
        raise OutOfRange("anchor", "substrate", substrate, "'fascia' or 'fat'")
    if n_sutures <= 0:
        return 0.0
    if substrate == "fat":
        return ANCHOR_FAT_N
    share = min(n_sutures - 1, 2) / 2.0
    return ANCHOR_FASCIA_ONE_N + share * (ANCHOR_FASCIA_THREE_N - ANCHOR_FASCIA_ONE_N)
