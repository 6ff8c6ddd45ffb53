"""A gamepad on the screens: every control by D-pad and A, tools by sticks and triggers, plugged in and out."""

from __future__ import annotations

import pytest

from game.device_flow import LOST_WORDS
from game.settings import changed
from physics import commands as c


@pytest.fixture
def played(stage):
    app, d = stage((1280, 720), 1.0)
    d.plug()
    d.frames(3)

    def begin(case="implant_adult_t10", step="needle"):
        app.begin(case, "assisted", 1)
        d.frames(2)
        while app.hands.step != step:
            d._pad_button("Y", True)
            d.button("RB")
            d._pad_button("Y", False)
        d.frames(2)
        app.host.commands.clear()
        return app, d

    return begin


def sent(app, kind):
    return [k for k in app.host.commands if isinstance(k, kind)]


def test_menus_are_walked_with_the_d_pad_and_pressed_with_a(stage):
    app, d = stage((1280, 720), 1.0)
    d.plug()
    d.frames(3)
    d.pad_press("menu.scenarios")
    assert app.screen == "scenarios"
    d.pad_press("scenarios.card.refill_routine_adult")
    d.pad_press("scenarios.start")
    assert app.screen == "brief"
    d.pad_press("brief.begin")
    assert app.screen == "play"
    d.button("Start")
    assert app.overlay == "pause"
    d.button("B")
    assert app.overlay == "" and app.screen == "play"


def test_triggers_move_the_needle_faster_the_further_they_go(played):
    app, d = played()
    d.button("A")  # the wheel has nothing yet: A rests the needle where it is
    d.choose_act("or.choose_entry")
    d.button("A")
    assert sent(app, c.PlaceNeedle)
    app.host.commands.clear()
    d.pad("rt", 0.5, 1.0)
    half = sum(k.travel_m for k in sent(app, c.AdvanceNeedle))
    app.host.commands.clear()
    d.pad("rt", 1.0, 1.0)
    whole = sum(k.travel_m for k in sent(app, c.AdvanceNeedle))
    assert whole == pytest.approx(15e-3, rel=0.05)
    assert 0.15 < half / whole < 0.3  # squared, less the dead zone
    d.pad("lt", 1.0, 0.5)
    assert sent(app, c.AdvanceNeedle)[-1].travel_m < 0


def test_sticks_place_and_aim_at_their_rates_and_rest_in_the_dead_zone(played):
    app, d = played()
    x, z = app.hands.values["entry.x"], app.hands.values["entry.z"]
    d.pad("lx", 0.11, 1.0)
    assert app.hands.values["entry.x"] == x
    d.pad("lx", 1.0, 1.0)
    assert app.hands.values["entry.x"] - x == pytest.approx(20.0, abs=1.0)
    d.pad("ly", -1.0, 0.5)
    assert app.hands.values["entry.z"] - z == pytest.approx(10.0, abs=1.0)
    head = app.hands.values["needle.aim.head"]
    d.pad("ry", -1.0, 1.0)
    assert app.hands.values["needle.aim.head"] - head == pytest.approx(25.0, abs=1.0)


def test_bumpers_roll_b_makes_a_pulse_and_x_is_the_other_hand(played):
    app, d = played()
    d.choose_act("or.choose_entry")
    d.button("A")
    d.button("RB")
    d.button("RB")
    d.button("LB")
    assert app.hands.bevel_deg == pytest.approx(15.0)
    d.button("B")
    assert app.host.pulses == 1
    d.button("X")
    assert sent(app, c.SetNeedleStylet)
    d.button("LS")
    assert sent(app, c.BraceHand)


def test_the_wheel_puts_an_act_in_the_hand_and_a_held_one_is_held(played):
    app, d = played("implant_adult_t10", "anchor")
    assert app.act_in_hand(app_step(app)) == "anchor.place"
    d.do_act("needle.remove", 0.5)
    assert not sent(app, c.RemoveNeedle)
    d.button("A", 1.2)
    assert sent(app, c.RemoveNeedle)
    d.do_act("anchor.place")
    assert sent(app, c.PlaceAnchor)


def app_step(app):
    from game.input.intent import current_step

    return current_step(app.hands)


