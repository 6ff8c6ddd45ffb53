"""The kink lab's screen, worked by posted events on a window without pictures."""

from __future__ import annotations

import pytest

from game.hud.gui import audit
from game.kink_lab.cards import DECK

SIZES = [((1600, 900), 1.0), ((1280, 720), 1.0), ((1600, 900), 1.5), ((1280, 720), 1.5)]


@pytest.fixture
def lab(stage):
    """Return make(size, scale) -> (bench, app, driver) with the lab open from the menu."""

    def make(size=(1600, 900), scale=1.0):
        app, d = stage(size, scale)
        d.frames(2)
        d.click("menu.lab")
        assert app.screen == "lab"
        return app.table.bench, app, d

    return make


def faults(d):
    d.frames(4)
    return audit(d.gui)


def fold_it(bench, d):
    """Drag the hands apart until the wall gives way."""
    for _ in range(12):
        d.drag("lab.grab.2", 20, 0)
        d.drag("lab.grab.1", -20, 0)
        d.pass_frames(10)
        if bench.seen.n_folds:
            d.pass_frames(20)
            return
    raise AssertionError("the loop did not fold")


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_the_lab_passes_the_audit_sound_folded_and_compared(lab, size, scale):
    bench, app, d = lab(size, scale)
    bad = faults(d)
    fold_it(bench, d)
    bad += faults(d)
    if "lab.compare" not in d.gui.rects:
        d.click("lab.tab.bend")
    d.key("K")
    bad += faults(d)
    if "lab.tab.read" in d.gui.rects:
        d.click("lab.tab.read")
        bad += faults(d)
        d.click("lab.tab.plot")
        bad += faults(d)
        d.click("lab.tab.set")
    else:
        d.click("lab.source.pump")
    if "lab.setup.pins" in d.gui.rects:
        d.click("lab.setup.pins")
        bad += faults(d)
    assert not bad


def test_dragging_the_hands_apart_folds_the_wall_and_answers_the_first_puzzle(lab):
    bench, app, d = lab()
    assert d.gui.states["lab.state"] == "now"
    fold_it(bench, d)
    assert bench.seen.is_occluded
    assert d.gui.states["lab.state"] == "alarm"
    assert d.text("lab.state").startswith("Shut")
    assert bench.is_card_done and "theory" in d.text("lab.card.answer")
    assert d.text("lab.read.flow") == "under 1 % of open"
    d.click("lab.card.next")
    assert d.text("lab.card") == DECK[1].title


def test_what_was_kept_stands_beside_what_is_played_now(lab):
    bench, app, d = lab()
    fold_it(bench, d)
    peak = bench.trace.peak_n
    d.click("lab.compare")
    assert bench.kept is not None and bench.kept.peak_n == pytest.approx(peak, rel=1e-3)
    assert len(bench.trace.fold) < len(bench.kept.fold)
    d.click("lab.model.silicone_8709")
    assert bench.seen.model == "silicone_8709" and bench.kept.model == "ascenda_8780"
    d.click("lab.compare")
    assert bench.kept is None


def test_a_new_piece_forgets_its_fold(lab):
    bench, app, d = lab()
    fold_it(bench, d)
    d.click("lab.reset")
    d.frames(2)
    assert bench.seen.n_folds == 0 and not bench.seen.is_occluded


def test_keys_move_roll_and_swing_the_chosen_hand(lab):
    bench, app, d = lab()
    d.click("lab.setup.twist")
    start = bench.state.hands
    d.key("1")
    d.key("Left")
    d.key("E")
    d.key("A")
    d.key("W")
    d.frames(2)
    left, right = bench.state.hands
    assert left.goal_m[0] == pytest.approx(start[0].goal_m[0] - 1e-3)
    assert left.goal_m[2] == pytest.approx(start[0].goal_m[2] + 1e-3)
    assert left.goal_turn_rad > 0.2 and left.goal_heading_rad < start[0].goal_heading_rad - 0.2
    assert (right.goal_m == start[1].goal_m).all()
    d.key("2")
    d.key("Right", shift=True)
    d.frames(2)
    assert bench.state.hands[1].goal_m[0] == pytest.approx(start[1].goal_m[0] + 2e-4)


