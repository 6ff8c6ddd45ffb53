"""Rows that check tone, sedation and withdrawal against published numbers."""

from __future__ import annotations

import math
import numpy as np

from game.validate.drug_course import (
    Change,
    FloatArray,
    Line,
    Subject,
    band_row,
    chronic,
    course,
    first_hour,
    last_hour,
    naive,
    preset,
    unchanged,
)
from game.validate.row import ValidationRow
from physics.patient.neuro import legs_effect

CHRONIC_DAYS = 540.0  # tolerance of long treatment in the source of the rows
LABEL = "Lioresal label"


def bolus_lines(change: Change) -> list[Line]:
    """Return the rows after 50 ug by puncture: spinal, traumatic brain injury and stroke."""
    one = change(preset("SCI"))
    trace, _ = course(one, naive(one), 24.0, ("legs", "reflex", "gcs"), minutes=2.0, lumbar=50.0)
    hours, legs = trace["hours"], trace["legs"]
    onset = first_hour(trace, legs < 3.5)
    peak = float(hours[np.argmin(legs)])
    lasting = last_hour(trace, legs <= 3.0) - first_hour(trace, legs <= 3.0)
    reflex = 100.0 * (1.0 - trace["reflex"])
    hour_1 = float(np.interp(1.0, hours, reflex))
    hours_1_6 = float(reflex[(hours >= 1.0) & (hours <= 6.0)].mean())
    lines: list[Line] = [
        (("D1", "50 ug by puncture: onset (leg Ashworth -0.5)", "h"), 0.5, 1.0, onset, LABEL, "H"),
        (("D2", "50 ug by puncture: peak effect", "h"), 3.5, 6.0, peak, LABEL, "H"),
        (("D3", "50 ug by puncture: hours with Ashworth at least 1 lower", "h"), 4.0, 8.0, lasting, LABEL, "H"),
        (("D4", "50 ug by puncture: H/M reduction at 1 h", "%"), 65.0, 89.0, hour_1, "Stokic 2012", "H"),
        (("D5", "50 ug by puncture: H/M reduction 1-6 h", "%"), 82.0, 97.0, hours_1_6, "Stokic 2012", "H"),
        (("D6", "50 ug by puncture: loss of GCS", "1"), 0.0, 0.5, 15.0 - float(trace["gcs"].min()), "monograph", "M"),
    ]
    brain = change(preset("TBI"))
    trace, _ = course(brain, naive(brain), 4.0, ("legs", "arms", "spasm"), lumbar=50.0)
    legs_4, arms_4, spasm_4 = (float(trace[name][-1]) for name in ("legs", "arms", "spasm"))
    source = "Meythaler 1996"
    lines += [
        (("D7", "TBI, 50 ug, 4 h: change of leg Ashworth", "1"), -2.6, -1.4, legs_4 - 4.2, source, "H"),
        (("D8", "TBI, 50 ug, 4 h: change of arm Ashworth", "1"), -2.2, -0.6, arms_4 - 3.3, source, "H"),
        (("D9", "TBI, 50 ug, 4 h: change of spasm score", "1"), -2.8, -1.4, spasm_4 - 3.1, source, "H"),
    ]
    stroke = change(preset("STROKE"))
    trace, _ = course(stroke, naive(stroke), 6.0, ("legs", "arms"), lumbar=50.0)
    legs_6, arms_6 = float(trace["legs"][-1]) - 3.3, float(trace["arms"][-1]) - 2.8
    lines += [
        (("D10", "stroke, 50 ug, 6 h: change of leg Ashworth", "1"), -2.6, -1.2, legs_6, "Meythaler 2001", "H"),
        (("D11", "stroke, 50 ug, 6 h: change of arm Ashworth", "1"), -1.8, -0.2, arms_6, "Meythaler 2001", "H"),
    ]
    return lines


