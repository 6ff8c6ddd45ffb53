"""Every screen draws at every size with all targets large, apart, inside and with words that fit."""

from __future__ import annotations

import dataclasses

import pytest
from imgui_bundle import imgui

from game.hud.gui import audit
from game.instruments import programme, programmer, worksheet
from game.instruments.procedure import PROCEDURES

SIZES = [((1600, 900), 1.0), ((1280, 720), 1.0), ((1600, 900), 1.5), ((1280, 720), 1.5)]


def _faults(driver, name):
    driver.frames(2)
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


def _forms(form):
    """Yield the tablet as it is used: every page, mode and list, what is refused, thirteen steps, seven days."""
    for page, _ in (*programmer.PAGES, (programmer.SHEET, "")):
        yield page, programmer.open_page(form, page)
    for reading, _ in programmer.READINGS:
        yield reading, dataclasses.replace(programmer.open_page(form, "read"), reading=reading)
    changed = programmer.write(programmer.write(form, "conc", "2000"), "dose", "98765432")
    for mode, _ in programme.MODES:
        form = programmer.open_page(programmer.set_mode(changed, mode), "dose")
        yield mode, form
        yield f"{mode} list", dataclasses.replace(form, is_mode_open=True)
        yield f"review {mode}", programmer.open_page(form, "review")
    full = programmer.set_mode(programmer.open_page(changed, "dose"), "flex")
    for _ in range(12):
        full = programmer.add_step(full)
    full = programmer.write(programmer.write(full, "rate.2", "98765432"), "time.3", "00:00")
    for key, text in zip(programme.OWN, ("12.25", "7.5", "6.25", "4"), strict=True):
        full = programmer.write(full, key, text)
    for form in (full, programmer.set_pattern(full, "week")):
        yield f"full {form.new.pattern}", form
        yield f"full {form.new.pattern} review", programmer.open_page(form, "review")
    yield "patient", programmer.open_page(full, "patient")
    yield "clock", programmer.write(programmer.set_clock_day(programmer.open_page(full, "clock"), "thu"), "clock", "0730")
    sheet = programmer.open_page(full, programmer.SHEET)
    for name, _ in worksheet.NAMES:
        made = worksheet.taken_over(worksheet.choose(sheet.sheet, name), full.old, programmer.write(full, "dose", "110").new)
        yield f"sheet {name}", dataclasses.replace(sheet, sheet=worksheet.show(made))
        answered = worksheet.check(worksheet.write(worksheet.answer_for(made, worksheet.lines(made)[-1].symbol), "answer", "12.5"))
        yield f"sheet {name} answered", dataclasses.replace(sheet, sheet=answered)


@pytest.mark.parametrize(("size", "scale"), [*SIZES, ((1600, 900), 2.0), ((1280, 720), 2.0)])
def test_every_page_of_the_tablet_passes_the_audit(stage, size, scale):
    app, driver = stage(size, scale)
    app.begin("refill_routine_adult", "assisted", 11)
    app.screen = "tablet"
    bad = _faults(driver, "not read")
    pump = dataclasses.replace(app.host.observation.pump, alarms=("low reservoir", "motor stall", "elective replacement"),
                               event_log=tuple(f"day {k}.00: programmed: continuous" for k in range(40)))  # fmt: skip
    for name, form in _forms(programmer.read(app.hands.form, pump)):
        app.hands = dataclasses.replace(app.hands, form=form)
        bad += _faults(driver, name)
    assert not bad


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_follow_up_debrief_and_overlays_pass_the_audit(stage, size, scale):
    from physics.commands import AdvanceClinicalTime

    app, driver = stage(size, scale)
    app.begin("implant_adult_t10", "tutor", 11)
    bad = []
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


def test_the_extent_of_words_is_that_of_the_font_in_use_and_follows_the_scale(gui):
    measured = {}

    def draw(g):
        with g.font("caption", "bold"):
            measured["in use"] = g.extent("Feed 2 mm"), tuple(imgui.calc_text_size("Feed 2 mm"))
        measured["named"] = g.extent("Feed 2 mm", "caption", "bold")
        measured["default"] = g.extent("Feed 2 mm"), tuple(imgui.calc_text_size("Feed 2 mm"))
        return []

    found = []
    for scale in (1.0, 2.0):
        gui.resize(gui.size, scale)
        gui.frame(draw)
        gui.frame(draw)  # kept from the first
        assert measured["in use"][0] == measured["in use"][1] == measured["named"]
        assert measured["default"][0] == measured["default"][1] != measured["named"]
        found.append(measured["named"][0])
    gui.resize(gui.size, 1.0)
    assert found[1] == pytest.approx(2.0 * found[0], rel=0.05)
