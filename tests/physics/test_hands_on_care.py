"""Treatments as commands: what may be asked, what is refused, what the world shows of it."""

from __future__ import annotations

from dataclasses import replace

import physics
import pytest
from physics import commands
from physics.anatomy import PatientBuild
from physics.commands import TREATMENTS, GiveTreatment
from physics.errors import CommandError
from physics.hands_on_care import LEVELS
from physics.params import Disease, Params

PARAMS = Params(
    PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062),
    disease=Disease(lesion_level=4.0, bladder_m3=600e-6, infection_place="pocket", infection_day=1.0),
)
HOUR = 3600.0


@pytest.fixture(scope="module")
def ward():
    """A patient awake on the ward: no implant, nothing under the knife."""
    world = physics.initial(PARAMS, 3)
    care = replace(world.therapy.care, is_anaesthetised=False)
    return replace(world, therapy=replace(world.therapy, care=care))


def lived(world, *given, hours=1.0):
    events = []
    for command in (*given, commands.AdvanceClinicalTime(hours * HOUR)):
        world, happened = physics.step(PARAMS, world, (command,))
        events += [e.name for e in happened]
    return world, physics.observe(PARAMS, world).patient, events


@pytest.mark.parametrize("name", sorted(TREATMENTS))
def test_every_treatment_is_carried_out_and_changes_the_world(ward, name):
    most, _ = TREATMENTS[name]
    plain, _ = physics.step(PARAMS, ward, ())
    treated, _ = physics.step(PARAMS, ward, (GiveTreatment(name, most),))
    assert physics.state_hash(treated) != physics.state_hash(plain)


def test_fifty_micrograms_by_puncture_ease_the_legs_within_hours(ward):
    before = physics.observe(PARAMS, ward).patient.ashworth_legs
    _, after, _ = lived(ward, GiveTreatment("lumbar_baclofen", 5e-8), hours=4.0)
    assert after.ashworth_legs < before - 1.0  # responder criterion; rows D1 to D3


@pytest.mark.parametrize("name, amount, word", [
    ("aspirin", 1e-6, "treatment"), ("diazepam_iv", 1.0, "diazepam_iv"), ("ventilation", 1.5, "amount"),
    ("csf_drain", 1e-3, "csf_drain"), ("physostigmine_iv", -1e-6, "amount"), ("oxygen", float("nan"), "amount"),
])  # fmt: skip
def test_an_unknown_treatment_or_an_impossible_amount_is_refused_with_what_is_allowed(name, amount, word):
    with pytest.raises(CommandError, match=word) as refused:
        GiveTreatment(name, amount)
    if name == "aspirin":
        assert all(known in str(refused.value) for known in TREATMENTS)


def test_the_levels_of_older_logs_still_hold(ward):
    for name in ("ventilation", "benzodiazepine", "cyproheptadine"):
        command = commands.command_from_dict({"name": "GiveTreatment", "treatment": name, "amount": 0.7})
        world, _ = physics.step(PARAMS, ward, (command,))
        assert name in LEVELS and getattr(world.therapy.care, name) == 0.7


def test_a_drained_bladder_ends_dysreflexia_in_what_the_world_shows(ward):
    world, seen, events = lived(ward)
    assert "DysreflexiaBegan" in events and seen.systolic_mmhg > 180.0 and seen.heart_rate_per_min < 60.0
    assert seen.flushing > 0.8 and seen.bladder_m3 == pytest.approx(660e-6, rel=1e-3)
    _, seen, events = lived(world, GiveTreatment("bladder_drain", 1e-3))
    assert "DysreflexiaEnded" in events and seen.systolic_mmhg < 130.0 and seen.bladder_m3 == 0.0


def test_an_infection_shows_itself_on_its_day(ward):
    _, seen, events = lived(ward, hours=23.9)
    assert "InfectionShown" not in events and seen.crp_mg_per_l == 5.0
    world = ward
    for _ in range(3):
        world, seen, more = lived(world, hours=24.0)
        events += more
    assert events.count("InfectionShown") == 1 and seen.pocket_redness > 5.0 and seen.temperature_c > 37.5


def test_an_intubated_patient_is_shown_as_one_and_a_tube_comes_out_again(ward):
    world, seen, _ = lived(ward, GiveTreatment("intubation", 1.0))
    assert seen.is_intubated and seen.ventilation == 1.0 and seen.respiratory_rate_per_min >= 12.0
    _, seen, _ = lived(world, GiveTreatment("intubation", 0.0))
    assert not seen.is_intubated and seen.ventilation == 0.0


def test_a_dose_is_on_the_chart_while_it_acts_and_sedates(ward):
    world, seen, _ = lived(ward, GiveTreatment("midazolam_iv", 1e-5), hours=0.25)
    assert seen.medicines == ("midazolam_iv",) and 10.0 < seen.gcs < 14.5
    for _ in range(4):
        world, seen, _ = lived(world, hours=24.0)
    assert seen.medicines == () and seen.gcs == 15.0


def test_a_blood_patch_closes_its_share_of_the_hole(ward):
    world, _ = physics.step(PARAMS, ward, (GiveTreatment("blood_patch", 20e-6),))
    assert world.therapy.csf_pressure.healed == pytest.approx(0.83)
    world, _ = physics.step(PARAMS, world, (GiveTreatment("blood_patch", 10e-6),))
    assert world.therapy.csf_pressure.healed == pytest.approx(1.0 - 0.17 * 0.585)


def test_joints_have_the_mean_of_the_legs_in_what_the_world_shows(ward):
    _, seen, _ = lived(ward)
    legs = [score for _, score in seen.ashworth_joints[:4]]
    assert sum(legs) / 4 == pytest.approx(seen.ashworth_legs) and seen.knee_jerk == 4.0 and 0.0 < seen.function < 1.0
