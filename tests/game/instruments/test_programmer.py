"""The tablet computes what it should, leaves the rest to the player, asks before it sends, and stops only at hard limits."""

from __future__ import annotations

import numpy as np
import pytest

from game.instruments import fluoroscope, monitor, programme, programmer, review, syringe, tray
from game.instruments.procedure import IMPLANT


def _typed(form, **entries):
    for key, words in entries.items():
        form = programmer.press_key(programmer.choose(form, key), "clear")
        for char in words:
            form = programmer.press_key(form, "point" if char == "." else char)
    return form


def _broken(form):
    return {x.key: x for x in programmer.findings(form)}


def test_line_volume_of_92_cm_is_0_342_ml():
    assert programme.line_volume_ml(92.0) == pytest.approx(0.3424, abs=1e-4)


def test_bridge_of_the_order_sheet_takes_22_8_hours(form):
    form = _typed(form, conc="2000", dose="210", bridge="0.342")
    assert review.bridge_words(form.old, form.new) == "171 µg in 22.8 h"
    assert programme.flow_ml_per_day(form.new) == pytest.approx(0.105)


def test_the_first_digit_after_choosing_a_field_starts_a_new_number(form):
    form = programmer.press_key(programmer.choose(form, "dose"), "2")
    assert programmer.entry(programmer.press_key(form, "1"), "dose") == "21"
    assert programmer.entry(programmer.press_key(programmer.choose(form, "dose"), "erase"), "dose") == ""


def test_reading_again_keeps_what_was_typed_and_renews_what_was_not(form, pump):
    form = programmer.read(_typed(form, dose="200"), pump(reservoir_ml=5.8))
    assert (form.new.entries["dose"], form.new.entries["reservoir"]) == ("200", "5.8")


def test_a_new_pump_brings_no_numbers_that_one_could_send_by_mistake(new_pump):
    form = programmer.read(programmer.Form(), new_pump)
    assert form.new.mode == "continuous"
    assert {"range.conc", "range.dose", "range.length", "range.reservoir"} <= set(_broken(form))
    with pytest.raises(ValueError, match="Concentration = nothing; expected 1 to 4000 µg/mL"):
        programmer.command(form)


def test_a_missing_bridge_warns_and_waits_for_a_confirmation(form):
    form = review.looked_through(_typed(form, conc="2000"))
    assert not _broken(form)["bridge.none"].is_hard and not review.can_send(form)
    form = programmer.confirm(form, "bridge.none")
    assert review.can_send(form)


def test_a_confirmation_is_for_the_values_that_were_confirmed(form):
    form = programmer.confirm(review.looked_through(_typed(form, dose="300")), "all")
    assert review.can_send(form)
    again = review.looked_through(_typed(form, dose="400"))
    assert "dose.change" in [x.key for x in programmer.open_warnings(again)] and not review.can_send(again)


def test_a_ten_fold_dose_passes_once_it_is_confirmed(form):
    form = review.looked_through(_typed(form, dose="1800"))
    assert set(_broken(form)) == {"dose.change", "dose.high", "date"} and not any(x.is_hard for x in _broken(form).values())
    assert programmer.command(programmer.confirm(form, "all")).dose_kg_per_s == pytest.approx(1800e-9 / 86400)


def test_what_is_refused_keeps_its_text_and_the_rest_of_the_form(form):
    before = _typed(form, conc="2000", length="80.5")
    form = programmer.confirm(review.looked_through(_typed(before, dose="99999999")), "all")
    (fault,) = programmer.faults(form, ("dose",))
    assert fault.is_hard and fault.words == "Dose per day = 99999999; expected 0 to 8640 µg/day"
    assert form.new.entries == before.new.entries | {"dose": "99999999"}
    assert not review.can_send(form)
    with pytest.raises(ValueError, match="expected 0 to 8640"):
        programmer.command(form)


def test_sending_needs_every_line_looked_at(form):
    assert not review.can_send(form)
    form = review.looked_through(form)
    assert review.can_send(form)
    assert not review.can_send(programmer.press_key(programmer.choose(form, "dose"), "1"))


def test_the_command_holds_what_was_typed_in_si(form):
    sent = programmer.command(_typed(form, dose="210"))
    assert sent.dose_kg_per_s == pytest.approx(210e-9 / 86400)
    assert sent.concentration_kg_per_m3 == pytest.approx(0.5)
    assert sent.recorded_length_m == pytest.approx(0.92)


def test_pages_turn_through_all_and_the_calculator_leads_back(form):
    seen = [form.page]
    for _ in programmer.PAGES:
        form = programmer.turn_page(form, 1)
        seen.append(form.page)
    assert seen == [key for key, _ in programmer.PAGES] + ["review"]
    form = programmer.open_page(programmer.open_page(form, "reservoir"), programmer.SHEET)
    assert programmer.turn_page(programmer.open_page(form, programmer.SHEET), 1).page == "reservoir"


