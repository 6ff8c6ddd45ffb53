"""The causal chain is found in the record, not scripted."""

from __future__ import annotations

import pytest

from scenarios import causal_chain, load, score


def _chain(name, steps):
    scenario = load(name)
    return causal_chain(scenario, steps, score(scenario, steps))


def _shape(links):
    return [(link.chain, link.stage, link.quantity) for link in links]


def test_a_clean_implant_has_no_chain(implant, finish):
    assert _chain("implant_adult_t10", finish(implant()).steps) == ()


def test_a_clean_refill_has_no_chain(refill):
    steps = refill().live(7, delivery={"delivered_kg_per_s": 80e-9 / 86400}).steps
    assert _chain("refill_routine_adult", steps) == ()


def _walk_out(a):
    """Live 90 days in which the catheter leaves the sac on day 41."""
    a.live(20, delivery={"delivered_kg_per_s": 1.1574e-12}, patient={"ashworth_legs": 2.2})
    a.live(20, catheter={"anchor_slip_m": 0.05, "inserted_m": 0.10})
    a.live(
        50,
        catheter={"anchor_slip_m": 0.2, "inserted_m": 0.0, "tip_space": "tissue", "tip_level": 15.1},
        delivery={"delivered_kg_per_s": 0.0},
        patient={"ashworth_legs": 4.0},
    )
    return a


def test_a_missing_anchor_is_followed_to_the_patient(implant, prescription):
    a = implant(omit=("anchor",))
    a(prescription(), pump={"state": "running", "mode": "continuous"})
    links = _chain("implant_adult_t10", _walk_out(a).steps)
    first = [x for x in links if x.chain == "no-anchor"]
    assert [x.stage for x in first] == ["act", *["mechanics"] * 4, "drug", "patient"]
    assert [x.quantity for x in first[1:]] == ["anchor capacity", "anchor slip", "length in the sac",
                                               "tip outside the sac", "delivered over ordered dose", "leg Ashworth"]  # fmt: skip
    slip, _, tip, drug, tone = first[2:]
    assert slip.value == pytest.approx(200.0) and slip.day == pytest.approx(21.0)
    assert tip.day == pytest.approx(41.0) and "L3" in tip.text
    assert drug.value == 0.0 and drug.day == pytest.approx(41.0) and tone.value == 4.0
    assert [x.tick for x in first] == sorted(x.tick for x in first)


def test_a_tight_bend_is_told_by_radius_and_patency(implant, finish):
    bend = {"loop_radius_m": 0.003, "min_radius_m": 0.003, "min_patency": 0.05}
    steps = finish(
        implant(catheter=bend), delivery={"delivered_kg_per_s": 1e-13}, patient={"ashworth_legs": 3.9}
    ).steps
    links = _chain("implant_adult_t10", steps)
    assert _shape(links)[:4] == [
        ("tight-bend", "act", "cath.loop_radius"),
        ("tight-bend", "mechanics", "least bend radius"),
        ("tight-bend", "mechanics", "least patency"),
        ("tight-bend", "drug", "delivered over ordered dose"),
    ]


def test_a_tenfold_dose_is_told_by_the_number_sent_and_the_sedation(implant, finish, prescription):
    steps = finish(
        implant(), prescription(1000.0), patient={"gcs": 8.0, "respiratory_rate_per_min": 7.0}
    ).steps
    links = _chain("implant_adult_t10", steps)
    assert links[0].chain == "entry" and links[0].value == pytest.approx(10.0)
    assert {"Glasgow coma score", "respiratory rate"} <= {x.quantity for x in links if x.stage == "patient"}
    assert next(x for x in links if x.stage == "drug").value == pytest.approx(10.0)


def test_a_pocket_fill_is_told_by_volume_reservoir_and_coma(refill):
    steps = refill(pocket_ml=19.0, is_tested=False).live(7, patient={"gcs": 6.0}).steps
    links = _chain("refill_routine_adult", steps)
    assert links[0].chain == "no-proof" and all(x.chain != "off-port" for x in links)
    assert {x.quantity for x in links if x.stage == "mechanics"} >= {"drug volume in the pocket", "reservoir"}
    assert any(x.quantity == "Glasgow coma score" and x.value == 6.0 for x in links)


def test_an_outcome_without_an_act_is_told_without_a_chain(implant, finish):
    links = _chain("implant_adult_t10", finish(implant(), delivery={"delivered_kg_per_s": 0.0}).steps)
    assert links and all(x.chain == "" for x in links)


def test_what_a_tube_does_in_a_tick_among_days_is_no_change_of_dose(implant, finish):
    right = {"delivered_kg_per_s": 1.1574e-12}
    a = finish(implant()).live(9, delivery=right)
    for _ in range(64):  # a second at which the game stood still for a look
        a(clinical_time_s=a.state.clinical_time_s + 1.0 / 64.0, delivery={"delivered_kg_per_s": 9.0 * 1.1574e-12})
    assert _chain("implant_adult_t10", a.live(20, delivery=right).steps) == ()
    tenfold = a.live(1, delivery={"delivered_kg_per_s": 9.0 * 1.1574e-12}).live(5, delivery=right)
    assert [x.quantity for x in _chain("implant_adult_t10", tenfold.steps)] == ["delivered over ordered dose"]
