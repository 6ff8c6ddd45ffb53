"""The debrief: one file that needs no other, with proof for every point."""

from __future__ import annotations

import re

import pytest

from game.educator.debrief import COLUMNS, DISCLAIMER, debrief_html
from game.outcome import sheet_of
from game.players.performance import Performance, played
from game.players.registry import player_for
from scenarios.load import load


@pytest.fixture(scope="module")
def page():
    scenario = load("implant_adult_t10")
    session = played(Performance(scenario, player_for("no-anchor", scenario.id), "no-anchor", days=30.0))
    return debrief_html(session, sheet_of(session), "no-anchor"), sheet_of(session)


def test_it_needs_no_other_file(page):
    html, _ = page
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert "<script" not in html
    assert "@import" not in html


def test_every_line_shows_measure_tick_and_source(page):
    html, sheet = page
    for line in sheet.lines:
        assert line.measure in html
        assert line.id in html


def test_the_chain_runs_from_hands_to_patient_in_five_columns(page):
    html, _ = page
    assert all(f"<div>{name}</div>" in html for name in COLUMNS)
    assert "No anchor was stitched to fascia." in html


def test_it_says_what_it_is_not_for(page):
    assert page[0].count(DISCLAIMER) == 2


def test_it_prints_and_holds_the_plots(page):
    html, _ = page
    assert "@media print" in html
    assert html.count("<svg") >= 6
    assert "Needle: force against depth" in html


def test_text_from_content_is_escaped(page):
    html, _ = page
    assert "&lt;" in html or "<=" not in html


def test_names_at_the_end_of_lines_never_cover_each_other():
    from game.educator.plots import LABEL_STEP, _label_places

    places = sorted(_label_places([1.0, 1.0, 0.99, 0.0], 1.0))
    assert all(b - a >= 0.999 * LABEL_STEP for a, b in zip(places, places[1:]))


def test_lines_that_cannot_be_told_apart_are_drawn_once_with_both_names():
    from game.educator.plots import Curve, _merged

    lying, sitting = Curve("lying", (0, 1), (1.0, 0.999)), Curve("sitting", (0, 1), (1.0, 1.0))
    assert [c.name for c in _merged([lying, sitting], 1.0)] == ["lying, sitting"]
    assert len(_merged([lying, Curve("sitting", (0, 1), (1.0, 0.2))], 1.0)) == 2


def test_plots_take_their_colours_from_the_page_and_are_the_same_every_time(page):
    html, _ = page
    assert "var(--curve1)" in html
    assert not re.search(r"#0102[01]\d", html)
