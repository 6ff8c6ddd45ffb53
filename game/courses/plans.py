"""The six written courses and what each is compared with.

Doses and rules from the pharmacology reference, sections 4 and 5, and the device reference, sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from game.courses.bedside import Bedside

Plan = Callable[[Bedside], None]
GOAL_ASHWORTH = 2.0  # [A] tone at which the written titration stops
DAILY_STEP = 1.20  # adult of spinal origin: 10-30 % once per 24 h [pharmacology 4.2 BPD, V]
START_UG = 50.0  # one screening dose: its effect lasted longer than eight hours [pharmacology 4.2 BPD, V]
VISIT_DAYS = (1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 24)  # [A]
OLD_UG_PER_ML, NEW_UG_PER_ML, DOSE_UG = 500.0, 2000.0, 300.0  # example B1 of the device reference
FILL_ML = 18.0
SETTLING_DAYS = 40.0  # [A] on a dose before the record begins: tolerance and dependence follow


@dataclass(frozen=True, slots=True)
class Course:
    """A written course.

    Attributes
    ----------
    title, main_name, other_name : str
        What it shows, and what the two lines are.
    needs : str
        "naive" (no pump used), "implanted" (the attending implants first) or "established".
    main, other : callable
        Acts on a bedside.
    """

    title: str
    needs: str
    main_name: str
    main: Plan
    other_name: str
    other: Plan


def _screening(*doses_ug: float) -> Plan:
    def plan(bed: Bedside) -> None:
        bed.live(4.0)
        for dose in doses_ug:
            bed.mark(f"{dose:g} µg by puncture")
            bed.give(lumbar=dose)
            bed.live(24.0, 0.25)

    return plan


def _first_month(has_titration: bool) -> Plan:
    def plan(bed: Bedside) -> None:
        dose, before = START_UG, 0
        bed.live(2.0)  # the prime first
        bed.program(dose, OLD_UG_PER_ML)
        bed.begin()
        bed.mark(f"{dose:g} µg/day")
        for day in (*VISIT_DAYS, 28):
            bed.live(24.0 * (day - before), 2.0)
            before = day
            if has_titration and day < 28 and bed.now["ashworth_legs"] > GOAL_ASHWORTH:
                dose *= DAILY_STEP
                bed.mark(f"{dose:.0f}")
                bed.program(dose, OLD_UG_PER_ML)

    return plan


def _settle(bed: Bedside, ug_per_ml: float) -> None:
    """Live on `DOSE_UG` until the patient is used to it, with a full reservoir, and begin the record."""
    bed.refill(FILL_ML, ug_per_ml)
    bed.program(DOSE_UG, ug_per_ml, has_bridge=True)
    for _ in range(2):
        bed.live(12.0 * SETTLING_DAYS, 24.0)
        bed.refill(FILL_ML, ug_per_ml)
    bed.begin()


def _bridges(has_bridge: bool) -> Plan:
    """Change 500 -> 2000 ug/mL and, a week later, back, at one dose."""

    def plan(bed: Bedside) -> None:
        _settle(bed, OLD_UG_PER_ML)
        bed.live(12.0)
        for strength in (NEW_UG_PER_ML, OLD_UG_PER_ML):
            bed.mark(f"refill {strength:g} µg/mL")
            bed.refill(FILL_ML, strength)
            bed.program(DOSE_UG, strength, has_bridge=has_bridge)
            bed.live(24.0 * 5, 0.5)

    return plan


def _weekend(is_restarted_low: bool) -> Plan:
    """A rotor that stands from Friday evening to Monday morning, then the old dose or a bolus and the old dose."""

    def plan(bed: Bedside) -> None:
        _settle(bed, OLD_UG_PER_ML)
        bed.live(18.0)
        bed.mark("Friday: rotor stalls")
        bed.stall(62.0)
        bed.live(62.0)
        bed.mark("Monday: it turns again")
        if is_restarted_low:
            bed.give(lumbar=75.0)
        bed.live(64.0)

    return plan


def _pocket(aspirated_after_h: float | None) -> Plan:
    """18 mL of 2000 ug/mL beside the port; the reservoir stays with the 3 mL it had."""

    def plan(bed: Bedside) -> None:
        _settle(bed, NEW_UG_PER_ML)
        bed.refill(3.0, NEW_UG_PER_ML)
        bed.live(12.0)
        bed.mark(f"{FILL_ML * NEW_UG_PER_ML / 1000:.0f} mg into the pocket")
        bed.give(pocket=FILL_ML * NEW_UG_PER_ML)
        if aspirated_after_h is not None:
            bed.live(aspirated_after_h, aspirated_after_h)
            bed.aspirate_pocket(0.7)
        bed.live(24.0 * 14)

    return plan


def _tenfold(is_treated: bool) -> Plan:
    """1000 ug/day for 100; found at a GCS of 8: pump stopped, ventilated, 40 mL of CSF drained, restarted when awake."""

    def plan(bed: Bedside) -> None:
        bed.live(2.0)  # the prime first
        bed.program(100.0, OLD_UG_PER_ML)
        bed.begin()
        bed.live(70.0, 1.0)
        bed.mark("1000 entered for 100")
        bed.program(1000.0, OLD_UG_PER_ML)
        if not is_treated:
            bed.live(66.0)
            return
        for _ in range(192):
            bed.live(0.5)
            if bed.now["gcs"] <= 9.0:
                break
        bed.mark("stopped, ventilated, 40 mL drained")
        bed.program(0.0, OLD_UG_PER_ML, mode="stopped")
        bed.ventilate(1.0)
        bed.drain(40.0)
        for _ in range(192):
            bed.live(0.5)
            if bed.now["gcs"] >= 14.0:
                break
        bed.mark("awake: 100 µg/day")
        bed.ventilate(0.0)
        bed.program(100.0, OLD_UG_PER_ML)
        bed.live(44.0)

    return plan


COURSES: dict[str, Course] = {
    "screening": Course(
        "Screening bolus: 50, 75 and 100 µg by lumbar puncture", "naive", "50, 75, 100 µg", _screening(50.0, 75.0, 100.0),
        "50 µg each time", _screening(50.0, 50.0, 50.0),
    ),
    "first-month": Course(
        "First month: 50 µg a day, raised by a fifth while the legs stay above 2", "implanted", "titrated", _first_month(True),
        "left at 50", _first_month(False),
    ),
    "missed-bridge": Course(
        "300 µg a day, 500 to 2000 µg/mL and back", "established", "no bridge", _bridges(False),
        "bridged", _bridges(True),
    ),
    "weekend-stall": Course(
        "300 µg a day: motor stall from Friday evening to Monday morning", "established", "75 µg by puncture on Monday", _weekend(True),
        "pump alone", _weekend(False),
    ),
    "pocket-fill": Course(
        "300 µg a day: a refill of 36 mg beside the port", "established", "nobody notices", _pocket(None), "70 % drawn back after 20 min", _pocket(1.0 / 3.0),
    ),
    "tenfold-dose": Course(
        "1000 µg a day entered for 100 on the third day", "implanted", "treated", _tenfold(True), "untreated", _tenfold(False),
    ),
}  # fmt: skip
