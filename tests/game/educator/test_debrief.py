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