def start_lines(change: Change) -> list[Line]:
    """Return the rows for the start of an infusion and the dose-response of the reflex."""
    one = change(preset("SCI"))
    trace, _ = course(one, naive(one), 120.0, ("legs",), dose_ug_per_day=100.0, tip_level=11.0, minutes=15.0)
    legs = trace["legs"]
    first = first_hour(trace, legs < 3.5)
    full = first_hour(trace, 4.0 - legs > 0.95 * (4.0 - legs.min()))
    three_days, _ = course(one, naive(one), 72.0, ("legs", "spasm"), dose_ug_per_day=200.0, tip_level=13.0, minutes=30)
    legs_72, spasm_72 = float(three_days["legs"][-1]), float(three_days["spasm"][-1])
    lines: list[Line] = [
        (("D12", "start 100 ug/day: first effect (Ashworth -0.5)", "h"), 6.0, 8.0, first, LABEL, "H"),
        (("D13", "start 100 ug/day: 95 % of the largest effect", "h"), 24.0, 48.0, full, LABEL, "H"),
        (("D18", "spinal, 3 days of 200 ug/day: leg Ashworth", "1"), 0.8, 1.6, legs_72, "Penn 1989", "H"),
        (("D19", "spinal, 3 days of 200 ug/day: spasm score", "1"), 0.0, 1.2, spasm_72, "Penn 1989", "H"),
    ]
    bands = (("D14", 30.0, 63.0, 87.0), ("D15", 70.0, 38.0, 62.0), ("D16", 110.0, 13.0, 37.0), ("D17", 150.0, 0.0, 30.0))
    for key, dose, low, high in bands:
        left = 100.0 * chronic(one, dose, 11.0, 0.0).answer.neuro.reflex
        lines.append(((key, f"H/M left at {dose:.0f} ug/day", "%"), low, high, left, "Stokic 2006", "H"))
    return lines


def long_lines(change: Change) -> list[Line]:
    """Return the rows of long treatment: tone, dose growth, wakefulness."""
    spinal = change(preset("SCI", ashworth_legs=3.9, spasm_score=3.1))
    signs = chronic(spinal, 320.0, 11.0, CHRONIC_DAYS).answer.neuro
    palsy = change(preset("CP"))
    palsy_legs = chronic(palsy, 300.0, 11.0, CHRONIC_DAYS).answer.neuro.ashworth_legs
    # the trial's mean baselines; the share of tone that gives way is fitted to the trial [PH1 2.8]
    stroke = change(preset("STROKE", ashworth_legs=3.0, ashworth_arms=2.4).with_answer(reversible_legs=0.60))
    half_year = chronic(stroke, 180.0, 10.0, 180.0).answer.neuro
    one = change(preset("SCI"))
    doses = [dose_for_effect(one, 0.85, days) for days in (90.0, 540.0, 730.0)]
    fine = chronic(one, 400.0, 10.0, 90.0).answer
    slower = 100.0 * (fine.vitals.respiratory_rate_per_min / one.answer.respiratory_rate_per_min - 1.0)
    return [
        (("D20", "spinal, chronic 320 ug/day: leg Ashworth", "1"), 1.2, 2.2, signs.ashworth_legs, "Coffey 1993", "H"),
        (("D21", "spinal, chronic 320 ug/day: spasm score", "1"), 0.5, 1.5, signs.spasm_score, "Coffey 1993", "H"),
        (("D22", "CP, chronic 300 ug/day: leg Ashworth", "1"), 1.5, 2.3, palsy_legs, "Gilmartin 2000", "H"),
        (("D27", "stroke, 6 months, 180 ug/day: change of legs", "1"), -1.74, -0.24, half_year.ashworth_legs - 3.0, "SISTERS 2018", "H"),
        (("D28", "stroke, 6 months, 180 ug/day: change of arms", "1"), -1.1, -0.3, half_year.ashworth_arms - 2.4, "SISTERS 2018", "H"),
        (("T1", "dose holding 85 % effect at 18 months", "ug/day"), 262.0, 438.0, doses[1], "Heetla 2009", "H"),
        (("T2", "dose at 24 over 3 months", "1"), 1.43, 2.4, doses[2] / doses[0], "Albright 2003", "H"),
        (("T3", "dose at 24 over 18 months", "1"), 0.9, 1.1, doses[2] / doses[1], "Heetla 2009", "H"),
        (("O1", "400 ug/day chronic: change of respiratory rate", "%"), -5.0, 5.0, slower, "Bensmail 2006", "M"),
        (("O1b", "400 ug/day chronic: GCS", "1"), 14.5, 15.0, fine.neuro.gcs, "Penn 1989", "H"),
    ]


def dose_for_effect(subject: Subject, effect: float, days: float) -> float:
    """Return the dose [ug/day] at T11 that holds a saturation of leg tone after `days`."""
    low, high = 5.0, 5000.0
    for _ in range(30):
        dose = math.sqrt(low * high)
        answer = chronic(subject, dose, 11.0, days).answer
        reached = legs_effect(subject.answer, answer.drives.legs, answer.adaptation.tolerance)
        low, high = (dose, high) if reached < effect else (low, dose)
    return math.sqrt(low * high)


