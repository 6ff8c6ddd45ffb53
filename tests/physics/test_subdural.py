"""A catheter fed while the bevel is not fully past the arachnoid: it runs well, and the therapy fails."""

from __future__ import annotations

from dataclasses import replace

import physics
import pytest
from physics import anatomy, commands, operation, therapy
from physics import catheter as tube
from physics.anatomy import PatientBuild
from physics.fixed import fixed
from physics.params import Params
from physics.plumbing import is_aspirable
from physics.pump import device
from physics.pump.program import Prescription
from physics.theatre import Hands, around, dural_hole, plumbing

FRESH = Params(PatientBuild(46.0, True, 1.66, 66.0, 0.014, 0.030, 0.062))
CASE = fixed(FRESH)
DOSE, CONCENTRATION, DAY = 300e-9 / 86400.0, 2.0, 86400.0
POCKET = (-0.30, 0.04)


def fed(past_m, feeds=40):
    """Return hands with the bevel so far past the dura and a catheter fed through the needle."""
    world = physics.initial(FRESH, 7)
    u, v, medial, depth = anatomy.reference_approach(CASE.body, 0.8)
    hands = operation.apply(CASE, Hands(world.theatre, world.therapy, 7), commands.PlaceNeedle(u, v, 0.8, medial, 0.089))
    deep = depth + past_m
    needle = replace(
        hands.theatre.needle, depth_m=deep, set_point_m=deep, reach_m=deep, is_in_sac=True, is_through_skin=True,
        n_dural_punctures=1,
    )  # fmt: skip
    hands = replace(hands, theatre=replace(hands.theatre, needle=needle))
    hands = operation.apply(CASE, hands, commands.OpenCatheter(CASE.catheter.name, False))
    for _ in range(feeds + 45):
        hands = operation.move(CASE, replace(hands, feed_m=2e-3), 0.0)
    return replace(hands, feed_m=0.0), (u, v)


def implanted(past_m):
    """Return (hands, line) with the catheter laid, joined and closed in."""
    from physics.established import tunnel_between

    hands, (u, v) = fed(past_m)
    for command in (
        commands.TiePurseString(2.0), commands.RemoveNeedle(True), commands.PlaceAnchor(0.010, 3, "fascia"),
        commands.LayLoop(0.02), commands.DissectPocket(*POCKET, 0.051, "subcutaneous", 0.016), commands.PlacePump(0.5),
        commands.CoilSlack(0.025), commands.TunnelCatheter(tunnel_between(u, v, *POCKET, 0.051)),
        commands.TrimCatheter(0.34), commands.ConnectCatheter(15.0),
    ):  # fmt: skip
        hands = operation.apply(CASE, hands, command)
    order = Prescription("continuous", DOSE, CONCENTRATION, 18e-6, 2e-6)
    machine = device.established(CASE.pump, order, 18e-6, CONCENTRATION, 0.0, 1, False)
    return replace(hands, therapy=replace(hands.therapy, pump=machine)), plumbing(CASE, hands.theatre)


@pytest.fixture(scope="module", params=[1e-3, 4e-3], ids=["1 mm", "4 mm"])
def laid(request):
    return request.param, *implanted(request.param)


def test_the_depth_of_the_bevel_is_what_the_layers_say():
    for past in (-3e-3, 0.5e-3, 1e-3, 4e-3):
        hands, _ = fed(past, -45)
        assert tube.past_dura_m(around(CASE, hands.theatre)) == pytest.approx(max(past, 0.0), abs=0.3e-3)  # layers are sampled each 0.2 mm


def test_a_bevel_1_mm_past_the_dura_feeds_the_subdural_plane_and_4_mm_the_sac(laid):
    past, hands, pipes = laid
    space = "subdural" if past < 2e-3 else "intrathecal"
    assert hands.theatre.tip_space == space == pipes.tip_space
    assert (hands.theatre.share_lying == 1.0) == (past > 2e-3)
    assert ("CatheterEnteredSac" in [name for name, _, _ in fed(past)[0].notes]) == (past > 2e-3)


def test_what_a_syringe_brings_tells_them_apart(laid):
    past, hands, pipes = laid
    assert is_aspirable(pipes, 1471.0) == (past > 2e-3)
    taken = operation.apply(CASE, operation.apply(CASE, hands, commands.TakeSyringe("empty", 5e-6)), commands.UsePort(-20.0, 2e-6))
    use = taken.theatre.port
    if past > 2e-3:
        assert use.brings == "csf" and use.volume_m3 == pytest.approx(2e-6, rel=1e-3)
    else:
        assert use.brings != "csf" and use.volume_m3 < 0.3e-6


def test_the_therapy_of_a_subdural_catheter_fails(laid):
    past, hands, pipes = laid
    state = hands.therapy
    for _ in range(4):
        state, _ = therapy.advance(CASE.therapy, state, pipes, dural_hole(hands.theatre), therapy.Intake(), DAY)
    share = state.delivery.delivered_kg_per_s / DOSE
    tone = state.patient.neuro.ashworth_legs - FRESH.disease.ashworth_legs
    if past > 2e-3:
        assert share > 0.9 and tone < -0.5
    else:
        assert share < 0.01 and tone == pytest.approx(0.0, abs=0.1)
        assert state.delivery.misplaced_kg_per_s > 0.9 * DOSE