def test_the_wheel_rolls_the_hand_under_the_pointer(lab):
    bench, app, d = lab()
    d.click("lab.setup.twist")
    d.wheel("lab.grab.2", 6)
    d.pass_frames(60)
    assert bench.seen.hands[1].turn_rad == pytest.approx(6 * 0.2618, abs=0.02)
    assert abs(bench.seen.hands[1].torque) > 1e-6


def test_right_drag_swings_a_hand(lab):
    bench, app, d = lab()
    before = bench.state.hands[1].goal_heading_rad
    d.drag("lab.grab.2", 0, 40, button=3)
    d.frames(2)
    assert bench.state.hands[1].goal_heading_rad != before


def test_letting_go_opens_the_hand_and_taking_hold_closes_it(lab):
    bench, app, d = lab()
    d.click("lab.grip.2")
    d.pass_frames(30)
    assert not bench.seen.hands[1].is_closed
    d.click("lab.grip.2")
    d.frames(2)
    assert bench.seen.hands[1].is_closed


def test_bends_are_counted_and_can_be_stopped(lab):
    bench, app, d = lab()
    d.click("lab.cycles.10")
    d.click("lab.cycle")
    d.pass_frames(60)
    assert 0 < bench.seen.cycles_left < 10
    d.key("C")
    assert bench.seen.cycles_left == 0
    d.click("lab.cycles.40000")
    d.click("lab.cycle")
    d.pass_frames(48 * 6)
    assert bench.seen.cycles_done >= 40_000 and bench.seen.cycles_jumped > 39_000
    assert d.text("lab.read.cycles").startswith("40 0")


def test_sliders_drive_column_pump_pins_and_amplitude(lab):
    bench, app, d = lab()
    d.click("lab.slider.head", 0.9)
    d.frames(2)
    assert bench.seen.head_m > 0.7
    d.click("lab.source.pump")
    d.click("lab.slider.rate", 0.9)
    d.pass_frames(8)
    assert bench.seen.source == "pump" and bench.seen.open_flow_m3_per_s * 86400e6 > 1.5
    d.click("lab.slider.amplitude", 0.9)
    assert bench.wishes.amplitude_m > 0.04
    d.click("lab.setup.pins")
    d.click("lab.slider.pins", 0.9)
    d.frames(2)
    assert bench.seen.pins[0][2] > 4e-3


def test_pins_follow_the_pointer(lab):
    bench, app, d = lab()
    d.click("lab.setup.pins")
    d.frames(2)
    before = bench.seen.pins[1]
    d.drag("lab.grab.4", 0, 30)
    d.pass_frames(60)
    assert bench.seen.pins[1][1] < before[1] - 5e-3


def test_escape_leaves_and_the_lab_is_found_as_it_was(lab):
    bench, app, d = lab()
    fold_it(bench, d)
    d.key("Escape")
    assert app.screen == "menu"
    ticks = app.n_ticks
    d.pass_frames(5)
    assert app.n_ticks == ticks
    d.click("menu.lab")
    assert app.table.bench.seen.n_folds == 1


def test_hands_stay_over_the_mat_however_far_they_are_dragged(lab):
    bench, app, d = lab()
    for _ in range(4):
        d.drag("lab.grab.2", 300, 0)
    d.pass_frames(200)
    assert abs(bench.state.hands[1].goal_m[0]) <= 0.125 + 1e-9
    assert bench.seen.tension_n < 1.6  # fingers slip


def test_help_lists_the_keys(lab):
    bench, app, d = lab()
    d.key("F1")
    d.frames(2)
    assert app.overlay == "help" and d.text("help.title") == "Kink lab"
    ticks = app.n_ticks
    d.pass_frames(5)
    assert app.n_ticks == ticks
    d.key("Escape")
    assert app.overlay == "" and app.screen == "lab"
