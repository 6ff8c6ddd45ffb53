"""Rows that check drug transport in CSF and blood against published numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.linalg import expm
from scipy.stats import norm

from game.validate.drug_course import NG_PER_ML, Subject, band_row, course, first_hour, naive
from game.validate.row import ValidationRow
from physics import csf
from physics.csf.propagation import modes
from physics.csf.transport import network, position_m
from physics.units import kg_per_s_from_ug_per_day

LABEL = "Lioresal label 12.3 (recalled)"
SALLERIN = "Sallerin-Caute 1991, Eur J Clin Pharmacol"


def bolus_numbers(subject: Subject) -> tuple[float, float, float]:
    """Return half-life [h], clearance [mL/h] at L4 and time to the cisterns [h] after 100 ug by puncture.

    A small quiet bolus (spread 3 cm), as in the pharmacokinetic studies.
    """
    quiet = subject.with_drug(spread_lumbar_m=0.03)
    trace, _ = course(quiet, naive(quiet), 24.0, ("l4", "cistern"), minutes=1.0, lumbar=100.0)
    hours, lumbar = trace["hours"], trace["l4"]
    early = (hours >= 0.5) & (hours <= 4.0)
    half_life = -math.log(2.0) / float(np.polyfit(hours[early], np.log(lumbar[early]), 1)[0])
    clearance = 100e3 / (float(lumbar.sum()) * float(hours[0]))  # ng / (ng h/mL)
    arrival = first_hour(trace, trace["cistern"] > 0.1 * trace["cistern"].max())
    return half_life, clearance, arrival


def infusion_numbers(subject: Subject) -> tuple[float, float, float]:
    """Return lumbar CSF [ng/mL], lumbar:cisternal ratio and plasma [ng/mL] at 400 ug/day from L2."""
    state = csf.equilibrated(subject.drug, kg_per_s_from_ug_per_day(400.0), 14.0)
    lumbar = csf.csf_concentration(subject.drug, state, 16.0) / NG_PER_ML
    cistern = csf.cistern_concentration(subject.drug, state) / NG_PER_ML
    return lumbar, lumbar / cistern, csf.plasma_concentration(subject.drug, state) / NG_PER_ML


def tracer_ratio(subject: Subject) -> float:
    """Return T2 over T12 for a hydrophilic tracer infused at L2."""
    state = csf.equilibrated(subject.drug, 1e-12, 14.0, has_cord=False)
    return csf.csf_concentration(subject.drug, state, 2.0) / csf.csf_concentration(subject.drug, state, 12.0)


def hours_to_steady_csf(subject: Subject) -> float:
    """Return the time [h] to 90 % of the lumbar concentration after starting 100 ug/day at T11."""
    trace, _ = course(
        subject, naive(subject), 96.0, ("l4",), dose_ug_per_day=100.0, tip_level=11.0, minutes=15.0
    )
    return first_hour(trace, trace["l4"] > 0.9 * trace["l4"][-1])


def drained_percent(subject: Subject) -> float:
    """Return the drug in CSF that 40 mL drained from 2 to 2.5 h take, after 3 mg [%]."""
    _, before = course(subject, naive(subject), 2.0, (), minutes=15.0, lumbar=3000.0)
    _, left = course(subject, before, 0.5, (), minutes=15.0)
    _, drained = course(subject, before, 0.5, (), minutes=15.0, drain_ml_per_h=80.0)
    kept = csf.csf_drug_kg(subject.drug, drained.drug) / csf.csf_drug_kg(subject.drug, left.drug)
    return 100.0 * (1.0 - kept)


def pocket_plasma(subject: Subject) -> float:
    """Return peak plasma [ng/mL] after 40 mg into the pocket, nothing along the catheter."""
    closed = Subject(replace(subject.drug, track_share=0.0), subject.answer)
    trace, _ = course(closed, naive(closed), 24.0, ("plasma",), minutes=15.0, pocket=40000.0)
    return float(trace["plasma"].max())


def mass_error(subject: Subject) -> float:
    """Return the worst relative mass error over infusion, depots, bolus, drain and aspiration."""
    state, worst = csf.initial(subject.drug), 0.0
    dose = kg_per_s_from_ug_per_day(300.0)
    plan = (
        (csf.Sources(intrathecal_kg_per_s=dose, lumbar_kg=1e-7), 86400.0),
        (csf.Sources(intrathecal_kg_per_s=dose, pocket_kg=8e-6, oral_kg=1e-5), 3600.0),
        (csf.Sources(pocket_removed_kg=5e-6, csf_withdrawal_m3_per_s=2.2e-8), 1800.0),
        (csf.Sources(epidural_kg_per_s=dose, tissue_kg_per_s=dose, tip_level=2.3), 86400.0),
        (csf.Sources(intrathecal_kg_per_s=dose), 1.0 / 64.0),
    )
    for sources, dt_s in plan * 20:
        state, _ = csf.advance(subject.drug, state, sources, dt_s)
        worst = max(worst, abs(csf.mass_error(subject.drug, state)))
    return worst


def expm_error(subject: Subject) -> float:
    """Return the largest deviation of six hours of modal propagation from a matrix exponential.

    Each state relative to its own size, over states that hold more than 1e-9 of the largest.
    """
    params = subject.drug
    start, _ = csf.advance(params, csf.initial(params), csf.Sources(lumbar_kg=1e-7, pocket_kg=1e-6), 3600.0)
    rate = kg_per_s_from_ug_per_day(300.0)
    after, _ = csf.advance(params, start, csf.Sources(intrathecal_kg_per_s=rate), 21600.0)
    net, size = network(params), start.amounts_kg.size
    longer = np.zeros((size + 1, size + 1))
    longer[:size, :size] = net.matrix
    faces = net.pitch_m * np.arange(net.cells_m.size + 1)
    weights = np.diff(norm.cdf(faces, position_m(params, 10.0), params.spread_infusion_m))
    longer[net.layout.csf, size] = rate * weights / weights.sum()
    exact = (expm(longer * 21600.0) @ np.append(start.amounts_kg, 1.0))[:size]
    large = np.abs(exact) > 1e-9 * np.abs(exact).max()
    return float(np.max(np.abs(after.amounts_kg - exact)[large] / np.abs(exact)[large]))


def reconstruction_error(subject: Subject) -> float:
    """Return how far the decomposition misses its matrix, relative to the largest rate."""
    mode = modes(subject.drug)
    rebuilt = (mode.vectors * mode.rates_per_s) @ mode.inverse
    return float(np.abs(rebuilt - mode.network.matrix).max() / np.abs(mode.network.matrix).max())


def rows(subject: Subject | None = None) -> list[ValidationRow]:
    """Return the rows for a typical adult, or for a subject that is wrong on purpose."""
    one = subject or Subject()
    half_life, clearance, arrival = bolus_numbers(one)
    lumbar, ratio, plasma = infusion_numbers(one)
    volume = clearance * half_life / math.log(2.0)
    table = (
        (("P1", "CSF half-life after 100 ug by puncture, first 4 h", "h"), 0.9, 5.0, half_life, SALLERIN, "H"),
        (("P2", "CSF clearance after a bolus, dose / AUC at L4", "mL/h"), 13.0, 80.0, clearance, SALLERIN, "H"),
        (("P2b", "apparent CSF volume", "mL"), 22.0, 157.0, volume, "SmPC (recalled)", "M"),
        (("P3", "CSF clearance on infusion, rate / concentration at L4", "mL/h"), 22.5, 37.5, 400e3 / 24 / lumbar, LABEL, "M"),
        (("P4", "lumbar : cisternal ratio on lumbar infusion", "1"), 1.8, 8.7, ratio, LABEL, "M"),
        (("P5", "lumbar CSF at 400 ug/day", "ng/mL"), 417.0, 694.0, lumbar, "SmPC (recalled)", "M"),
        (("P6", "puncture bolus reaches the basal cisterns", "h"), 0.2, 1.0, arrival, "cisternography norms", "M"),
        (("P7", "hydrophilic tracer T2 / T12 on lumbar infusion", "1"), 0.32, 0.54, tracer_ratio(one), "Kroin 1993", "H"),
        (("P8", "plasma at 400 ug/day", "ng/mL"), 0.0, 5.0, plasma, LABEL, "M"),
        (("P9", "time to 90 % of steady CSF", "h"), 0.0, 48.0, hours_to_steady_csf(one), "SmPC (recalled)", "M"),
        (("O7", "drug in CSF that 40 mL drained take", "%"), 20.0, 50.0, drained_percent(one), "mass balance", "L"),
        (("O8", "peak plasma after 40 mg into the pocket", "ng/mL"), 300.0, 1000.0, pocket_plasma(one), "CPT 1985;38:251", "M"),
        (("csf.mass", "worst relative mass error", "1"), 0.0, 1e-9, mass_error(one), "conservation", "H"),
        (("csf.expm", "modal propagation against scipy expm", "1"), 0.0, 1e-9, expm_error(one), "closed form", "H"),
        (("csf.modes", "decomposition rebuilds its matrix", "1"), 0.0, 1e-12, reconstruction_error(one), "closed form", "H"),
    )
    return [band_row("csf", *line) for line in table]