def large_bolus_lines(change: Change) -> list[Line]:
    """Return the rows of single large boluses into a naive patient."""
    one = change(preset("SCI"))

    def trace_of(dose_ug: float, hours: float) -> dict[str, FloatArray]:
        return course(one, naive(one), hours, ("gcs", "breaths"), lumbar=dose_ug)[0]

    mild, severe, huge = trace_of(280.0, 24.0), trace_of(1500.0, 72.0), trace_of(10000.0, 72.0)
    coma = last_hour(huge, huge["gcs"] <= 8.0) - first_hour(huge, huge["gcs"] <= 8.0)
    again, gasping = last_hour(severe, severe["gcs"] < 14.0), first_hour(huge, huge["breaths"] < 4.0)
    case = "AccessMedicine Poisoning"
    return [
        (("O2", "280 ug bolus: lowest GCS", "1"), 9.0, 14.5, float(mild["gcs"].min()), "Delhaas 1991", "L"),
        (("O2b", "280 ug bolus: lowest respiratory rate", "1/min"), 8.0, 14.5, float(mild["breaths"].min()), "Delhaas 1991", "L"),
        (("O3", "1.5 mg bolus: lowest GCS", "1"), 3.0, 8.0, float(severe["gcs"].min()), case, "M"),
        (("O3b", "1.5 mg bolus: lowest respiratory rate", "1/min"), 0.0, 8.0, float(severe["breaths"].min()), case, "M"),
        (("O3c", "1.5 mg bolus: GCS 8 after", "h"), 1.0, 4.0, first_hour(severe, severe["gcs"] <= 8.0), "synthesis", "L"),
        (("O3d", "1.5 mg bolus: GCS 14 again", "h"), 12.0, 48.0, again, "synthesis", "L"),
        (("O4", "10 mg bolus: hours with GCS 8 or less", "h"), 24.0, 72.0, coma, LABEL, "M"),
        (("O4b", "10 mg bolus: fewer than 4 breaths per minute after", "h"), 0.1, 2.0, gasping, "case pattern", "L"),
    ]


def overdose_lines(change: Change) -> list[Line]:
    """Return the rows of overdose by the pump, into the pocket and by mouth."""
    one = change(preset("SCI"))
    resumed, _ = course(one, naive(one), 6.0, ("gcs",), dose_ug_per_day=55.0 * 24.0)
    raised, _ = course(one, chronic(one, 900.0, 10.0, CHRONIC_DAYS), 48.0, ("gcs",), dose_ug_per_day=2400.0, minutes=15.0)
    lowest: dict[str, float] = {}
    for share in (0.0, 0.10):
        other = one.with_drug(track_share=share)
        trace, _ = course(other, chronic(other, 300.0, 10.0, CHRONIC_DAYS), 24.0, ("gcs",), minutes=15.0, pocket=40e3)
        lowest[f"pocket {share:.2f}"] = float(trace["gcs"].min())
    for dose_ug in (200e3, 20e3):
        trace, _ = course(one, naive(one), 24.0, ("gcs",), minutes=15.0, oral=dose_ug)
        lowest[f"oral {dose_ug:.0f}"] = float(trace["gcs"].min())
    return [
        (("O5", "55 ug/h after a drug holiday: GCS at 6 h", "1"), 8.0, 14.5, float(resumed["gcs"][-1]), "Delhaas 1991", "M"),
        (("O6", "tolerant of 900, raised to 2400 ug/day: lowest GCS", "1"), 3.0, 14.0, float(raised["gcs"].min()), "Delhaas 1991", "M"),
        (("O8b", "40 mg into the pocket, none along the catheter: lowest GCS", "1"),
         13.0, 15.0, lowest["pocket 0.00"], "Truex 2020 (comment)", "M"),
        (("O8c", "40 mg into the pocket, 10 % along the catheter: lowest GCS", "1"),
         3.0, 9.0, lowest["pocket 0.10"], "Truex 2020 (cases)", "L"),
        (("O9", "oral 200 mg: lowest GCS", "1"), 3.0, 10.0, lowest["oral 200000"], "Leung 2006", "M"),
        (("O9b", "oral 20 mg: lowest GCS", "1"), 14.3, 15.0, lowest["oral 20000"], "general knowledge", "L"),
    ]


