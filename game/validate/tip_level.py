"""Rows that check what the level of the catheter's tip does: limbs, wakefulness, what can be aspirated."""

from __future__ import annotations

from game.validate.drug_course import NG_PER_ML, Change, Line, Subject, band_row, chronic, preset, unchanged
from game.validate.row import ValidationRow
from physics import csf
from physics.units import kg_per_s_from_ug_per_day

GRABB = "Grabb 1999"
CERVICAL = "cervical series, 11 patients (karger sfn 62)"
CERVICAL_DAYS = 640.0  # 21 months, the series' mean
C6 = -1.0


def palsy_lines(change: Change) -> list[Line]:
    """Return the rows of twelve children at T6-7 and of others at T11-12; the order of the legs is not scored.

    The ratios are the primary targets: they hold dose and severity of the cohorts out [PH2 2.2].
    """
    one = change(preset("CP"))
    low, high = (chronic(one, 157.0, level, 90.0).answer.neuro for level in (11.0, 6.0))
    arms_11, legs_11 = low.ashworth_arms - 3.0, low.ashworth_legs - 3.64
    arms_6, legs_6 = high.ashworth_arms - 3.0, high.ashworth_legs - 3.64
    return [
        (("tip.ratio_t6", "CP, tip T6: change of arms over change of legs", "1"), 1.0, 1.35, arms_6 / legs_6, GRABB, "M"),
        (("tip.ratio_t11", "CP, tip T11: change of arms over change of legs", "1"), 0.30, 0.65, arms_11 / legs_11, GRABB, "M"),
        (("D23", "CP, 157 ug/day, tip T11: change of arms", "1"), -0.75, -0.3, arms_11, GRABB, "M"),
        (("D24", "CP, 157 ug/day, tip T6: change of arms", "1"), -2.3, -1.4, arms_6, GRABB, "M"),
        (("D25", "CP, 157 ug/day, tip T11: change of legs", "1"), -1.4, -0.8, legs_11, GRABB, "M"),
        (("D26", "CP, 157 ug/day, tip T6: change of legs", "1"), -2.0, -1.2, legs_6, GRABB, "M"),
    ]


def cervical_lines(change: Change) -> list[Line]:
    """Return the rows of cervical tips: 100-190 ug/day, tone fell in all, arms and trunk clearly, no overdose.

    The series gives no scores. "Fell" is taken as half a point at the lowest dose (the rule of row D1), "clearly"
    as the responder criterion of one point.
    """
    spinal, brain = change(preset("SCI")), change(preset("TBI"))
    awake = chronic(spinal, 250.0, C6, 180.0).answer.neuro.gcs
    low, high = (chronic(brain, dose, C6, CERVICAL_DAYS).answer.neuro for dose in (100.0, 190.0))
    before = brain.answer
    legs, arms = low.ashworth_legs - before.ashworth_legs, low.ashworth_arms - before.ashworth_arms
    trunk = low.ashworth_trunk - before.ashworth_trunk
    return [
        (("O1c", "tip C6, 250 ug/day chronic: GCS", "1"), 14.0, 15.0, awake, "Jacobs 2021", "M"),
        (("tip.cervical_legs", "TBI, tip C6, 100 ug/day: change of legs", "1"), -3.2, -0.5, legs, CERVICAL, "L"),
        (("tip.cervical_arms", "TBI, tip C6, 100 ug/day: change of arms", "1"), -2.3, -1.0, arms, CERVICAL, "M"),
        (("tip.cervical_trunk", "TBI, tip C6, 100 ug/day: change of trunk", "1"), -2.75, -1.0, trunk, CERVICAL, "L"),
        (("tip.cervical_gcs", "TBI, tip C6, 190 ug/day: GCS", "1"), 14.0, 15.0, high.gcs, CERVICAL, "M"),
    ]


def aspirate(subject: Subject) -> float:
    """Return the concentration [ug/mL] of what is drawn at a tip at T10 that gives 607 ug/day."""
    moment = chronic(subject, 607.0, 10.0, 540.0)
    running = csf.Sources(tip_level=10.0, intrathecal_kg_per_s=kg_per_s_from_ug_per_day(607.0))
    return csf.tip_concentration(subject.drug, moment.drug, running) / (1e3 * NG_PER_ML)


def rows(change: Change = unchanged) -> list[ValidationRow]:
    """Return all rows; `change` may make every subject wrong on purpose."""
    near = aspirate(change(preset("CP")))
    lines: list[Line] = [
        *palsy_lines(change),
        *cervical_lines(change),
        # mean of samples that ran from 0.2 to 20; a lone mean is allowed 25 % [PH1 3]
        (("tip.aspirate", "CSF drawn through the catheter at 607 ug/day", "ug/mL"), 3.48, 5.80, near, "Albright 2007", "H"),
    ]
    return [band_row("tip", *line) for line in lines]
