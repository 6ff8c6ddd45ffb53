"""Drawn patients: their stated moments, their correlation, the same for one key, nothing impossible."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest

import physics.csf as csf
import physics.virtual_patient as people
from game.validate.run import is_cited
from physics.units import kg_from_ug, kg_per_s_from_ug_per_day

N = 3000  # standard error of a mean 1/55, of a standard deviation 1/77 of it
SIGMAS = 4.0  # a true draw leaves this band once in 16000


@pytest.fixture(scope="module")
def adults():
    return [people.draw_patient(7, k, "SCI") for k in range(N)]


@pytest.fixture(scope="module")
def children():
    return [people.draw_patient(7, k, "TBI", is_child=True) for k in range(N)]


def logs(values, typical):
    return np.log(np.array(values) / typical)


def assert_moments(sample, mean, sd):
    """Mean and standard deviation within their own sampling errors; the cut at 3 SD takes 0.3 % off the latter."""
    assert sample.mean() == pytest.approx(mean, abs=SIGMAS * sd / math.sqrt(N))
    assert sample.std() == pytest.approx(sd, rel=SIGMAS / math.sqrt(2 * N) + 0.003)


@pytest.mark.parametrize("name", people.HALF_CV)
def test_half_concentrations_have_their_median_and_their_coefficient_of_variation(adults, name):
    typical = getattr(people.patient.PatientParams(), name)
    sample = logs([getattr(p.answer, name) for p in adults], typical)
    assert_moments(sample, 0.0, people.log_sd(people.HALF_CV[name]))


@pytest.mark.parametrize("name", people.ANSWER_CV)
def test_tolerance_and_susceptibility_have_their_coefficient_of_variation(adults, name):
    sample = logs([getattr(p.answer, name) for p in adults], getattr(people.patient.PatientParams(), name))
    assert_moments(sample, 0.0, people.log_sd(people.ANSWER_CV[name]))


@pytest.mark.parametrize("name", [n for n in people.DRUG_CV if n not in ("dispersion_cervical_m2_per_s", "clearance_m3_per_s")])
def test_transport_varies_about_what_the_body_gives(adults, name):
    typical = [getattr(csf.DrugParams.for_patient(p.height_m, p.mass_kg), name) for p in adults]
    assert_moments(logs([getattr(p.drug, name) for p in adults], typical), 0.0, people.log_sd(people.DRUG_CV[name]))


def test_clearance_varies_about_what_the_mass_gives(children):
    typical = [csf.DrugParams.for_patient(p.height_m, p.mass_kg).clearance_m3_per_s for p in children]
    sample = logs([p.drug.clearance_m3_per_s for p in children], typical)
    assert_moments(sample, 0.0, people.log_sd(0.30))


def test_a_log_normal_of_log_sd_has_the_coefficient_of_variation_asked_for():
    for cv in (0.15, 0.5):
        s = people.log_sd(cv)
        assert math.sqrt(math.exp(s * s) - 1.0) == pytest.approx(cv, rel=1e-12)


def test_half_concentrations_are_correlated_by_the_stated_number(adults):
    table = np.log([[getattr(p.answer, name) for name in people.HALF_CV] for p in adults])
    found = np.corrcoef(table.T)[np.triu_indices(len(people.HALF_CV), 1)]
    error = (1.0 - people.HALF_CORRELATION**2) / math.sqrt(N)
    assert found == pytest.approx(people.HALF_CORRELATION, abs=SIGMAS * error)


def test_what_shares_no_cause_is_not_correlated(adults):
    columns = [[p.answer.half_legs_kg_per_m3 for p in adults], [p.answer.tolerance_gain for p in adults]]
    columns += [[p.drug.loss_per_s for p in adults], [p.answer.susceptibility for p in adults]]
    columns += [[p.drug.dispersion_sac_m2_per_s for p in adults], [p.height_m for p in adults]]
    found = np.corrcoef(np.log(columns))[np.triu_indices(len(columns), 1)]
    assert np.abs(found).max() < SIGMAS / math.sqrt(N)


@pytest.mark.parametrize("kind", people.KINDS)
def test_baselines_lie_about_the_published_ones_and_on_the_scale(kind):
    usual = people.patient.PatientParams.for_patient(kind)
    drawn = [people.draw_patient(3, k, kind).answer for k in range(N)]
    for name, (sd, low, high) in people.BASELINES.items():
        sample = np.array([getattr(one, name) for one in drawn])
        assert sample.min() >= low
        assert sample.max() <= high
        # the cut at the ends moves the mean of a normal by its closed form
        mean = getattr(usual, name)
        a, b = (low - mean) / sd, (high - mean) / sd
        assert sample.mean() == pytest.approx(clipped_mean(mean, sd, a, b), abs=SIGMAS * sd / math.sqrt(N))


def clipped_mean(mean, sd, a, b):
    """Mean of a normal that is set to its ends outside them."""
    def density(x):
        return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)

    def share(x):
        return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))

    inside = share(b) - share(a)
    return mean * inside + sd * (density(a) - density(b)) + (mean + sd * a) * share(a) + (mean + sd * b) * (1.0 - share(b))


# printed centiles of the charts at the rows of the table: stature 3rd, 97th [cm], mass 3rd, 95th [kg] [CDC]
CENTILES = {
    False: (
        (93.59, 110.53, 13.29, 20.28), (106.10, 125.11, 16.50, 27.03), (117.50, 139.25, 20.11, 35.29),
        (126.67, 151.53, 24.19, 46.16), (135.66, 163.72, 29.47, 59.30), (148.53, 178.82, 37.07, 72.69),
        (158.84, 187.09, 45.79, 84.29), (162.50, 189.46, 51.69, 92.05),
    ),
    True: (
        (93.07, 109.52, 12.77, 20.39), (105.76, 125.25, 16.01, 27.39), (117.27, 139.41, 19.54, 36.23),
        (125.96, 151.29, 23.99, 48.18), (137.44, 165.15, 30.02, 61.63), (148.12, 172.88, 36.70, 72.39),
        (150.42, 174.77, 41.83, 78.05), (150.93, 175.29, 44.25, 81.05),
    ),
}  # fmt: skip
Z_3, Z_95 = -1.8808, 1.6449


@pytest.mark.parametrize("is_female", [False, True])
def test_children_are_as_tall_and_heavy_as_the_charts_outer_centiles(is_female):
    # a score along both axes in the proportion of their correlation is that score of the mass
    tilt = people.MASS_WITH_HEIGHT, math.sqrt(1.0 - people.MASS_WITH_HEIGHT**2)
    for row, centiles in zip(people.GIRLS if is_female else people.BOYS, CENTILES[is_female], strict=True):
        years = min(row[0], 17.999)  # the last row is that of the eighteenth birthday
        for score, expected in ((Z_3, centiles[0]), (-Z_3, centiles[1])):
            height, _ = people.body("TBI", years, is_female, score, 0.0)
            assert 100.0 * height == pytest.approx(expected, abs=1.2)  # the charts' slight skew is left out
        for score, expected in ((Z_3, centiles[2]), (Z_95, centiles[3])):
            _, mass = people.body("TBI", years, is_female, score * tilt[0], score * tilt[1])
            assert mass == pytest.approx(expected, rel=0.006)  # parameters to four digits, age to a fortnight


def test_adults_have_the_stature_of_their_table():
    men = np.array([p.height_m for p in (people.draw_patient(5, k, "MS") for k in range(N)) if not p.is_female])
    mean, sd = people.ADULT_STATURE_M[False]
    assert men.mean() == pytest.approx(mean - people.SHORTER_M, abs=SIGMAS * sd / math.sqrt(men.size))
    assert men.std() == pytest.approx(sd, rel=SIGMAS / math.sqrt(2 * men.size) + 0.003)


def test_palsy_makes_shorter_and_lighter_and_nothing_else_differs():
    plain, palsy = people.draw_patient(2, 11, "TBI", age_years=9.0), people.draw_patient(2, 11, "CP", age_years=9.0)
    assert palsy.height_m < plain.height_m
    assert palsy.mass_kg < plain.mass_kg
    assert palsy.ec50_factor == plain.ec50_factor
    assert palsy.answer.susceptibility == plain.answer.susceptibility


def test_a_key_gives_one_patient_and_another_key_another():
    assert people.draw_patient(1, 2, "CP", is_child=True) == people.draw_patient(1, 2, "CP", is_child=True)
    assert len({people.draw_patient(s, n, "CP").ec50_factor for s in (1, 2) for n in (0, 1, 2)}) == 6


def test_the_cervical_dispersion_is_never_below_the_sacs(adults):
    assert all(p.drug.dispersion_cervical_m2_per_s >= p.drug.dispersion_sac_m2_per_s for p in adults)


def test_drawn_patients_are_possible_ones(adults, children):
    for p in adults + children:  # their own limits were held to when they were made
        assert 11.0 < p.mass_kg / p.height_m**2 < 45.0
    assert all(4.0 <= p.age_years < 18.0 and p.is_child for p in children)
    assert all(18.0 <= p.age_years <= 80.0 and not p.is_child for p in adults)


@pytest.mark.parametrize(("change", "said"), [
    ({"kind": "CPX"}, "kind = 'CPX'; expected one of"), ({"age_years": 3.0}, "age_years = 3.0; expected 4 .. 90"),
    ({"age_years": math.nan}, "age_years = nan"), ({"seed": -1}, "seed = -1"), ({"number": -1}, "tick = -1"),
])  # fmt: skip
def test_an_impossible_draw_is_refused_by_key_value_and_range(change, said):
    asked = {"seed": 0, "number": 0, "kind": "CP", "age_years": None} | change
    with pytest.raises(ValueError, match="expected") as refused:
        people.draw_patient(asked["seed"], asked["number"], asked["kind"], age_years=asked["age_years"])
    assert said in str(refused.value)


@pytest.mark.parametrize("name", people.LIMITS)
@pytest.mark.parametrize("value", [-1.0, math.nan, 1e12])
def test_an_impossible_parameter_is_refused_by_key_value_and_range(name, value):
    who = people.draw_patient(0, 0, "CP")
    owner = next(part for part in (who, who.drug, who.answer) if name in {f.name for f in fields(part)})
    with pytest.raises(ValueError, match=f"{name} = {value!r}; expected"):
        if owner is who:
            replace(who, **{name: value})
        else:
            part = "drug" if owner is who.drug else "answer"
            replace(who, **{part: replace(owner, **{name: value})})


def test_living_by_the_hour_is_living_by_the_quarter():
    who = people.draw_patient(0, 4, "SCI")
    source = csf.Sources(intrathecal_kg_per_s=kg_per_s_from_ug_per_day(150.0))
    fine = coarse = people.naive(who)
    for _ in range(20):
        fine, _, _ = people.live(who, fine, source, 86400.0)
        coarse, _, _ = people.live(who, coarse, source, 86400.0, 4)
        assert coarse.answer.neuro.ashworth_legs == pytest.approx(fine.answer.neuro.ashworth_legs, abs=1e-3)
    with pytest.raises(ValueError, match="every = 7; expected a divisor of 96"):
        people.live(who, fine, source, 86400.0, 7)


def test_gains_read_off_the_drives_are_the_patients_own():
    who = people.draw_patient(0, 9, "TBI")
    moment = people.naive(who)
    after, seen, _ = people.live(who, moment, csf.Sources(lumbar_kg=kg_from_ug(75.0)), 4 * 3600.0)
    legs = people.legs_gain(who, after.answer.adaptation.tolerance, seen.legs)[-1]
    spasms = people.spasm_gain(who, after.answer.adaptation.tolerance, seen.legs)[-1]
    assert who.answer.ashworth_legs - after.answer.neuro.ashworth_legs == pytest.approx(legs, abs=1e-9)
    assert who.answer.spasm_score - after.answer.neuro.spasm_score == pytest.approx(spasms, abs=1e-9)
    depth = people.deepest_sedation(who, after.answer.adaptation.tolerance, seen)
    assert depth >= after.answer.neuro.sedation - 1e-12


def test_every_number_of_the_draw_is_in_the_ledger_with_its_source():
    names = {row[0] for row in people.EVIDENCE}
    assert {f"cv.{n}" for n in people.DRUG_CV | people.HALF_CV | people.ANSWER_CV} <= names
    assert {f"sd.{n}" for n in people.BASELINES} <= names
    assert len(names) == len(people.EVIDENCE)
    assert all(is_cited(value, confidence, source) for _, value, _, confidence, source in people.EVIDENCE)
