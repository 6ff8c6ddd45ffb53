"""The error players: one mistake each, what it must cost and what it must bring.

Every row names the step of the procedure whose right-hand column it plays (device_and_procedure 3), the checklist
items, rubric lines and critical errors that it loses in `implant_adult_t10` by the act itself or because of what follows
from it, and the listed consequence as a limit on a reading of `game.validate.readings` that the attending keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.players.habits import Habits

SCENARIO = "implant_adult_t10"
NO_DRUG = ("L27", "L28")  # the dose does not arrive, legs stay stiff
DRY_END = ("L05", "L13")  # no CSF at the pump end, and connected all the same


@dataclass(frozen=True, slots=True)
class Consequence:
    """A reading that must lie beyond a limit for the error and within it for the attending."""

    key: str  # of the complications table, device_and_procedure 7
    reading: str
    op: str  # ">" or "<"
    limit: float


@dataclass(frozen=True, slots=True)
class ErrorPlayer:
    """One mistake.

    Attributes
    ----------
    row : str
        Step of the procedure, I12 .. I38.
    text : str
        What the trainee does.
    habits : Habits
        The mistake as numbers.
    lines : tuple of str
        Rubric lines that it loses by the act.
    items : tuple of str
        Checklist items that it loses, by the act or by what follows.
    consequence : Consequence
        What it brings.
    follows : tuple of str
        Rubric lines that the consequence loses.
    critical : tuple of str
        Critical errors, by the act or by what follows.
    """

    row: str
    text: str
    habits: Habits
    lines: tuple[str, ...]
    items: tuple[str, ...]
    consequence: Consequence
    follows: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()


ERRORS: dict[str, ErrorPlayer] = {
    "high-needle": ErrorPlayer(
        "I12", "counts wrong and goes in at T12-L1", Habits(disc_level=12.5),
        (), (), Consequence("C-NEURO", "nerve", ">", 0.0), ("L12",), ("CE02",),
    ),
    "midline-needle": ErrorPlayer(
        "I13", "goes straight in, in the midline", Habits(is_midline=True),
        ("L03", "L06"), ("IM21", "IM22", "IM37", "IM51"), Consequence("C-KINK", "radius", "<", 5.5),
        ("L04", "L05", "L16"),
    ),
    "deep-needle": ErrorPlayer(
        "I14", "pushes on through the sac in spite of a shooting pain", Habits(elevation_deg=60.0, overshoot_m=0.020),  # tuned: 115 mm end before the wall at 45
        ("L03", "L08"), ("IM24",), Consequence("C-NEURO", "nerve", ">", 0.0), (), ("CE25",),
    ),
    "three-punctures": ErrorPlayer(
        "I14", "crosses the dura three times", Habits(punctures=3),
        ("L03", "L07", "L25"), ("IM25",), Consequence("C-CSF", "csf_lost", ">", 50.0), ("L08",),
    ),
    "csf-poured": ErrorPlayer(
        "I15", "leaves the stylet out for two minutes", Habits(csf_open_s=120.0),
        ("L03",), ("IM26",), Consequence("C-CSF", "headache", ">", 0.3),
    ),
    "withdraw-through-needle": ErrorPlayer(
        "I16", "pulls the catheter back over the bevel", Habits(withdraws_through_needle_m=0.040),  # tuned: cut at 0.6 N
        ("L03",), ("IM30", "IM32", "IM34", "IM39", "IM53", "IM55", "IM64"), Consequence("C-SHEAR", "fragment", ">", 5.0),
        ("L04", "L11", "L12", "L20", "L21", "L24", *DRY_END, *NO_DRUG), ("CE01", "CE03"),
    ),
    "shallow-thread": ErrorPlayer(
        "I17", "stops threading just past the needle", Habits(threaded_beyond_needle_m=0.005),  # tuned: holes just inside
        ("L03", "L11", "L12"), ("IM32",), Consequence("C-MIG", "tip_below", ">", 2.0), NO_DRUG,
    ),
    "epidural-catheter": ErrorPlayer(
        "I18", "threads at the loss of resistance, before the dura", Habits(stops_at_give=True),
        ("L03", "L06", "L08", "L12"), ("IM22", "IM23", "IM26", "IM34", "IM39", "IM55"),
        Consequence("C-SUBD", "tip_outside", ">", 0.5), ("L04", *DRY_END, *NO_DRUG), ("CE03",),
    ),
    "no-purse-string": ErrorPlayer(
        "I19", "leaves the purse-string out", Habits(purse_n=0.0),
        ("L04",), ("IM35", "IM36"), Consequence("C-CSF", "csf_lost", ">", 50.0),
    ),
    "tight-purse-string": ErrorPlayer(
        "I19", "ties the purse-string with 8 N", Habits(purse_n=8.0),
        ("L04",), ("IM36", "IM39", "IM55"), Consequence("C-OCC", "patency", "<", 0.05),
        ("L17", *DRY_END, *NO_DRUG), ("CE03",),
    ),
    "unheld-catheter": ErrorPlayer(
        "I20", "draws the needle without holding the catheter", Habits(holds_catheter=False),
        ("L04",), ("IM37",), Consequence("C-MIG", "tip_below", ">", 0.5),
    ),
    "no-anchor": ErrorPlayer(
        "I22", "leaves the anchor out", Habits(anchor_sutures=0),
        ("L04", "L14"), ("IM40", "IM41", "IM42"), Consequence("C-MIG", "tip_drift", ">", 60.0), ("L30", *NO_DRUG), ("CE05",),
    ),
    "anchor-on-fat": ErrorPlayer(
        "I22", "stitches the anchor to fat", Habits(anchor_substrate="fat"),
        ("L04", "L14"), ("IM37", "IM40", "IM41"), Consequence("C-MIG", "tip_drift", ">", 30.0),
        ("L17", "L30"), ("CE05",),
    ),
    "tight-bend": ErrorPlayer(
        "I23", "lays the strain-relief loop too tight", Habits(loop_radius_m=0.0027),  # tuned: kinks under 3 mm, shut for weeks from 2.6 to 2.8
        ("L04", "L15"), ("IM44", "IM55"), Consequence("C-KINK", "patency", "<", 0.1),
        ("L16", "L17", *DRY_END, *NO_DRUG), ("CE03",),
    ),
    "toothed-clamp": ErrorPlayer(
        "I24", "clamps the tail with bare jaws", Habits(clamp_n=10.0, is_clamp_shod=False),
        ("L04",), ("IM45",), Consequence("C-LEAK", "misplaced", ">", 50.0), ("L17", *NO_DRUG),
    ),
    "forgotten-clamp": ErrorPlayer(
        "I24", "forgets the clamp on the tail", Habits(clamp_n=10.0, takes_clamp_off=False),
        ("L04",), ("IM45", "IM55"), Consequence("C-OCC", "patency", "<", 0.05), ("L17", *DRY_END, *NO_DRUG), ("CE03",),
    ),
    "deep-pocket": ErrorPlayer(
        "I26", "lays the pump under 35 mm of tissue", Habits(cover_m=0.035),
        ("L05", "L18"), ("IM47",), Consequence("C-POCKET", "no_port", ">", 0.5), (), ("CE04",),
    ),
    "wide-pocket": ErrorPlayer(
        "I27", "dissects 25 mm of room round the pump", Habits(clearance_m=0.025),
        ("L05",), ("IM48",), Consequence("C-SEROMA", "seroma", ">", 10.0),
    ),
    "shallow-tunnel": ErrorPlayer(
        "I29", "tunnels 2 mm under the skin", Habits(tunnel_depth_m=0.002),
        ("L05",), ("IM50",), Consequence("C-EROS", "skin", "<", 5.0),
    ),
    "no-record": ErrorPlayer(
        "I30", "does not measure what was cut off", Habits(records_length=False),
        ("L05", "L20", "L21", "L23", "L24"), ("IM53", "IM64", "IM65"), Consequence("C-VOL", "first_day", ">", 120.0),
    ),
    "blind-connection": ErrorPlayer(
        "I31", "connects without looking for CSF, over a line that tight anchor ties have shut",
        Habits(anchor_tie_n=6.0, checks_pump_end=False),
        DRY_END, ("IM55",), Consequence("C-OCC", "patency", "<", 0.05), ("L17", *NO_DRUG), ("CE03",),
    ),
    "half-seated-connector": ErrorPlayer(
        "I32", "stops pushing half way and does not tug", Habits(connect_n=6.0, tugs_connector=False),
        ("L05",), ("IM56",), Consequence("C-DISC", "misplaced", ">", 50.0), NO_DRUG,
    ),
    "septum-in": ErrorPlayer(
        "I33", "lays the pump with its port to the muscle", Habits(is_septum_outward=False),
        ("L05",), ("IM57",), Consequence("C-FLIP", "no_port", ">", 0.5), (), ("CE04",),
    ),
    "coil-in-front": ErrorPlayer(
        "I34", "leaves 4 cm more and lays the slack in a turn in front of the pump",
        Habits(is_coil_behind=False, coil_radius_m=0.022, more_slack_m=0.04),
        ("L05",), ("IM59",), Consequence("C-LEAK", "in_the_way", ">", 0.0),
    ),
    "tight-coil": ErrorPlayer(
        "I34", "coils the slack round a finger's tip", Habits(coil_radius_m=0.002),
        ("L16",), (), Consequence("C-KINK", "patency", "<", 0.7), ("L17",),
    ),
    "no-pump-sutures": ErrorPlayer(
        "I35", "ties none of the pump's loops", Habits(pump_loops=0),
        ("L05", "L19"), ("IM60",), Consequence("C-FLIP", "turned", ">", 90.0), (), ("CE06",),
    ),
    "stitched-catheter": ErrorPlayer(
        "I36", "runs the closing stitch through the catheter", Habits(stitches_catheter=True),
        ("L05",), ("IM61",), Consequence("C-LEAK", "misplaced", ">", 50.0), NO_DRUG,
    ),
    "no-baseline-film": ErrorPlayer(
        "I37", "takes no film of the result", Habits(takes_final_film=False),
        ("L05", "L32"), ("IM63",), Consequence("C-MIG", "films", "<", 0.5),
    ),
    "tenfold-dose": ErrorPlayer(
        "I38", "enters ten times the ordered dose", Habits(dose_factor=10.0),  # the decimal slip of C-PROG
        ("L22", "L24"), ("IM66",), Consequence("C-PROG", "gcs", "<", 9.0), ("L29", *NO_DRUG), ("CE16",),
    ),
    "wrong-concentration": ErrorPlayer(
        "I38", "enters four times the concentration in the pump", Habits(concentration_factor=4.0),
        ("L24",), ("IM64",), Consequence("C-CONC", "dose_ratio", "<", 0.5), NO_DRUG, ("CE16",),
    ),
}  # fmt: skip
