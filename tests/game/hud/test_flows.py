"""Flows driven by posted events alone: mouse and keyboard reach the same commands."""

from __future__ import annotations

import pytest

from physics import commands as c


def _kinds(app):
    return [type(k).__name__ for k in app.host.commands]


def _begin(app, driver, case):
    driver.frames(3)
    driver.click("menu.scenarios")
    driver.wait_address(f"scenarios.card.{case}")
    driver.click(f"scenarios.card.{case}")
    driver.wait_address("scenarios.start")
    driver.click("scenarios.start")
    driver.wait_address("brief.begin")
    driver.click("brief.timeout.identity")
    driver.click("brief.begin")
    driver.wait_address("rail.needle")


def test_menu_to_briefing_to_play_by_mouse(stage):
    app, driver = stage()
    _begin(app, driver, "implant_adult_t10")
    assert app.screen == "play" and app.hands.step == "mark"
    driver.click("item.IM01")
    assert "IM01" in app.hands.ticked and driver.gui.states["item.IM01"] == "done"


def test_needle_is_placed_and_advanced_by_mouse(stage):
    app, driver = stage()
    _begin(app, driver, "implant_adult_t10")
    driver.click("rail.needle")
    driver.click("panel.set")
    driver.click("entry.x.more")
    driver.click("panel.act.here")
    driver.click("or.choose_entry")
    driver.hold("needle.advance", 1.0)
    driver.wheel("view", 3)
    driver.click("needle.brace")
    driver.click("needle.stylet")
    driver.click("or.confirm.csf")
    kinds = _kinds(app)
    assert kinds[0] == "PlaceNeedle" and "BraceHand" in kinds and "SetNeedleStylet" in kinds
    travel = sum(k.travel_m for k in app.host.commands if isinstance(k, c.AdvanceNeedle))
    assert travel == pytest.approx(6e-3 + 3e-3, abs=0.4e-3)
    assert any(a.name == "confirm.csf" for a in app.host.actions)


def test_needle_is_placed_and_advanced_by_keyboard(stage):
    app, driver = stage()
    app.begin("implant_adult_t10", "assisted", 11)
    driver.key("PageDown")
    driver.key("PageDown")
    assert app.hands.step == "needle"
    driver.key("Right")
    driver.key("Return")
    driver.key("W", 1.0)
    driver.key("B")
    driver.key("F")
    driver.key("C")
    place = app.host.commands[0]
    assert isinstance(place, c.PlaceNeedle) and place.u_m == pytest.approx(1e-3)
    travel = sum(k.travel_m for k in app.host.commands if isinstance(k, c.AdvanceNeedle))
    assert travel == pytest.approx(6e-3, abs=0.4e-3)


def test_drag_aims_a_standing_needle(stage):
    app, driver = stage()
    app.begin("implant_adult_t10", "assisted", 11)
    driver.key("PageDown")
    driver.key("PageDown")
    driver.key("Return")
    driver.drag("view", 100, 0)
    aims = [k for k in app.host.commands if isinstance(k, c.AimNeedle)]
    assert aims and app.hands.values["needle.aim.mid"] == pytest.approx(10.0, abs=0.2)


def test_tab_and_enter_press_any_button(stage):
    app, driver = stage()
    driver.frames(3)
    driver.focus("menu.settings")
    driver.key("Return")
    assert app.screen == "settings"
    driver.key("Escape")
    assert app.screen == "menu"


