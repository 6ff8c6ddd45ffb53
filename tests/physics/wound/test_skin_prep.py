"""Skin prep: painted area against the closed form, the drying clock, and how asepsis is broken."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from physics.wound import FieldState, Mark, skin_prep
from physics.wound.state import CELL_M, unpainted


def painted_m2(prep):
    return float(np.count_nonzero(prep.dry_at_s > 0.0)) * CELL_M**2


@settings(max_examples=40, deadline=None)
@given(st.floats(-0.3, 0.0), st.floats(-0.1, 0.1), st.floats(0.05, 0.3), st.floats(0.0, 1.5))
def test_a_stroke_paints_the_capsule_of_its_sponge(u, v, length, turn):
    prep = skin_prep.stroked(unpainted(), (u, v), (u + length * math.cos(turn) * 0.6, v + length * math.sin(turn) * 0.6), "iodine", 0.0)
    capsule = skin_prep.SPONGE_M * 0.6 * length + 0.25 * math.pi * skin_prep.SPONGE_M**2
    rim = 2.0 * 0.6 * length + math.pi * skin_prep.SPONGE_M
    assert abs(painted_m2(prep) - capsule) < 0.5 * CELL_M * rim  # half a cell along the rim


def test_skin_dries_after_its_agents_time_and_not_before():
    prep = skin_prep.stroked(unpainted(), (0.0, 0.0), (0.1, 0.0), "chlorhexidine", 100.0)
    window = (0.0, 0.1, -0.01, 0.01)
    assert skin_prep.window_shares(prep, window, 100.0) == (1.0, 1.0, 180.0)
    assert skin_prep.window_shares(prep, window, 279.9)[1] == 1.0
    assert skin_prep.window_shares(prep, window, 280.0)[1] == 0.0
    again = skin_prep.stroked(prep, (0.0, 0.0), (0.02, 0.0), "chlorhexidine", 250.0)  # wet again where wiped again
    assert 0.0 < skin_prep.window_shares(again, window, 300.0)[1] < 1.0


def test_drapes_on_wet_or_bare_skin_break_asepsis():
    field = FieldState(side_up="left", position="lateral")
    assert [b.what for b in skin_prep.draped(field, 0.0).breaks] == ["bare skin"]
    window = skin_prep.window_m(field)
    prep, v = field.prep, window[2]
    while v < window[3] + 0.02:
        prep = skin_prep.stroked(prep, (window[0], v), (window[1], v), "chlorhexidine", 0.0)
        v += 0.04
    field = replace(field, prep=prep)
    assert [b.what for b in skin_prep.draped(field, 60.0).breaks] == ["wet drape"]
    done = skin_prep.draped(field, 181.0)
    assert done.breaks == () and done.prep.draped_cover == 1.0 and done.prep.draped_wet == 0.0


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_window_reaches_from_beyond_the_midline_round_the_marked_pocket(side):
    field = FieldState(marks=(Mark("pocket", side * 0.25, 0.06, 0.05, "sitting", 0.02),))
    left, right, foot, head = skin_prep.window_m(field)
    assert left < 0.0 < right
    assert max(abs(left), abs(right)) >= 0.25 + 0.05 and foot <= 0.01 and head >= 0.11
    assert math.copysign(1.0, left + right) == side


def test_a_changed_glove_repairs_gloves_only():
    field = skin_prep.broken(skin_prep.broken(FieldState(), "glove", 1.0), "tool", 2.0)
    field = skin_prep.repaired(field, "glove")
    assert [(b.what, b.is_repaired) for b in field.breaks] == [("glove", True), ("tool", False)]
