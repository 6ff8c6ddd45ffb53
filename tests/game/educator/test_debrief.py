"""The debrief: one file that needs no other, with proof for every point."""

from __future__ import annotations

import re

import pytest

import physics.commands as c
from game.educator.debrief import COLUMNS, DISCLAIMER, _chains, contrast_rows, debrief_html
from game.outcome import sheet_of
from game.players.chart import chart_for
from game.players.performance import Performance, played
from game.players.registry import player_for
from game.session import Session
from physics.wound import Chance
from scenarios.chain import Link
from scenarios.chance import _rows
from scenarios.load import load
from scenarios.setup import setup
from scenarios.steps import record_from


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


def test_it_tells_what_the_films_cost_in_one_line(page):
    html, sheet = page
    told = re.findall(r"<p>X-ray: (\d+) pictures, ([0-9.]+) s of fluoroscopy, ([0-9.]+) Gy·cm²; [^<]*\[E03\]", html)
    assert len(told) == 1
    assert all(float(n) > 0.0 for n in told[0])
    assert not any(line.measure in ("xray.seconds", "xray.dose_area") for line in sheet.lines)  # told, not scored


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


def test_strokes_are_told_once_and_the_closure_is_not_lost_behind_them(page):
    html, _ = page
    events = html[html.index("<h2>Events") :]
    assert re.search(r"BloodTaken ×\d+", events)
    assert "WoundsClosed" in events and "PumpStarted" in events and "more in result.json" not in events


def dyed(layer: str):
    """Return the record of a puncture with contrast through the needle that stands in a layer."""
    scenario = load("implant_adult_t10")
    case = setup(scenario, 0)
    session = Session(scenario, case, 0)
    chart = chart_for(scenario, case)
    u, v, medial, depth = chart.approach
    session.advance((c.PlaceNeedle(u, v, chart.elevation_rad, medial, 0.115), c.SetNeedleStylet(True)), ())
    goal = depth + (0.005 if layer == "csf" else -0.002)
    while session.observation.needle.depth_m < goal and session.tick < 4000:
        session.advance((c.AdvanceNeedle(2e-4),), ())
    session.advance((c.SetNeedleStylet(False), c.TakeSyringe("contrast", 5e-6, 0.0, iodine_kg_per_m3=240.0)), ())
    session.advance((c.InjectThroughNeedle(2e-6),), ())
    return record_from(session.steps)


def test_a_contrast_study_says_where_it_lay():
    (inside,) = contrast_rows(dyed("csf"))
    assert inside["through"] == "needle" and inside["iodine_mg"] == pytest.approx(480.0, rel=0.05)
    assert inside["shares"].startswith("CSF ") and inside["reach"] != "-"
    (outside,) = contrast_rows(dyed("epidural"))
    assert "CSF" not in outside["shares"]
    assert "epidural fat" in outside["shares"] or "soft tissue" in outside["shares"]


def chance(**over):
    facts = {"name": "infection", "base": 0.05, "probability": 0.075, "factors": (("wet drape", 1.5),), "has_come": True,
             "day": 12.0, "kind": "deep", "is_shown": True}  # fmt: skip
    return Chance(**facts | over)


@pytest.mark.parametrize(("has_come", "end"), [(True, "infection (deep) came on day 12."), (False, "did not come this time.")])
def test_luck_is_told_as_luck_with_both_numbers_and_its_cause(has_come, end):
    rows = _rows(chance(has_come=has_come), has_come, 100, 200)
    links = [Link("chance-infection", *row) for row in rows]
    (row,) = _chains(links)
    assert "wet drape (x1.5)" in row["hands"][0].text
    (told,) = row["tissue"]
    assert told.text.startswith("Drawn by chance: base 5 %, yours 7.5 % because of wet drape")
    assert told.text.endswith(end)
