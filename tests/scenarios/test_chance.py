"""Luck is told as luck: base rate, own rate and reasons, whether it came or not."""

from __future__ import annotations

from physics.wound import Chance
from scenarios import causal_chain, load
from scenarios.chance import chance_rows
from scenarios.steps import record_from

ADULT = load("implant_adult_t10")
MISSED = Chance("infection", 0.05, 0.19, (("antibiotic missed", 3.8),), True, 14.0, "deep")
PLAIN = Chance("dehiscence", 0.02, 0.02, (), False, 10.0)


def _lived(implant, finish, *chances):
    return finish(implant(field={"chances": tuple(chances)})).steps


def test_an_infection_that_came_is_told_with_both_rates_and_the_reason(implant, finish):
    links = causal_chain(ADULT, _lived(implant, finish, MISSED, PLAIN))
    told = [link for link in links if link.chain == "chance-infection"]
    assert [link.stage for link in told] == ["act", "tissue"]
    assert told[1].text == (
        "Drawn by chance: base 5 %, yours 19 % because of antibiotic missed: infection (deep) came on day 14."
    )
    assert told[1].value == 19.0 and told[1].unit == "%" and told[1].day == 14.0
    assert not any(link.chain == "chance-dehiscence" for link in links)


def test_a_raised_chance_that_stayed_away_is_told_too(implant, finish):
    stayed = Chance("infection", 0.05, 0.12, (("antibiotic late", 2.4),), False, 3.0, "deep")
    text = causal_chain(ADULT, _lived(implant, finish, stayed))[-1].text
    assert text.endswith("infection did not come this time.") and "yours 12 %" in text


def test_a_plain_chance_that_came_blames_nobody(implant, finish):
    came = Chance("erosion", 0.003, 0.003, (), True, 60.0)
    links = [link for link in causal_chain(ADULT, _lived(implant, finish, came)) if link.chain.startswith("chance")]
    assert [link.stage for link in links] == ["tissue"] and "because" not in links[0].text


def test_a_day_that_has_not_come_is_not_told_as_come(implant, finish):
    late = Chance("infection", 0.05, 0.05, (), True, 300.0, "deep")
    assert chance_rows(record_from(_lived(implant, finish, late))) == ()
