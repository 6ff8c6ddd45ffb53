"""Every screen draws at every size with all targets large, apart, inside and with words that fit."""

from __future__ import annotations

import dataclasses

import pytest

from game.hud.gui import audit
from game.instruments.procedure import PROCEDURES

SIZES = [((1600, 900), 1.0), ((1280, 720), 1.0), ((1600, 900), 1.5), ((1280, 720), 1.5)]


def _faults(driver, name):
    driver.frames(4)
    return [f"{name}: {fault}" for fault in audit(driver.gui)]


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_lobby_screens_pass_the_audit(stage, size, scale):
    app, driver = stage(size, scale)
    bad = _faults(driver, "menu")
    app.browser = dataclasses.replace(app.browser, chosen=app.browser.cards[0].id)
    app.screen = "scenarios"
    bad += _faults(driver, "scenarios")
    app._to_brief()
    bad += _faults(driver, "brief")
    app.screen = "settings"
    for group in ("sight", "sound", "hands", "picture", "case"):
        app.options_group = group
        bad += _faults(driver, group)
    assert not bad


@pytest.mark.parametrize(("size", "scale"), SIZES)
@pytest.mark.parametrize("case", ["implant_adult_t10", "refill_routine_adult"])
def test_every_step_and_panel_passes_the_audit(stage, case, size, scale):
    app, driver = stage(size, scale)
    app.begin(case, "assisted", 11)
    bad = []
    for step in PROCEDURES[app.hands.procedure]:
        app.hands = dataclasses.replace(app.hands, step=step.key)
        for panel in ("", "act", "set", "xray", "list", "map", "steps"):
            app.panel = panel
            bad += _faults(driver, f"{step.key}/{panel}")
    assert not bad


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_the_three_anchors_of_a_silicone_catheter_are_offered_and_fit_the_panel(stage, size, scale):
    from physics.commands import OpenCatheter

    app, driver = stage(size, scale)
    app.begin("implant_adult_t10", "assisted", 11)
    app.host.tick([OpenCatheter("silicone_8709", True)], [])
    app.hands = dataclasses.replace(app.hands, step="anchor")
    for panel in ("act", "set"):
        app.panel = panel
        assert not _faults(driver, f"anchor/{panel}")
    if not driver.is_visible("anchor.kind.right_angle"):
        driver.click("panel.set")
    driver.click("anchor.kind.right_angle")
    assert app.hands.choices["anchor.kind"] == "right_angle"


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_tablet_follow_up_debrief_and_overlays_pass_the_audit(stage, size, scale):
    from physics.commands import AdvanceClinicalTime

    app, driver = stage(size, scale)
    app.begin("implant_adult_t10", "tutor", 11)
    app.screen = "tablet"
    driver.key("I")
    bad = []
    for page in ("read", "drug", "catheter", "dose", "bridge", "reservoir", "review"):
        app.hands = dataclasses.replace(app.hands, form=dataclasses.replace(app.hands.form, page=page))
        bad += _faults(driver, page)
    app.host.tick([AdvanceClinicalTime(86400.0)] * 70, [])
    app.screen, app.question = "follow", "The family says the legs are stiff again."
    bad += _faults(driver, "follow")
    for overlay in ("pause", "help"):
        app.overlay = overlay
        bad += _faults(driver, overlay)
    app.overlay = ""
    app.to_debrief()
    for page in ("why", "lines", "moment", "time"):
        app.debrief_page = page
        bad += _faults(driver, f"debrief {page}")
    assert not bad


def test_an_overlay_leaves_no_address_of_the_screen_below(stage):
    app, driver = stage()
    app.begin("implant_adult_t10", "assisted", 11)
    driver.frames(3)
    driver.key("P")
    driver.frames(2)
    assert driver.is_visible("pause.resume")
    assert not driver.is_visible("needle.advance")


def test_examination_shows_no_tissue_names_and_no_hints(stage):
    app, driver = stage()
    app.begin("implant_adult_t10", "examination", 11)
    app.hands = dataclasses.replace(app.hands, step="needle")
    app.host._change("needle", is_placed=True, depth_m=0.03, force_n=3.0, layer="muscle")
    driver.frames(4)
    shown = " ".join(driver.gui.texts.values())
    assert "muscle" not in shown and "flavum" not in driver.text("view.message").lower()
