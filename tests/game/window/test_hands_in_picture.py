"""Hands at the patient in the real window: felt, marked, painted, aimed, cut and taken back; the log replays equal."""

from __future__ import annotations


import pytest


@pytest.fixture
def case(opened):
    app, driver = opened()
    driver.frames(2)
    app.begin("implant_adult_t10", "assisted", 0)
    driver.frames(3)
    return app, driver


def test_an_implant_is_begun_at_the_patient_and_a_needle_pass_is_taken_back(case, check_log):
    app, d = case
    d.click("panel.act")
    d.key("Y")
    d.look("at.skin(0,20)", 0.05)
    d._button(True)
    d.pass_frames(40)
    assert app.hands.finger.is_down and app.hands.finger.v_mm == pytest.approx(20.0, abs=1.0)
    assert d.text("feel.word") not in ("", "...")
    d._move(d.centre("at.skin(0,-10)"))
    d.pass_frames(60)
    assert len(app.hands.finger.strip) > 20 and app.hands.finger.slid_mm == pytest.approx(30.0, abs=2.0)
    d._button(False)
    d.key("M")
    d.click("tray.sponge")
    d.pass_frames(60)
    d.stroke("at.skin(-30,20)", "at.skin(30,20)")
    seen = app.host.observation.field
    assert seen.marks[0].kind == "midline" and seen.marks[0].v_m == pytest.approx(-0.01, abs=1e-3) and seen.prep_cover > 0.0
    d.click("rail.needle")
    d.click("at.skin(-15,-30)")
    assert app.hands.values["entry.x"] == pytest.approx(-15.0, abs=1.0) and app.hands.values["entry.z"] == pytest.approx(-30.0, abs=1.0)
    d.key("Return")
    kept = len(app.safe)
    d.hold_key("W", lambda: app.host.observation.needle.depth_m > 0.02, 12.0)
    deep = app.host.observation.needle.depth_m
    d.key("Backspace")
    assert app.n_undone == 1 and app.host.observation.needle.depth_m < 0.5 * deep and len(app.safe) == kept - 1
    d.click("rail.pocket")
    d.click("panel.act")
    d.stroke("at.pocket(-25,0)", "at.pocket(25,0)")
    (cut,) = app.host.observation.field.incisions
    assert cut.wound == "pocket" and cut.length_m == pytest.approx(0.05, abs=2e-3)
    assert d.audit() == []
    app.host.close()
    check_log()
