"""The real window, session and renderer behind the screens: a refill begun, worked at, left, and replayed."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def driver(opened):
    return opened()


def _number(driver, address):
    found = re.search(r"-?\d+(\.\d+)?", driver.text(address))
    return float(found.group()) if found else 0.0


def test_a_refill_in_the_real_window_reaches_its_debrief_and_replays_equal(driver, check_log):
    app, d = driver
    d.frames(2)
    d.click("menu.scenarios")
    d.click("scenarios.role.nurse")
    d.click("scenarios.card.refill_routine_adult")
    d.click("scenarios.start")
    d.click("brief.begin")
    d.click("rail.read")
    d.key("I")
    d.enter("calc.expected", 6.2)
    d.click("calc.expected_say")
    assert d.text("calc.expected") == "6.2 mL"
    d.click("rail.template")
    d.click("panel.act")
    d.click("template.feel")
    d.click("rail.needle")
    d.key("Return")
    assert d.hold_key("W", lambda: d.text("feel.word") == "Hard stop", 12.0)
    d.key("P")
    ticks = app.n_ticks
    d.pass_frames(16)
    assert app.overlay == "pause" and app.n_ticks == ticks
    d.key("Escape")
    d.click("rail.empty")
    d.click("syringe.empty")
    d.key("R", 2.0)
    assert _number(d, "feel.in") > 0.3
    d.key("Escape")
    d.click("pause.leave")
    assert app.screen == "debrief" and d.text("debrief.score").endswith("%")
    check_log()


def test_the_picture_of_the_menu_is_kept_between_starts_and_is_as_drawn_anew(driver):
    from game.shelf import Shelf
    from scenarios import list_ids, load

    app, _ = driver
    app.library.hero((1280, 720))
    next_start = Shelf(app.library.ctx, app.library.preset)
    kept = next_start.hero((1280, 720)).texture.read()
    assert not next_start._renderers  # nothing of the patient had to be prepared
    assert kept == next_start._portrait(load(list_ids()[0])).tobytes()


def test_a_syringe_on_the_open_pump_end_draws_csf_and_the_tug_pulls_in_the_real_window(driver, tmp_path):
    from game.players.chart import chart_for
    from game.players.implant import implant
    from game.players.habits import ATTENDING
    from physics.commands import TrimCatheter

    app, d = driver
    d.frames(2)
    d.click("menu.scenarios")
    d.click("scenarios.card.implant_adult_t10")
    d.click("scenarios.start")
    d.click("brief.begin")
    session = app.host.session
    plan = implant(chart_for(session.scenario, session.setup), ATTENDING)
    given = next(plan)
    while not any(isinstance(command, TrimCatheter) for command in given.commands):  # needle, catheter, anchor, tunnel
        app.host.tick(given.commands, given.actions)
        given = plan.send(session.observation)
    d.click("rail.anchor")
    assert not d.is_visible("anchor.kind.butterfly")  # an Ascenda has one
    d.click("anchor.substrate.one_wing")
    assert app.hands.choices["anchor.substrate"] == "one_wing"
    before = len(session.events)
    d.click("anchor.tug")
    assert app.said == "It holds"
    d.click("rail.connect")
    if not d.is_visible("connect.draw"):
        d.click("panel.act")
    d.click("connect.clamp")
    assert app.host.observation.catheter.is_clamped and not app.host.observation.catheter.is_csf_at_end
    d.click("connect.draw")
    assert app.said.startswith("Nothing comes")
    d.click("connect.clamp")
    assert not app.host.observation.catheter.is_clamped and app.host.observation.catheter.is_csf_at_end
    d.click("connect.draw")
    seen = app.host.observation.port
    assert (seen.brings, seen.volume_m3 > 0.9e-6) == ("csf", True)
    assert app.said.startswith("Clear fluid comes: 1.0 mL")
    assert d.audit() == []
    assert "CatheterDisplaced" not in [event.name for event in session.events[before:]]  # the anchor holds 2 N
    d.screenshot(tmp_path / "drawn.png")


def test_a_flexible_day_goes_from_the_tablet_to_the_pump_and_comes_back_in_the_real_window(driver, check_log, tmp_path):
    from game.instruments import programme

    app, d = driver

    def typed(field, words):
        d.click(f"tab.field.{field}")
        for char in words:
            d.click(f"tab.key.{'point' if char in '.:' else char}")

    d.frames(2)
    d.click("menu.scenarios")
    d.click("scenarios.role.nurse")
    d.click("scenarios.card.refill_routine_adult")
    d.click("scenarios.start")
    d.click("brief.begin")
    d.click("rail.account")
    if not d.is_visible("programmer.open"):
        d.click("panel.act")
    d.click("programmer.open")
    d.click("tab.read")
    assert d.text("tab.state") == "running" and d.text("tab.mode") == "Simple"
    before = app.host.observation.pump
    d.click("tab.page.dose")
    d.click("tab.mode.flex")
    d.click("tab.step.add")
    typed("time.2", "6:30")
    typed("rate.2", "4.25")
    d.click("tab.page.patient")
    for field, words in (("own", "5"), ("own_min", "10"), ("own_lockout", "8"), ("own_most", "2")):
        typed(field, words)
    d.click("tab.page.clock")
    d.click("tab.clock_day.thu")
    typed("clock", "0915")
    d.click("tab.page.review")
    d.screenshot(tmp_path / "review.png")
    while warned := [a for a in d.gui.rects if a.startswith("tab.confirm.")]:
        d.click(warned[0])
    seen: set[str] = set()
    while (rest := [a for a in d.gui.rects if a.startswith("tab.row.") and a not in seen]) and len(seen) < 40:
        seen |= set(rest)
        for address in rest:
            d.look(address, 0.7)
        d.wheel(rest[-1], -3)
    assert app.host.observation.pump.prescription == before.prescription  # looking and typing changes nothing
    d.hold("tab.send", 1.7)
    d.pass_frames(64 * 3)
    d.click("tab.read_again")
    assert d.text("tab.after") == "Sent. Pump read again: settings agree."
    pump = app.host.observation.pump
    shown = programme.from_pump(pump)
    assert shown.steps["every"][1] == ("06:30", "4.25") and pump.state == "running"
    assert [shown.entries[key] for key in programme.OWN] == ["5", "10", "8", "2"]
    assert programme.week_words(pump.clock_s) == "Thu 09:15"
    assert d.audit() == []
    app.to_debrief()
    check_log()