# --- the flexible day --------------------------------------------------------------------------


def test_a_flexible_day_starts_from_the_dose_that_runs_and_keeps_the_others_fields(form):
    flexible = programmer.set_mode(form, "flex")
    assert flexible.new.steps["every"] == (("00:00", "7.5"),)
    assert programme.day_dose_ug(flexible.new) == pytest.approx(180.0)
    assert programmer.set_mode(flexible, "continuous").new.entries == form.new.entries


def test_steps_are_added_typed_removed_and_put_in_order(form):
    form = programmer.set_mode(form, "flex")
    form = programmer.add_step(programmer.add_step(form))
    assert [start for start, _ in form.new.steps["every"]] == ["00:00", "04:00", "08:00"]
    form = _typed(form, **{"time.2": "2230", "rate.2": "9.5"})
    assert "Step 3 starts = 08:00; expected later than 22:30 of the step before" == _broken(form)["steps"].words
    form = programmer.sort_steps(form)
    assert form.new.steps["every"] == (("00:00", "7.5"), ("08:00", "7.5"), ("2230", "9.5"))
    assert "steps" not in _broken(form)
    assert programmer.remove_step(form, 2).new.steps["every"] == (("00:00", "7.5"), ("2230", "9.5"))


def test_a_day_holds_thirteen_steps(form):
    form = programmer.set_mode(form, "flex")
    for _ in range(20):
        form = programmer.add_step(form)
    assert len(form.new.steps["every"]) == 13 and "steps" not in _broken(form)
    steps = form.new.steps["every"] + (("23:59", "7.5"),)
    too_many = programmer._edited(form, programme.Programme("flex", form.new.entries, "day", {"every": steps}))
    assert _broken(too_many)["steps"].words == "steps = 14; expected at most 13 in a day"


def test_weekdays_start_from_the_daily_steps_and_come_back(form):
    form = programmer.set_pattern(programmer.set_mode(form, "flex"), "week")
    assert form.day == "mon" and form.new.steps["sun"] == form.new.steps["every"]
    form = _typed(programmer.show_day(form, "sat"), **{"rate.1": "15"})
    assert programme.day_dose_ug(form.new) == pytest.approx((6 * 180 + 360) / 7)
    assert dict(programme.day_curve(form.new, "sat"))[0.0] == 15.0 and dict(programme.day_curve(form.new, "fri"))[0.0] == 7.5
    assert programme.day_dose_ug(programmer.copy_day(form).new) == pytest.approx(360.0)
    assert programme.day_dose_ug(programmer.set_pattern(form, "day").new) == pytest.approx(180.0)


def test_an_empty_weekday_goes_on_with_the_step_of_the_day_before(form):
    form = programmer.set_pattern(programmer.set_mode(form, "flex"), "week")
    form = programmer.remove_step(programmer.show_day(form, "tue"), 1)
    form = _typed(programmer.show_day(form, "mon"), **{"rate.1": "10"})
    assert programme.day_curve(form.new, "tue") == ((0.0, 10.0), (24.0, 10.0))


# --- the other tools ---------------------------------------------------------------------------


def test_waveforms_repeat_and_stay_inside():
    for wave in (monitor.ecg(7.3, 72.0), monitor.pleth(7.3, 72.0, 98.0), monitor.respiration(7.3, 12.0), monitor.capnogram(7.3, 12.0, 37.0)):
        assert 0 <= wave[0].min() and wave[0].max() <= 1.05
    assert np.array_equal(monitor.ecg(7.3, 72.0)[0], monitor.ecg(7.3, 72.0)[0])
    assert np.ptp(monitor.respiration(3.0, 0.0)[0]) == 0


def test_low_saturation_is_an_alarm_in_words():
    assert monitor.limit_state("spo2", 86.0)[0] == "warn" and monitor.limit_state("spo2", 70.0)[0] == "alarm"
    assert "low" in monitor.limit_state("spo2", 86.0)[1]


def test_pulses_are_counted_with_their_age():
    arm = fluoroscope.pulse(fluoroscope.pulse(fluoroscope.CArm(), 0), 640)
    assert arm.shots == 2 and fluoroscope.age_words(arm, "ap", 640 + 64 * 20) == "20 s old"
    assert fluoroscope.view_name(90.0) == "lateral"


def test_changing_tools_takes_its_time():
    first = tray.take(tray.Tray(), "needle", 0)
    second = tray.take(first, "lor", 100)
    assert second.held == "lor" and second.used == ("needle",) and second.ready_at_tick == 151
    states = {key: how for key, _, _, how in tray.rows(second, IMPLANT[2])}
    assert states["lor"] == "held" and states["needle"] == "used"


def test_plunger_words_follow_pressure_and_flow():
    assert syringe.push_words(22e3, 0.2e-6) == "Light, even push"
    assert syringe.push_words(-30e3, 0.0) == "Sucks, nothing comes"
    assert syringe.push_words(60e3, 0.0) == "Hard, nothing moves"
