"""Staff treat when something was seen, once."""

from __future__ import annotations

from importlib import resources

from physics.commands import GiveTreatment
from physics.events import Event
from scenarios import due, lint, load

ADULT = (resources.files("scenarios") / "content" / "implant_adult_t10.toml").read_text("utf-8")
TRIGGERS = """
[[triggers]]
id = "rescue"
text = "The ward ventilates when breathing stops."
when_event = "Apnoea"
give = "ventilation"
amount = 1.0

[[triggers]]
id = "late"
text = "Day 10."
when_day = 10.0
give = "benzodiazepine"
amount = 0.5
"""


def _scenario(tmp_path, text=TRIGGERS):
    path = tmp_path / "case.toml"
    path.write_text(ADULT + text)
    return path


def test_a_trigger_fires_on_its_event_and_only_once(tmp_path, see):
    scenario = load(_scenario(tmp_path))
    apnoea = (Event(5, 5.0, "Apnoea", 0.0),)
    assert due(scenario, see(5), (), frozenset()) == ()
    assert due(scenario, see(5), apnoea, frozenset()) == (("rescue", GiveTreatment("ventilation", 1.0)),)
    assert due(scenario, see(5), apnoea, frozenset({"rescue"})) == ()


def test_a_trigger_fires_on_its_day(tmp_path, see):
    fired = due(load(_scenario(tmp_path)), see(5, clinical_time_s=10 * 86400.0), (), frozenset())
    assert fired == (("late", GiveTreatment("benzodiazepine", 0.5)),)


def test_lint_refuses_a_trigger_on_an_unknown_event(tmp_path):
    problems = lint(_scenario(tmp_path, TRIGGERS.replace("Apnoea", "Sneeze")))
    assert [p.key for p in problems] == ["triggers[0].when_event"]
