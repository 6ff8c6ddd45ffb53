"""Every limit is broken by one case and kept by its neighbour, says key, value and range, and has a source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.instruments import programme
from game.instruments.limits import LIMITS, Case, findings
from game.instruments.programme import Programme
from physics.errors import CommandError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "tablet.md"
RUNS = {
    "conc": "500", "length": "92", "dose": "180", "reservoir": "20", "alarm": "2", "bridge": "0", "prime": "0", "bolus": "0", "bolus_min": "10",
    "every": "6", "own": "0", "own_min": "0", "own_lockout": "0", "own_most": "0",
}  # fmt: skip
OLD = Programme("continuous", RUNS)


def _case(mode="continuous", steps=None, pattern="day", clock=("", ""), has_run=True, origin="cerebral", capacity=20.0, alarms=(), **entries):
    new = Programme(mode, RUNS | entries, pattern, {"every": steps or ()} if pattern == "day" else steps, *clock)
    return Case(new, OLD if has_run else None, capacity, has_run, alarms, origin)


OWN = {"own": "10", "own_min": "5", "own_lockout": "6", "own_most": "4"}
# limit: (what breaks it, what is said, what keeps it)
TABLE = {
    "range.conc": ({"conc": "5000"}, "Concentration = 5000; expected 1 to 4000 µg/mL", {"conc": "500"}),
    "range.length": ({"length": "150"}, "Implanted length = 150; expected 0 to 140 cm", {"length": "140"}),
    "range.reservoir": ({"reservoir": "20.1"}, "Reservoir volume = 20.1; expected 0 to 20 mL", {"reservoir": "20"}),
    "range.alarm": ({"alarm": "11"}, "Low alarm at = 11; expected 0 to 10 mL", {"alarm": "10"}),
    "range.bridge": ({"bridge": "1.2"}, "Bridge volume = 1.2; expected 0 to 1 mL", {"bridge": "0.342"}),
    "range.prime": ({"prime": "3.42"}, "Prime volume = 3.42; expected 0 to 1 mL", {"prime": "0.342"}),
    "range.dose": ({"dose": ""}, "Dose per day = nothing; expected 0 to 8640 µg/day", {"dose": "180.25"}),
    "range.bolus": ({"mode": "bolus", "bolus": "1.234"}, "Bolus = 1.234; expected 0 to 10000 µg, at most 2 decimals", {"mode": "bolus", "bolus": "1.23"}),
    "range.bolus_min": ({"mode": "bolus", "bolus": "5", "bolus_min": "0"}, "Bolus over = 0; expected 0.1 to 1440 min", {"mode": "bolus", "bolus": "5"}),
    "range.every": ({"mode": "periodic", "bolus": "5", "every": "0.25"}, "Bolus every = 0.25; expected 0.5 to 168 h", {"mode": "periodic", "bolus": "5"}),
    "range.own": (OWN | {"own": "20000"}, "Bolus at a press = 20000; expected 0 to 10000 µg", OWN),
    "range.own_min": (OWN | {"own_min": "x"}, "Given over = x; expected 0 to 1440 min", OWN),
    "range.own_lockout": (OWN | {"own_lockout": "25"}, "Locked out for = 25; expected 0 to 24 h", OWN),
    "range.own_most": (OWN | {"own_most": "1.5"}, "At most a day = 1.5; expected 0 to 48 boluses, whole", OWN),
    "dose.flow": ({"dose": "20"}, "Dose per day = 20 µg/day; expected 24 to 8640 µg/day at 500 µg/mL", {"dose": "24"}),
    "bolus.flow": ({"mode": "bolus", "bolus": "90"}, "Bolus = 90 µg; expected at most 83.33 µg in 10 min at 500 µg/mL", {"mode": "bolus", "bolus": "83"}),
    "steps": ({"mode": "flex", "steps": (("00:00", "7.5"), ("00:00", "9"))}, "Step 2 starts = 00:00; expected later than 00:00 of the step before",
              {"mode": "flex", "steps": (("00:00", "7.5"), ("00:01", "9"))}),
    "own.flow": (OWN | {"own_lockout": "0"}, "Locked out for = 0 h; expected above 0, or all four 0 (off)", OWN),
    "clock": ({"clock": ("thu", "25:00")}, "Pump clock = 25:00; expected 00:00 to 23:59", {"clock": ("thu", "07:30")}),
    "dose.change": ({"dose": "217"}, "Dose a day 180 to 217 µg: +21 %; usual at most 20 % (cerebral)", {"dose": "216"}),
    "dose.high": ({"dose": "1001"}, "Dose a day 1001 µg; experience ends at 1000", {"dose": "1000"}),
    "dose.first": ({"has_run": False, "dose": "201"}, "First dose a day 201 µg; twice the largest test dose is 200", {"has_run": False, "dose": "200"}),
    "bolus.large": ({"mode": "bolus", "bolus": "101", "bolus_min": "60"}, "Bolus 101 µg at once; the largest test dose is 100",
                    {"mode": "bolus", "bolus": "100", "bolus_min": "60"}),
    "own.large": (OWN | {"own": "101", "own_min": "60"}, "Bolus at a press 101 µg at once; the largest test dose is 100", OWN),
    "conc.label": ({"conc": "50"}, "50 µg/mL; labels for the pump are 500 to 2000", {"conc": "2000"}),
    "bridge.none": ({"conc": "2000"}, "Strength 500 to 2000 µg/mL and no bridge: old drug runs at the new rate", {"conc": "2000", "bridge": "0.342"}),
    "prime.full": ({"prime": "0.342"}, "Prime 0.342 mL into a line that is full: 171 µg at once", {"prime": "0"}),
    "prime.none": ({"has_run": False, "dose": "100"}, "New pump without a prime: drug is at the tip after 41 h", {"has_run": False, "prime": "0.342"}),
    "line.over": ({"prime": "0.401"}, "Prime volume 0.401 mL; tubing and 92 cm hold 0.342", {"prime": "0.342"}),
    "length.none": ({"length": "0"}, "No catheter length: neither prime nor bridge can be worked out", {"length": "92"}),
    "alarm.low": ({"alarm": "1.9"}, "Low alarm at 1.9 mL; the pump is delivered with 2, and may weaken above that", {"alarm": "2"}),
    "date": ({"conc": "2000", "dose": "180"}, "Low alarm in 200 days; drug is stable for 180: refill before", {"conc": "500"}),
    "mode.still": ({"mode": "stopped"}, "The pump will stand still; alarm after 48 h, withdrawal may come sooner", {"mode": "continuous"}),
    "service": ({"alarms": ("end of service",)}, "End of service: the pump stands still whatever is sent", {"alarms": ("elective replacement",)}),
}  # fmt: skip


def _said(given):
    return {x.key: x for x in findings(_case(**given))}


@pytest.mark.parametrize("key", [x.key for x in LIMITS])
def test_each_limit_is_broken_by_one_case_and_kept_by_its_neighbour(key):
    breaks, words, keeps = TABLE[key]
    assert _said(breaks)[key].words == words
    assert key not in _said(keeps)


def test_more_ways_to_break_a_limit():
    assert "-22 %" in _said({"dose": "140"})["dose.change"].words
    assert "dose.change" not in _said({"dose": "233", "origin": "spinal"}) and "30 % (spinal)" in _said({"dose": "235", "origin": "spinal"})["dose.change"].words
    assert "with all boluses of the patient" in _said(OWN | {"dose": "980"})["dose.high"].words
    assert "less than the 6 h" in _said({"mode": "periodic", "bolus": "5", "bolus_min": "360"})["bolus.flow"].words
    assert "above 0 in this mode" in _said({"mode": "periodic", "bolus": "0"})["bolus.flow"].words
    assert "at least the 30 min" in _said(OWN | {"own_min": "30", "own_lockout": "0.25"})["own.flow"].words
    assert "expected both, or neither" in _said({"clock": ("thu", "")})["clock"].words
    assert "sounds at once" in _said({"reservoir": "1.5"})["alarm.low"].words
    assert "sooner than a visit" in _said({"reservoir": "3"})["date"].words
    assert "no dose that treats" in _said({"mode": "minimum"})["mode.still"].words
    assert "Steps = none" in _said({"mode": "flex"})["steps"].words
    assert "Step 1 = 0.5 µg/h; expected 0, or 1 to 360 µg/h at 500 µg/mL" == _said({"mode": "flex", "steps": (("00:00", "0.5"),)})["steps"].words
    assert "Tue, step 1 starts = 9:99" in _said({"mode": "flex", "pattern": "week", "steps": {"tue": (("9:99", "5"),)}})["steps"].words


def test_every_limit_has_a_source_and_stands_in_the_page_of_the_tablet():
    text = PAGE.read_text("utf-8")
    rows = [re.split(r" \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("| ")]
    printed = {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}
    for limit in LIMITS:
        assert limit.source
        assert printed[limit.text] == ("refused" if limit.is_hard else "to be confirmed", limit.source), limit.key
    assert {row for row, (kind, _) in printed.items() if kind in ("refused", "to be confirmed")} == {x.text for x in LIMITS}


TEXT = st.one_of(st.sampled_from(["", "0", "nan", "1e9", "-1", "0.0001", "99999999", "20", "500", "1.5"]), st.text("0123456789.:", max_size=8))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([key for key, _ in programme.MODES]), st.dictionaries(st.sampled_from(sorted(RUNS)), TEXT, max_size=5),
    st.lists(st.tuples(TEXT, TEXT), max_size=15), st.sampled_from(["", "mon", "sun"]), TEXT,
)  # fmt: skip
def test_what_no_hard_limit_refuses_the_pump_takes_too(mode, entries, steps, day, time):
    new = Programme(mode, RUNS | entries, "day", {"every": tuple(steps)}, day, time)
    refused = [x for x in findings(Case(new, OLD, 20.0, True)) if x.is_hard]
    if refused:
        assert all(x.words and ("expected" in x.words) for x in refused)
        return
    try:
        programme.command(new)
    except (CommandError, ValueError) as error:
        pytest.fail(f"the tablet let through what the pump refuses: {error}")


@pytest.mark.parametrize("mode", ["minimum", "stopped"])
def test_a_dose_that_the_mode_does_not_show_is_not_sent(mode):
    new = Programme(mode, RUNS | {"dose": "10000"})
    assert not [x for x in findings(Case(new, OLD, 20.0, True)) if x.is_hard]
    assert programme.command(new).dose_kg_per_s == 0.0