def test_an_implant_is_played_to_its_debrief(stage):
    app, driver = stage()
    _begin(app, driver, "implant_adult_t10")
    driver.click("rail.table")
    driver.click("table.fill")
    driver.click("rail.needle")
    driver.key("I")
    driver.key("Return")
    driver.key("W", 1.0)
    driver.click("rail.thread")
    driver.key("O")
    driver.hold("thread.stroke", 1.0)
    driver.click("rail.anchor")
    driver.click("anchor.purse")
    driver.hold("needle.remove", 1.2)
    driver.click("anchor.place")
    driver.click("loop.lay")
    driver.click("rail.pocket")
    driver.click("panel.act")
    driver.click("pocket.open")
    driver.click("rail.tunnel")
    driver.click("panel.map")
    driver.click("map.trunk", 0.4, 0.6)
    driver.key("K")
    driver.click("rail.connect")
    driver.click("panel.act")
    driver.click("connect.trim")
    driver.click("connect.seat")
    driver.click("rail.pump")
    driver.click("pump.place")
    driver.click("coil.seat")
    for n in "1234":
        driver.key(n)
    driver.click("rail.close")
    driver.key("Space")
    driver.key("K", 1.7)
    wanted = {"FillOnTable", "InciseLumbar", "PlaceNeedle", "AdvanceNeedle", "OpenCatheter", "FeedCatheter", "TiePurseString",
              "RemoveNeedle", "PlaceAnchor", "LayLoop", "DissectPocket", "TunnelCatheter", "TrimCatheter", "ConnectCatheter",
              "PlacePump", "CoilSlack", "SuturePump", "CloseWounds"}  # fmt: skip
    assert wanted <= set(_kinds(app)), wanted - set(_kinds(app))
    assert app.host.pulses == 1
    driver.click("rail.programme")
    driver.key("U")
    assert app.screen == "follow"
    driver.click("time.step_week")
    driver.wait(lambda: len(app.host.days) == 7, 400, "seven days")
    driver.key("P")
    driver.click("pause.leave")
    assert app.screen == "debrief" and driver.text("debrief.score") == "67 %"
    assert driver.text("debrief.xray").startswith("X-ray: 137 pictures, 34.2 s of fluoroscopy, 4.34 Gy·cm²; ")
    driver.click("score.L00")
    assert app.chosen == "L00"


def test_programmer_needs_every_line_looked_at_and_a_hold(stage):
    app, driver = stage()
    app.begin("refill_routine_adult", "assisted", 11)
    app.hands = __import__("dataclasses").replace(app.hands, step="account")
    driver.frames(3)
    driver.click("panel.act")
    driver.click("programmer.open")
    driver.key("I")
    driver.click("tab.page.reservoir")
    driver.click("tab.field.reservoir")
    driver.click("tab.key.clear")
    for char in "20":
        driver.key(char)
    assert app.hands.form.new.entries["reservoir"] == "20"
    driver.hold("tab.send", 1.8)
    assert "ProgramPump" not in _kinds(app)
    for address in [a for a in driver.gui.rects if a.startswith("tab.row.")]:
        driver.look(address, 0.75)
    driver.hold("tab.send", 1.8)
    sent = [k for k in app.host.commands if isinstance(k, c.ProgramPump)]
    assert len(sent) == 1 and sent[0].reservoir_volume_m3 == pytest.approx(20e-6)


def _on_the_tablet(stage, size=(1600, 900), scale=1.0):
    app, driver = stage(size, scale)
    app.begin("refill_routine_adult", "assisted", 11)
    app.screen = "tablet"
    driver.frames(2)
    driver.click("tab.read")
    return app, driver


def _type(driver, field, words):
    driver.click(f"tab.field.{field}")
    for char in words:
        driver.click({".": "tab.key.point", ":": "tab.key.point"}.get(char, f"tab.key.{char}"))


def _look(driver):
    for address in [a for a in driver.gui.rects if a.startswith("tab.row.")]:
        driver.look(address, 0.75)


def test_what_is_refused_is_said_beside_its_field_and_nothing_is_sent_or_lost(stage):
    app, driver = _on_the_tablet(stage)
    driver.click("tab.page.dose")
    _type(driver, "dose", "90000")
    assert driver.text("tab.said.range.dose") == "Dose per day = 90000; expected 0 to 8640 µg/day"
    assert driver.gui.states["tab.page.dose"] == "now" and driver.gui.states["tab.send"] == "off"
    driver.click("tab.page.reservoir")
    assert driver.gui.states["tab.page.dose"] == "alarm"
    _look(driver)
    driver.hold("tab.send", 1.8)
    assert "ProgramPump" not in _kinds(app) and app.hands.form.new.entries["dose"] == "90000"
    driver.click("tab.page.dose")
    driver.key("Backspace")
    assert driver.text("tab.field.dose") == "9000 µg/day"


