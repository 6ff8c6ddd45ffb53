"""Keys and buttons are changed by pressing them; clashes are named with their step; one hand is enough."""

from __future__ import annotations

import pytest

from game import settings as stored
from game.input import bindings
from physics import commands as c


@pytest.fixture
def page(stage):
    app, d = stage((1280, 720), 1.0)
    d.frames(2)
    d.click("menu.settings")
    d.click("settings.keys")
    d.click("keys.page.implant")
    return app, d


def reach(d, address):
    """Scroll the list of acts until an address is in sight."""
    for _ in range(20):
        rows = [a for a in d.gui.rects if a.startswith("keys.key.")]
        if address in rows:
            return
        d.wheel(rows[-1], -2)
    raise AssertionError(f"{address} is not in the list")


def test_a_key_is_given_by_pressing_it_and_kept_in_the_settings(page):
    app, d = page
    reach(d, "keys.key.needle.brace")
    d.click("keys.key.needle.brace")
    assert "Brace hand: press a key" in d.text("keys.asks")
    d.key("N")
    assert app.settings.hands.keys == {"needle.brace": "N"} and d.text("keys.key.needle.brace") == "N"
    assert stored.load().hands.keys == {"needle.brace": "N"}
    d.key("Escape")
    app.begin("implant_adult_t10", "assisted", 1)
    d.frames(2)
    d.click("rail.needle")
    d.key("Return")
    d.key("B")
    assert not [k for k in app.host.commands if isinstance(k, c.BraceHand)]
    d.key("N")
    assert [k for k in app.host.commands if isinstance(k, c.BraceHand)]


def test_a_clash_names_the_other_act_and_the_step_and_reset_ends_it(page):
    app, d = page
    assert d.text("keys.state") == "No clashes"
    reach(d, "keys.key.needle.brace")
    d.click("keys.key.needle.brace")
    d.key("W")
    assert d.text("keys.clash.needle.brace") == "W is also Advance, in Needle to free CSF"
    assert d.text("keys.clash.needle.advance") == "W is also Brace hand, in Needle to free CSF"
    assert "clash" in d.text("keys.state") and d.text("keys.state") != "No clashes"
    assert d.audit() == []
    d.click("keys.reset")
    assert app.settings.hands.keys == {} and d.text("keys.state") == "No clashes"


def test_escape_leaves_a_key_delete_takes_it_away_and_the_mouse_can_do_both(page):
    app, d = page
    reach(d, "keys.key.needle.brace")
    d.click("keys.key.needle.brace")
    d.key("Escape")
    assert app.settings.hands.keys == {} and app.screen == "settings"
    d.click("keys.key.needle.brace")
    d.key("Delete")
    assert app.settings.hands.keys == {"needle.brace": ""} and d.text("keys.key.needle.brace") == "-"
    reach(d, "keys.key.needle.stylet")
    d.click("keys.key.needle.stylet")
    d.click("keys.none")
    assert app.settings.hands.keys == {"needle.brace": "", "needle.stylet": ""}
    reach(d, "keys.key.needle.stylet")
    d.click("keys.key.needle.stylet")
    d.key("Left")
    assert "other keys are free" in d.text("settings.error") and app.capture == ("", "")


def test_a_pad_button_is_given_with_the_pad_alone(page):
    app, d = page
    d.plug()
    d.pad_press("keys.pad.needle.brace")
    d.button("X")
    assert app.settings.hands.pads == {"needle.brace": "X"}
    assert d.text("keys.clash.needle.brace") == "pad X is also Stylet out / in, in Needle to free CSF"


def test_sliders_move_by_keys_and_pad(stage):
    app, d = stage((1280, 720), 1.0)
    d.frames(2)
    d.click("menu.settings")
    d.click("settings.hands")
    d.focus("hands.steady_ms")
    d.key("Right")
    d.key("Right")
    assert app.settings.hands.steady_ms == pytest.approx(20.0)
    d.plug()
    d.button("Left")
    assert app.settings.hands.steady_ms == pytest.approx(10.0)


def test_one_mouse_alone_has_fine_steps_and_holds(stage):
    app, d = stage((1280, 720), 1.0)
    d.frames(2)
    d.click("menu.settings")
    d.click("settings.hands")
    d.click("hands.is_one_handed")
    assert app.settings.hands.is_toggle
    d.click("nav.back")
    app.begin("implant_adult_t10", "assisted", 1)
    d.frames(2)
    d.click("rail.needle")
    d.click("or.choose_entry")
    d.click("view.fine")
    app.host.commands.clear()
    d.wheel("view", 1)
    d.frames(4)
    assert sum(k.travel_m for k in app.host.commands if isinstance(k, c.AdvanceNeedle)) == pytest.approx(0.2e-3)


@pytest.mark.parametrize(("line", "told"), [
    ('"needle.brce" = "N"', r"keys.needle.brce is not an act; remove the line"),
    ('"needle.brace" = "Hyper"', r"keys.needle.brace = 'Hyper'; expected a letter"),
])  # fmt: skip
def test_a_settings_file_with_a_wrong_key_is_refused_with_what_to_change(line, told):
    with pytest.raises(stored.SettingsError, match=told):
        stored.parse(f"format = 1\n[hands.keys]\n{line}\n", "settings.toml")
    with pytest.raises(stored.SettingsError, match="pads.needle.brace = 'Q'; expected one of A, B"):
        stored.parse('format = 1\n[hands.pads]\n"needle.brace" = "Q"\n', "settings.toml")


def test_every_default_can_be_written_down_and_none_clashes():
    for address in bindings.bindable():
        assert not bindings.fault(address, bindings.default_key(address), False)
        assert not bindings.fault(address, bindings.default_pad(address), True)
    assert bindings.clashes(bindings.Bindings()) == {}
    chosen = stored.changed(stored.Settings(), "hands.keys", {"needle.brace": "N", "loop.lay": ""})
    assert stored.parse(stored.to_toml(chosen), "x") == chosen


@pytest.mark.parametrize(("size", "scale"), [((1280, 720), 2.0), ((1600, 900), 1.0), ((1280, 720), 1.25)])
def test_the_pages_fit_at_every_size_with_clashes_and_a_key_being_asked_for(stage, size, scale):
    app, d = stage(size, scale)
    app.screen, app.options_group = "settings", "hands"
    assert d.audit() == []
    app.options_group, app.key_page = "keys", "implant"
    app.settings = stored.changed(app.settings, "hands.keys", {"needle.brace": "W", "needle.stylet": "W"})
    assert d.audit() == []
    app.capture = ("needle.brace", "key")
    assert d.audit() == []