def withdrawal_lines(change: Change) -> list[Line]:
    """Return the rows after a sudden stop of long treatment."""
    one = change(preset("SCI"))
    reads = ("legs", "itch", "temperature", "heart", "ck", "seizure")
    typical, _ = course(one, chronic(one, 400.0, 10.0, CHRONIC_DAYS), 120.0, reads, minutes=15.0)
    weak, _ = course(one, chronic(one, 100.0, 10.0, CHRONIC_DAYS), 96.0, reads, minutes=15.0)
    prone = one.with_answer(susceptibility=1.45 / 0.80 * one.answer.susceptibility)
    fierce, moment = course(prone, chronic(prone, 800.0, 10.0, CHRONIC_DAYS), 48.0, reads, minutes=15.0)
    late, _ = course(prone, moment, 48.0, reads, minutes=15.0)
    rescued, _ = course(prone, moment, 24.0, reads, dose_ug_per_day=800.0, flush=75.0)
    hot = max(float(fierce["temperature"].max()), float(late["temperature"].max()))
    breakdown = first_hour(fierce, fierce["ck"] >= 1000.0)
    if math.isnan(breakdown):
        breakdown = 48.0 + first_hour(late, late["ck"] >= 1000.0)
    seizures = float(np.interp(24.0, late["hours"], late["seizure"]))
    cases = "J Med Case Rep 2010;4:294"
    return [
        (("W1", "stop 400 ug/day: leg Ashworth at baseline", "h"),
         12.0, 36.0, first_hour(typical, typical["legs"] >= 3.9), "synthesis", "L"),
        (("W2", "stop 400 ug/day: itch 2/10", "h"), 6.0, 24.0, first_hour(typical, typical["itch"] >= 2.0), "Saveika", "M"),
        (("W3", "stop 400 ug/day: highest temperature", "C"), 37.8, 39.0, float(typical["temperature"].max()), "Stetkarova 2015", "M"),
        (("W4", "stop 400 ug/day: highest heart rate", "1/min"), 100.0, 140.0, float(typical["heart"].max()), "Meythaler 2003", "M"),
        (("W5", "stop 800 ug/day, susceptible: highest temperature", "C"), 39.5, 42.1, hot, cases, "H"),
        (("W6", "stop 800 ug/day, susceptible: 39 C after", "h"),
         12.0, 72.0, first_hour(fierce, fierce["temperature"] >= 39.0), "Coffey 2002", "H"),
        (("W7", "stop 800 ug/day, susceptible: highest CK by 96 h", "U/L"), 2500.0, 15200.0, float(late["ck"].max()), cases, "H"),
        (("W8", "stop 800 ug/day, susceptible: CK 1000 after", "h"), 24.0, 72.0, breakdown, "neurosurgerywiki", "M"),
        (("W9", "stop 800 ug/day, susceptible: seizure by 72 h", "1"), 0.1, 0.5, seizures, "synthesis", "L"),
        (("W10", "flow restored and 75 ug at 48 h: below 38 C after", "h"),
         4.0, 8.0, first_hour(rescued, rescued["temperature"] < 38.0), cases, "M"),
        (("W11", "stop 100 ug/day: highest temperature", "C"), 36.8, 38.0, float(weak["temperature"].max()), "Stetkarova 2015", "M"),
        (("W12", "stop 400 ug/day: severity left by oral 100 mg/day at 72 h", "%"), 60.0, 100.0, oral_left(one), "swjpcc case", "M"),
    ]


def oral_left(subject: Subject) -> float:
    """Return the severity of withdrawal at 72 h under 25 mg by mouth every 6 h over that without [%]."""
    prone = subject.with_answer(susceptibility=1.0 / 0.80 * subject.answer.susceptibility)
    start = helped = chronic(prone, 400.0, 10.0, CHRONIC_DAYS)
    for _ in range(12):
        trace, helped = course(prone, helped, 6.0, ("severity",), minutes=15.0, oral=25e3)
    plain, _ = course(prone, start, 72.0, ("severity",), minutes=15.0)
    return 100.0 * float(trace["severity"][-1] / plain["severity"][-1])


def rows(change: Change = unchanged) -> list[ValidationRow]:
    """Return all rows; `change` may make every subject wrong on purpose."""
    parts = (bolus_lines, start_lines, long_lines, large_bolus_lines, overdose_lines, withdrawal_lines)
    return [band_row("patient", *line) for part in parts for line in part(change)]
