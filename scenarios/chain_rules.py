"""What a causal chain is looked for in: the faults of hands, and the numbers of the world that they can move.

A row knows no case: it names a measure or reads an observation, and says beyond which value it is worth a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from physics.observation import Observation


@dataclass(frozen=True, slots=True)
class Act:
    """A fault of the hands: a measure beyond a limit, and the mechanics it can move."""

    key: str
    measure: str
    op: str
    limit: float
    text: str
    moves: tuple[str, ...]


ACTS: tuple[Act, ...] = (
    Act(
        "no-anchor",
        "anchor.on_fascia",
        "<",
        1.0,
        "No anchor was stitched to fascia.",
        ("capacity", "slip", "inserted", "tip"),
    ),
    Act(
        "weak-anchor", "cath.anchor_slip_force", "<", 1.5, "The anchor slips at a low force.", ("slip", "tip")
    ),
    Act(
        "shallow-thread",
        "cath.tip_error",
        ">",
        1.5,
        "The catheter was threaded short of the written level.",
        ("inserted", "tip", "slip"),
    ),
    Act(
        "tight-bend",
        "cath.loop_radius",
        "<",
        10.0,
        "The strain-relief loop was tight or missing.",
        ("radius", "patency"),
    ),
    Act(
        "tight-purse",
        "purse.tension_error",
        ">",
        0.0,
        "The purse-string pinches or does not hold.",
        ("patency", "leak"),
    ),
    Act(
        "retreat",
        "cath.needle_retreat",
        ">",
        2.0,
        "The catheter was drawn back over the needle's bevel.",
        ("shear", "tip"),
    ),
    Act(
        "entry",
        "prog.entry_factor",
        ">",
        1.5,
        "A dose or concentration was sent that was not ordered.",
        ("sent",),
    ),
    Act("overfilled", "prog.table_overfill", ">", 0.5, "The pump was filled over what it holds, factory water and all.", ("flow",)),
    Act("prime", "prog.prime_excess", ">", 20.0, "More was primed than the line needed.", ("sent",)),
    Act("stopped", "prog.closed_running", "<", 1.0, "The pump was left stopped.", ("flow",)),
    Act(
        "no-proof",
        "refill.placement_test",
        "<",
        1.0,
        "The pump was filled without proof of placement.",
        ("pocket", "reservoir"),
    ),
    Act(
        "off-port",
        "refill.pocket_volume",
        ">",
        0.2,
        "Drug was injected beside the reservoir.",
        ("pocket", "reservoir"),
    ),
    Act("no-loops", "pump.loops", "<", 2.0, "The pump was not sutured to fascia.", ("flip",)),
    Act("loose-connector", "cath.connector_seat", "<", 0.9, "The connector was not pushed home.", ("leak",)),
)

IMPLIED_BY = {"weak-anchor": "no-anchor", "off-port": "no-proof"}
"""Acts that say nothing new where another was found."""

ReadNumber = Callable[[Observation], float]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the world, and when a change of it is worth telling.

    A link is made when the number crosses `limit` in direction `op`; `text` takes the value.
    """

    key: str
    name: str
    unit: str
    read: ReadNumber
    op: str
    limit: float
    text: str
    is_lived: bool = False  # tells something only once hands have left


def _space(seen: Observation) -> float:
    return 0.0 if seen.catheter.tip_space == "intrathecal" else 1.0


