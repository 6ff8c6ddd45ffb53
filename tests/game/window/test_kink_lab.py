"""`thecal play kink-lab` as it is played: real window, real renderer, posted events."""

from __future__ import annotations


import numpy as np
import pytest

@pytest.fixture
def played(opened):
    return opened("kink-lab", stride=8)


def test_the_lab_opens_on_its_table_and_a_dragged_hand_follows_the_pointer(played):
    app, d = played
    d.frames(3)
    assert app.screen == "lab"
    before = d.centre("lab.grab.2")
    d._move(before)
    d._button(True)
    for k in range(1, 5):
        d._move((before[0] + 10 * k, before[1] + 8 * k))
    d._button(False)
    d.pass_frames(40)
    after = d.centre("lab.grab.2")
    assert after[0] - before[0] == pytest.approx(40, abs=4)
    assert after[1] - before[1] == pytest.approx(32, abs=4)


def test_a_pulled_loop_folds_in_the_picture_and_its_mark_stays(played):
    app, d = played
    bench = app.table.bench
    d.frames(8)
    sound = d.gui.picture()
    for _ in range(14):
        d.drag("lab.grab.2", 18, 0)
        d.drag("lab.grab.1", -18, 0)
        d.pass_frames(12)
        if bench.seen.n_folds:
            break
    assert bench.seen.n_folds == 1 and d.gui.states["lab.state"] in ("warn", "alarm")
    d.frames(8)
    x0, y0, x1, y1 = (round(v) for v in d.gui.rects["lab.loupe"])
    loupe = d.gui.picture()[y0:y1, x0:x1].astype(int)
    red = (loupe[..., 0] > 150) & (loupe[..., 1] < 110) & (loupe[..., 2] < 90)
    assert red.sum() > 10
    before = sound[y0:y1, x0:x1].astype(int)
    assert ((before[..., 0] > 150) & (before[..., 1] < 110) & (before[..., 2] < 90)).sum() == 0
    assert np.isfinite(bench.seen.nodes_m).all()


def test_the_table_turns_under_the_pointer_and_escape_goes_to_the_menu(played):
    app, d = played
    d.frames(3)
    d.click("lab.setup.twist")
    eye = app.table.pictures.camera.eye_m
    x0, y0, x1, y1 = d.gui.rects["lab"]
    d._move((round(x0 + 60), round(y1 - 90)))
    d._button(True)
    d._move((round(x0 + 160), round(y1 - 110)))
    d._button(False)
    assert app.table.pictures.camera.eye_m != eye
    d.key("V")
    assert app.table.pictures.camera.eye_m == eye
    d.key("Escape")
    assert app.screen == "menu"
    d.frames(2)
    assert "menu.lab" in d.gui.rects
