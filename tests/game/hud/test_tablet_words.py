"""The programmer in words: every alarm of the pump with its tone, the date of the refill, what telemetry tells."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest

import physics.pump
from game.hud import tablet_words
from game.instruments.programme import Programme

RUNS = {"conc": "500", "dose": "80", "reservoir": "20", "alarm": "2"}


def test_every_alarm_that_the_pump_knows_is_explained_with_its_tone():
    words, critical = set(), set()
    for module in pkgutil.iter_modules(physics.pump.__path__):
        for name, value in vars(importlib.import_module(f"physics.pump.{module.name}")).items():
            if name.endswith(("_ALARM", "_FAULT")) and isinstance(value, str):
                words.add(value)
            elif name == "CRITICAL_ALARMS":
                critical |= set(value)
    assert len(words) >= 6 and words <= set(tablet_words.ALARMS)
    assert {name for name in words if tablet_words.ALARMS[name][0]} == critical


def test_alarms_are_listed_critical_first_with_since_when(fakes):
    log = ("day 80.10: alarm: low reservoir", "day 88.90: motor stall", "day 88.90: alarm: motor stall")
    pump = fakes.observation(pump={"alarms": ("low reservoir", "motor stall"), "event_log": log}).pump
    first, second = tablet_words.alarms(pump)
    assert (first.name, first.kind, first.since) == ("motor stall", "alarm", "day 88.90") and first.tone.startswith("two tones")
    assert (second.name, second.kind, second.since) == ("low reservoir", "warn", "day 80.10") and second.tone.startswith("one tone")


@pytest.mark.parametrize(("change", "days", "why"), [
    ({}, "112 days", "refill by day 106: 7 days before the alarm"), ({"dose": "40"}, "225 days", "refill by day 180: drug is stable for 180 days"),
    ({"reservoir": "3"}, "6.2 days", "no visit 7 days before it is possible"),
])  # fmt: skip
def test_the_date_of_the_refill_follows_from_what_is_entered(change, days, why):
    assert tablet_words.date_words(Programme("continuous", RUNS | change)) == (days, why)


def test_a_pump_that_stands_still_has_no_date_and_a_level_that_stays():
    stopped = Programme("stopped", RUNS)
    assert tablet_words.date_words(stopped) == ("never", "nothing is given") and tablet_words.level_curve(stopped) == ()
    assert tablet_words.day_words(stopped) == ("0 µg", "0 mL")


def test_telemetry_tells_the_programme_and_not_what_is_hidden(fakes):
    pump = fakes.observation(pump={
        "state": "running", "programmed_dose_kg_per_s": 80e-9 / 86400, "programmed_concentration_kg_per_m3": 0.5, "shown_reservoir_m3": 6.2e-6,
        "alarm_volume_m3": 2e-6, "recorded_length_m": 0.76, "reservoir_m3": 1.1e-6, "concentration_kg_per_m3": 2.0,
    }).pump  # fmt: skip
    told = {label: f"{value} {unit}".strip() for label, value, unit in tablet_words.telemetry(pump)}
    assert told["Dose in 24 h"] == "80 µg" and told["Mean flow"] == "0.16 mL/day" and told["Reservoir, calculated"] == "6.2 mL"
    assert told["Pump clock"] == "Wed 12:00" and told["Patient bolus"] == "off"
    hidden = replace(pump, reservoir_m3=9e-6, concentration_kg_per_m3=0.1)
    assert tablet_words.telemetry(hidden) == tablet_words.telemetry(pump)