def test_a_trigger_is_the_force_of_the_thumb_on_the_plunger(played):
    app, d = played("refill_routine_adult", "fill")
    d.do_act("syringe.drug")
    app.host._change("refill", syringe_contents="drug", syringe_volume_m3=20e-6)
    d.pad("rt", 0.6, 0.5)
    pushes = sent(app, c.MovePlunger)
    assert pushes and pushes[-1].force_n == pytest.approx(12.0, abs=0.2)


def test_pulled_out_in_the_middle_the_case_waits_and_goes_on_with_mouse_keys_and_the_pad_again(played):
    app, d = played()
    d.choose_act("or.choose_entry")
    d.button("A")
    d._axis("rt", 1.0)
    d.frames(5)
    d.plug(False)
    ticks = app.n_ticks
    d.frames(10)
    assert app.overlay == "pause" and app.pause_note == LOST_WORDS and app.n_ticks == ticks
    d.click("pause.resume")
    app.host.commands.clear()
    d.frames(20)
    assert not sent(app, c.AdvanceNeedle)  # what the lost trigger held is let go
    d.key("W", 0.2)
    assert sent(app, c.AdvanceNeedle)
    d.plug()
    app.host.commands.clear()
    d.pad("rt", 1.0, 0.3)
    assert sent(app, c.AdvanceNeedle)


def test_a_feature_that_the_graphics_lack_is_said_in_the_case_and_in_the_settings(stage, monkeypatch):
    app, d = stage((1280, 720), 1.0)
    monkeypatch.setattr(type(app.library), "notice", "this graphics driver has no multisampling: the software preset is used")
    app.begin("implant_adult_t10", "assisted", 1)
    d.frames(2)
    assert "software preset" in d.text("view.message") and d.audit() == []
    app._open_settings()
    d.frames(2)
    d.click("settings.picture")
    assert "software preset" in d.text("picture.notice")


def test_drags_aim_at_the_rate_that_is_set(played):
    app, d = played()
    app.host._change("needle", is_placed=True)  # a drag aims a needle that rests on the skin
    for rate, degrees in ((0.10, 4.0), (0.20, 8.0)):
        app.settings = changed(app.settings, "hands.aim_deg_per_px", rate)
        head = app.hands.values["needle.aim.head"]
        d.drag("view", 0, -40)
        d.frames(2)
        assert app.hands.values["needle.aim.head"] - head == pytest.approx(degrees, abs=0.05)


def test_a_steady_hand_spreads_a_flung_wheel_and_loses_nothing(played):
    app, d = played()
    d.choose_act("or.choose_entry")
    d.button("A")
    app.settings = changed(app.settings, "hands.steady_ms", 120.0)
    app.host.commands.clear()
    d.wheel("view", 3)
    first = sum(k.travel_m for k in sent(app, c.AdvanceNeedle))
    d.frames(64)
    whole = sum(k.travel_m for k in sent(app, c.AdvanceNeedle))
    assert first < 2.5e-3 and whole == pytest.approx(3e-3, abs=2.1e-5)
    assert any(getattr(a, "name", "") == "assist" and a.number == 120.0 for a in app.host.actions)


def test_the_window_left_lets_go_of_everything_and_put_away_it_pauses(played):
    import pygame

    app, d = played()
    app.settings = changed(app.settings, "hands.is_toggle", True)
    app.begin("implant_adult_t10", "assisted", 1)
    d.frames(2)
    d.click("rail.needle")
    d.key("Return")
    d.key("W")
    assert app.hands.latched == ("needle.advance",)
    d._post(pygame.WINDOWFOCUSLOST)
    d.frames(2)
    assert app.hands.latched == () and app.overlay == ""
    d._post(pygame.WINDOWMINIMIZED)
    drawn, ticks = d.loop.n_drawn, app.n_ticks
    d.frames(5)
    assert app.overlay == "pause" and d.loop.n_drawn == drawn and app.n_ticks == ticks
    d._post(pygame.WINDOWRESTORED)
    d.frames(3)
    assert d.loop.n_drawn > drawn
    d.click("pause.resume")
    d.frames(4)
    assert app.n_ticks > ticks