def test_a_warning_is_confirmed_before_sending_and_told_to_the_log(stage):
    app, driver = _on_the_tablet(stage)
    driver.click("tab.page.dose")
    _type(driver, "dose", "240")
    _look(driver)
    driver.hold("tab.send", 1.8)
    assert "ProgramPump" not in _kinds(app)
    driver.click("tab.confirm.dose.change")
    assert not driver.is_visible("tab.confirm.dose.change")
    driver.hold("tab.send", 1.8)
    (sent,) = [k for k in app.host.commands if isinstance(k, c.ProgramPump)]
    assert sent.dose_kg_per_s == pytest.approx(240e-9 / 86400)
    assert [a.value for a in app.host.actions if a.name == "programmer.confirm"] == ["dose.change"]
    assert driver.text("tab.after").startswith("Sent. Read the pump again")
    driver.click("tab.read_again")
    assert driver.text("tab.after") == "Sent. Pump read again: settings agree."


def test_a_flexible_day_is_edited_by_mouse_alone(stage):
    app, driver = _on_the_tablet(stage)
    driver.click("tab.page.dose")
    driver.click("tab.mode.flex")
    driver.click("tab.step.add")
    _type(driver, "time.2", "6:30")
    _type(driver, "rate.2", "4.25")
    driver.click("tab.step.add")
    assert app.hands.form.new.steps["every"] == (("00:00", "3.333"), ("6:30", "4.25"), ("10:30", "4.25"))
    assert "6.5h 4.25" in driver.text("tab.day.curve")
    driver.click("tab.step.remove.3")
    driver.click("tab.pattern.week")
    driver.click("tab.day.sun")
    _type(driver, "rate.1", "2")
    assert app.hands.form.new.steps["sun"][0] == ("00:00", "2") and app.hands.form.new.steps["mon"][0] == ("00:00", "3.333")
    assert driver.is_visible("tab.row.step.sun") and "tab.row.step.1" not in driver.gui.rects
    assert not driver.audit()


def test_the_calculator_says_where_an_answer_went_wrong(stage):
    app, driver = _on_the_tablet(stage)
    driver.click("tab.page.sheet")
    driver.click("tab.calc.bridge")
    driver.click("tab.takeover")
    _type(driver, "sheet.C_new", "2000")
    driver.click("tab.line.m")
    for char in "614":
        driver.key(char)
    driver.click("tab.check")
    assert driver.text("tab.verdict") == "m = 614: not right. It comes out when old and new concentration were exchanged:"
    assert driver.text("tab.wrong.0").endswith("0.3072 mL * 2000 µg/mL = 614 µg")
    assert "tab.written.0" not in driver.gui.texts
    driver.click("tab.working")
    assert driver.text("tab.written.3").endswith("0.3072 mL * 500 µg/mL = 154 µg")


def test_at_twice_the_size_a_mode_is_chosen_and_a_rate_typed(stage):
    app, driver = _on_the_tablet(stage, (1280, 720), 2.0)
    for _ in range(3):
        driver.click("tab.next")
    assert driver.text("tab.here") == "4 of 9  Dose"
    driver.click("tab.modes")
    driver.click("tab.mode.flex")
    _type(driver, "rate.1", "4.5")
    assert app.hands.form.new.steps["every"] == (("00:00", "4.5"),) and not driver.audit()


def test_a_refill_is_emptied_and_filled_by_keyboard(stage):
    app, driver = stage()
    app.begin("refill_routine_adult", "assisted", 11)
    driver.key("PageDown")
    driver.key("I")
    driver.key("E")
    for _ in range(3):
        driver.key("PageDown")
    driver.key("Return")
    driver.key("W", 3.5)
    driver.key("PageDown")
    driver.key("Z")
    driver.key("R", 1.0)
    driver.key("C")
    driver.key("PageDown")
    driver.key("M")
    driver.key("PageDown")
    driver.key("X")
    driver.key("F", 1.0)
    names = [a.name for a in app.host.actions]
    for wanted in ("interrogate", "calc.expected_residual", "confirm.backflow", "record.residual"):
        assert wanted in names
    assert app.host.observation.refill.injected_m3 > 0 > -app.host.observation.refill.drawn_m3


def test_nothing_is_drawn_while_nothing_changes(stage):
    app, driver = stage()
    driver.frames(5)
    before = driver.loop.n_drawn
    driver.loop._settle = 0
    for _ in range(10):
        driver.loop.frame(0.02)
    assert driver.loop.n_drawn == before