MECHANICS: tuple[Quantity, ...] = (
    Quantity(
        "capacity",
        "anchor capacity",
        "N",
        lambda o: o.catheter.anchor_capacity_n,
        "<",
        0.9,
        "the anchor holds {value:.2f} N; withdrawing a catheter takes 0.9 N",
    ),
    Quantity(
        "slip",
        "anchor slip",
        "mm",
        lambda o: o.catheter.anchor_slip_m * 1e3,
        ">",
        3.0,
        "the catheter slipped {value:.0f} mm at the anchor",
    ),
    Quantity(
        "inserted",
        "length in the sac",
        "mm",
        lambda o: o.catheter.inserted_m * 1e3,
        "<",
        60.0,
        "only {value:.0f} mm of catheter lie inside the sac",
    ),
    Quantity("tip", "tip outside the sac", "1", _space, ">", 0.5, "the tip left the sac, near {level}"),
    Quantity(
        "radius",
        "least bend radius",
        "mm",
        lambda o: min(o.catheter.min_radius_m * 1e3, 1e3),
        "<",
        5.0,
        "the catheter bends to a radius of {value:.1f} mm",
    ),
    Quantity(
        "patency",
        "least patency",
        "1",
        lambda o: min(o.catheter.min_patency, o.catheter.min_patency_sitting),
        "<",
        0.5,
        "the lumen is {value:.2f} open at its narrowest",
    ),
    Quantity(
        "shear",
        "fragment in the canal",
        "mm",
        lambda o: o.catheter.fragment_m * 1e3 + o.catheter.is_sheared,
        ">",
        0.0,
        "the bevel cut the catheter; {value:.0f} mm are left in the canal",
    ),
    Quantity(
        "leak",
        "leak flow",
        "mL/d",
        lambda o: o.delivery.leak_flow_m3_per_s * 8.64e10,
        ">",
        0.005,
        "{value:.3f} mL a day leak before the tip",
    ),
    Quantity(
        "sent",
        "programmed dose",
        "ug/d",
        lambda o: o.pump.programmed_dose_kg_per_s * 8.64e13,
        ">",
        0.0,
        "the pump shows {value:.0f} ug a day",
    ),
    Quantity(
        "flow",
        "pump flow",
        "mL/d",
        lambda o: o.pump.flow_m3_per_s * 8.64e10,
        "<",
        1e-3,
        "no drug leaves the pump",
        is_lived=True,
    ),
    Quantity(
        "pocket",
        "drug volume in the pocket",
        "mL",
        lambda o: o.refill.into_pocket_m3 * 1e6,
        ">",
        0.2,
        "{value:.1f} mL of drug lie round the pump",
    ),
    Quantity(
        "reservoir",
        "reservoir",
        "mL",
        lambda o: o.pump.reservoir_m3 * 1e6,
        "<",
        10.0,
        "the reservoir holds {value:.1f} mL",
        is_lived=True,
    ),
    Quantity(
        "flip", "pump flipped", "1", lambda o: float(o.pocket.is_flipped), ">", 0.5, "the pump turned over"
    ),
)

SIGNS: tuple[Quantity, ...] = (
    Quantity(
        "tone",
        "leg Ashworth",
        "1",
        lambda o: o.patient.ashworth_legs,
        ">",
        3.5,
        "leg tone is back at Ashworth {value:.1f}",
    ),
    Quantity(
        "withdrawal",
        "withdrawal severity",
        "1",
        lambda o: o.patient.withdrawal_severity,
        ">",
        0.15,
        "withdrawal sets in (severity {value:.2f})",
    ),
    Quantity(
        "sedation",
        "Glasgow coma score",
        "1",
        lambda o: o.patient.gcs,
        "<",
        13.0,
        "the patient is drowsy: GCS {value:.1f}",
    ),
    Quantity(
        "breathing",
        "respiratory rate",
        "1/min",
        lambda o: o.patient.respiratory_rate_per_min,
        "<",
        10.0,
        "breathing slows to {value:.0f} a minute",
    ),
)

PLASMA = Quantity(
    "plasma",
    "baclofen in blood",
    "ng/mL",
    lambda o: o.patient.plasma_kg_per_m3 * 1e6,
    ">",
    20.0,  # spinal therapy alone: adults 0-5, children up to 10 ng/mL [pharmacology 1.3, R]
    "drug from the tissue round the pump reaches the blood: {value:.0f} ng/mL, on therapy under 10",
)
