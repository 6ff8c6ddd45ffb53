"""Tools on the patient in the picture end in the same commands as their buttons."""

from __future__ import annotations

import importlib.util
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from game.input import touch
from game.input.field_acts import LEAST_BEND_MM, passed, passer_tip
from game.input.intent import Hands, Intent, translate
from game.instruments import tray
from game.instruments.treatments import DOSES
from physics import commands as c
from physics.wound import Incision

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation


def same(got, wanted):
    """Return whether two commands are equal but for the last digits of their numbers."""
    a, b = c.command_to_dict(got), c.command_to_dict(wanted)
    return a.keys() == b.keys() and all(a[k] == (b[k] if isinstance(b[k], (str, bool)) else pytest.approx(b[k], abs=2e-5)) for k in a)


def hands_with(step, tool, **changes):
    return Hands(step=step, tray=tray.Tray(held=tool), **changes)


def drawn(hands, obs, *spots, surface="skin", last="up"):
    """Press at the first spot, drag over the others, let go at the last; return hands and all commands."""
    kinds = ["down", *("drag" for _ in spots[1:]), last]
    out = []
    for kind, (u, v) in zip(kinds, [*spots, spots[-1]], strict=True):
        got = translate(hands, (Intent("touch", kind, u, surface, v),), (), obs)
        hands = got.hands
        out += got.commands
    return hands, out


def test_a_line_drawn_with_the_blade_is_one_pass_along_it():
    hands, (cut,) = drawn(hands_with("pocket", "knife"), observation(), (-100.0, 20.0), (-70.0, 20.0), (-40.0, 60.0))
    assert isinstance(cut, c.CutSkin) and cut.wound == "pocket"
    assert (cut.u_m, cut.v_m) == pytest.approx((-0.07, 0.04), abs=2e-5)
    assert cut.length_m == pytest.approx(math.hypot(60, 40) * 1e-3, abs=2e-5)
    assert cut.angle_rad == pytest.approx(math.atan2(40, 60), abs=2e-4)


def test_in_the_back_the_blade_cuts_the_back_and_a_short_scratch_cuts_nothing():
    _, (cut,) = drawn(hands_with("needle", "knife"), observation(), (0.0, 30.0), (0.0, -30.0))
    assert cut.wound == "lumbar" and cut.angle_rad == pytest.approx(math.pi / 2, abs=1e-3)
    assert drawn(hands_with("needle", "knife"), observation(), (0.0, 0.0), (0.0, 3.0))[1] == []


def test_the_sponge_sends_a_stroke_each_12_mm_and_none_is_lost():
    _, strokes = drawn(hands_with("mark", "sponge"), observation(), (0.0, 0.0), (7.0, 0.0), (15.0, 0.0), (40.0, 0.0), (44.0, 0.0))
    assert all(isinstance(s, c.PrepStroke) and s.agent == "chlorhexidine" for s in strokes)
    ends = [(s.u0_m, s.u1_m) for s in strokes]
    assert ends[0][0] == 0.0 and ends[-1][1] == pytest.approx(0.044, abs=2e-5)
    assert all(a[1] == b[0] for a, b in zip(ends, ends[1:], strict=False))


def test_a_sweep_goes_at_the_depth_that_is_set():
    hands = hands_with("pocket", "finger")
    hands = translate(hands, (Intent("sweep.depth", "set", 24.0),), (), observation()).hands
    _, (sweep,) = drawn(hands, observation(), (-150.0, 20.0), (-150.0, 60.0))
    assert same(sweep, c.SweepPocket(-0.15, 0.02, -0.15, 0.06, 0.024, "finger"))


def played(hands, obs, ticks):
    """Let what is due be sent, tick by tick; return all commands."""
    out = []
    for _ in range(ticks):
        got = translate(hands, (), (), obs)
        hands, out = got.hands, [*out, *got.commands]
    return out


def with_cut(obs, wound, u_m, v_m, length_m, angle_rad):
    cut = Incision(wound, u_m, v_m, length_m, angle_rad, depth_m=0.02, layer="fat", fascia_m=0.02, at_s=0.0)
    return replace(obs, field=replace(obs.field, incisions=(cut,)))


def test_the_key_sweeps_row_by_row_from_the_cut_over_the_upper_margin():
    hands = hands_with("pocket", "finger")
    u, v, radius = (hands.values[k] * 1e-3 for k in ("pocket.u", "pocket.v", "pocket.radius"))
    obs = with_cut(observation(), "pocket", u, v + 0.85 * radius, 0.09, 0.0)
    rows = played(translate(hands, (Intent("pocket.sweep"),), (), obs).hands, obs, 32)
    assert all(isinstance(k, c.SweepPocket) and k.v0_m == k.v1_m and k.u0_m == pytest.approx(u) for k in rows) and 12 <= len(rows) <= 20
    assert [k.v0_m for k in rows] == sorted((k.v0_m for k in rows), reverse=True)  # each begins where the last has opened
    assert max(abs(k.u1_m - u) for k in rows) == pytest.approx(radius - 0.011, abs=1e-3)


def test_blood_that_hides_its_vessel_is_dabbed_along_the_wound():
    obs = with_cut(observation(), "lumbar", 0.01, -0.03, 0.04, math.pi / 2)
    dabs = played(translate(hands_with("needle", "swab"), (Intent("bleed.dab"),), (), obs).hands, obs, 8)
    assert [type(k) for k in dabs] == [c.Dab] * 3
    assert [k.v_m for k in dabs] == pytest.approx([-0.044, -0.03, -0.016], abs=1e-4) and {k.u_m for k in dabs} == {0.01}


def test_the_key_sews_along_the_cut_wherever_it_lies():
    obs = with_cut(observation(), "pocket", -0.3, 0.06, 0.1, 0.0)
    sewn = played(translate(hands_with("close", "suture"), (Intent("close.stitch"),), (), obs).hands, obs, 16)
    assert len(sewn) == 10 and {(type(k), k.wound, k.layer, round(k.v_m, 6)) for k in sewn} == {(c.SutureLayer, "pocket", "fascia", 0.06)}
    assert min(k.u_m for k in sewn) == pytest.approx(-0.345, abs=1e-4)


def test_the_antibiotic_is_given_in_grams_and_the_skin_may_dry():
    hands = Hands(step="mark")
    hands = translate(hands, (Intent("prophylaxis.dose", "set", 1.5),), (), observation()).hands
    got = translate(hands, (Intent("prophylaxis.give"), Intent("time.dry")), (), observation())
    assert got.commands == (c.GiveTreatment("antibiotic_prophylaxis", 0.0015), c.AdvanceClinicalTime(300.0))


def test_swab_and_diathermy_go_where_they_are_put():
    for tool, kind in (("swab", c.Dab), ("diathermy", c.Cauterise)):
        _, (one,) = drawn(hands_with("pocket", tool), observation(), (-140.0, 25.0), last="click")
        assert isinstance(one, kind) and (one.u_m, one.v_m) == pytest.approx((-0.14, 0.025), abs=2e-5)


def test_the_pen_draws_the_outline_from_its_middle_and_a_click_leaves_a_named_mark():
    hands, (outline,) = drawn(hands_with("mark", "marker"), observation(), (-150.0, 10.0), (-150.0, 30.0), (-150.0, 60.0))
    assert same(outline, c.MarkSkin("pocket", -0.15, 0.01, 0.05))
    hands = translate(hands, (Intent("palpate.name"),), (), observation()).hands
    _, (mark,) = drawn(hands, observation(), (60.0, -5.0), last="click")
    assert mark.kind == "crest" and mark.u_m == pytest.approx(0.06, abs=2e-5)


def test_a_finger_slides_no_faster_than_it_can_feel_and_the_log_is_told_each_centimetre():
    hands, obs = hands_with("mark", "exam"), observation()
    hands = translate(hands, (Intent("touch", "down", 0.0, "skin", 0.0),), (), obs).hands
    actions = []
    for _ in range(64):
        out = translate(hands, (Intent("touch", "drag", 0.0, "skin", 200.0),), (), obs)
        hands = out.hands
        actions += out.actions
    assert hands.finger.v_mm == pytest.approx(60.0, rel=0.02)
    assert [a.name for a in actions] == ["palpate"] * len(actions) and 5 <= len(actions) <= 7
    assert actions[0].number == 6.0
    hands = translate(hands, (Intent("touch", "up", 0.0, "skin", 200.0),), (), obs).hands
    assert not translate(hands, (), (), obs).hands.finger.is_down


def test_the_wheel_presses_harder_with_the_finger_and_advances_with_the_needle():
    obs = observation(needle={"is_placed": True})
    pressed = translate(hands_with("needle", "exam"), (Intent("view", "wheel", 2.0),), (), obs)
    assert pressed.hands.finger.press_n == 12.0 and not pressed.commands
    pushed = translate(hands_with("needle", "needle"), (Intent("view", "wheel", 1.0),), (), obs)
    assert isinstance(pushed.commands[0], c.AdvanceNeedle)


def test_a_drag_of_the_disc_is_the_width_of_the_loop():
    _, (loop,) = drawn(hands_with("anchor", "disc"), observation(), (0.0, 0.0), (0.0, 10.0), (0.0, 30.0))
    assert same(loop, c.LayLoop(0.015))


def test_in_out_and_tie_place_the_anchor_with_as_many_stitches_as_were_laid():
    hands, obs = hands_with("anchor", "suture"), observation(catheter={"is_open": True, "model": "ascenda_8780"})
    for k in range(3):
        hands, sent = drawn(hands, obs, (0.0, 5.0 * k), surface="fascia", last="click")
        hands, more = drawn(hands, obs, (6.0, 5.0 * k), surface="fascia", last="click")
        assert not sent and not more
    assert len(hands.touch.stitches) == 3
    placed = []
    for _ in range(60):
        out = translate(hands, (), {"stitch.tie"}, obs)
        hands = out.hands
        placed += out.commands
    (anchor,) = placed
    assert (anchor.n_sutures, anchor.substrate) == (3, "fascia")


def test_a_quick_bite_through_fat_holds_fat_and_a_slow_one_goes_to_the_fascia():
    assert touch.bite_mm(0.1) == pytest.approx(2.0) and touch.bite_mm(1.0) == pytest.approx(7.0)
    hands, obs = hands_with("anchor", "suture"), observation()
    hands, _ = drawn(hands, obs, (0.0, 0.0), last="click")
    hands, _ = drawn(hands, obs, (5.0, 0.0), last="click")
    assert hands.touch.stitches[0][2] == "fat"


def test_silk_through_a_loop_of_the_pump_ties_that_loop():
    obs = observation(pocket={"is_pump_in": True, "pump_u_m": -0.15, "pump_v_m": 0.02, "outlet_angle_rad": 0.0})
    hands = hands_with("pump", "silk")
    at = (-150.0 + 31.0, 20.0 + 31.0)  # 45 degrees from the outlet, 44 mm out
    hands, _ = drawn(hands, obs, at, last="click")
    hands, _ = drawn(hands, obs, (at[0] + 4, at[1]), last="click")
    sent = []
    for _ in range(60):
        out = translate(hands, (), {"stitch.tie"}, obs)
        hands = out.hands
        sent += out.commands
    assert [type(s) for s in sent] == [c.SuturePump] and sent[0].loop == 0


def test_the_anchor_slides_along_the_catheter_and_the_ruler_reads_it():
    hands, obs = hands_with("anchor", "anchor"), observation(catheter={"is_open": True})
    hands = translate(hands, (Intent("touch.catheter", "drag", 412.0, other=14.0),), (), obs).hands
    assert hands.values["anchor.distance"] == pytest.approx(14.0)
    hands = translate(hands_with("anchor", "ruler"), (Intent("touch.catheter", "click", 412.0, other=14.0),), (), obs).hands
    assert hands.note.startswith("14 mm outside the fascia, 41.2 cm")


def test_a_toothed_clamp_can_be_used_and_says_so_in_the_command():
    obs = observation(catheter={"is_open": True, "implanted_m": 0.9})
    out = translate(hands_with("connect", "toothed"), (Intent("touch.catheter", "click", 300.0, other=200.0),), (), obs)
    assert same(out.commands[0], c.GripCatheter(0.3, 5.0, False)) and len(out.commands) == 1


def test_a_tool_that_was_just_taken_is_not_yet_there():
    obs = observation()
    hands = translate(Hands(step="pocket"), (Intent("tray.swab"),), (), obs).hands
    out = translate(hands, (Intent("touch", "down", -140.0, "skin", 20.0), Intent("touch", "click", -140.0, "skin", 20.0)), (), obs)
    assert not out.commands and out.hands.note == "Changing the tool."


def test_the_passer_cannot_turn_tighter_than_it_is_stiff():
    hands = Hands(step="tunnel", waypoints=((0.0, 0.0, 10.0), (-100.0, 20.0, 12.0), (-200.0, 110.0, 14.0), (-320.0, 120.0, 12.0)))
    path = passed(hands)
    assert path[0][:2] == (0.0, 0.0) and math.dist(path[-1][:2], (-320.0, 120.0)) < 12.0
    for a, b, d in zip(path, path[1:], path[2:], strict=False):
        turn = math.atan2(d[1] - b[1], d[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0])
        run = 0.5 * (math.dist(a[:2], b[:2]) + math.dist(b[:2], d[:2]))
        assert run / max(abs(math.remainder(turn, 2 * math.pi)), 1e-9) > 0.85 * LEAST_BEND_MM


def test_a_way_that_is_too_tight_is_said_and_not_passed():
    hands = Hands(step="tunnel", waypoints=((0.0, 0.0, 10.0), (-80.0, 0.0, 12.0), (-60.0, 60.0, 14.0)))
    sent = []
    for _ in range(40):
        out = translate(hands, (Intent("view", "wheel", 1.0),), (), observation(catheter={"is_open": True}))
        hands = out.hands
        sent += out.commands
    assert sent == [] and "too tight" in hands.note


def test_the_wheel_sends_the_passer_on_and_at_the_end_it_is_through():
    hands = Hands(step="tunnel", waypoints=((0.0, 0.0, 10.0), (-100.0, 0.0, 12.0)))
    obs = observation(catheter={"is_open": True})
    sent = []
    for n in range(12):
        out = translate(hands, (Intent("view", "wheel", 1.0),), (), obs)
        hands = out.hands
        sent += out.commands
        if n == 4:
            assert passer_tip(hands)[0] == pytest.approx(-50.0, abs=1.0)
        if sent:
            break
    assert isinstance(sent[0], c.TunnelCatheter) and len(sent[0].waypoints_m) <= 64
    assert sent[0].waypoints_m[-1][0] == pytest.approx(-0.1, abs=6e-3)


def test_the_pump_turns_by_drag_and_by_key_and_two_fingers_draw_the_coil():
    obs = observation(pocket={"is_dissected": True, "is_pump_in": True, "pump_u_m": -0.15, "pump_v_m": 0.02})
    _, placed = drawn(hands_with("pump", "pump"), obs, (-150.0, 60.0), (-110.0, 20.0))
    assert same(placed[0], c.PlacePump(math.pi / 2, True)) and len(placed) == 1
    turned = translate(Hands(step="pump"), (Intent("pump.turn_right"),), (), obs)
    assert turned.commands[0].outlet_angle_rad == pytest.approx(math.radians(15.0), abs=1e-4)
    _, nothing = drawn(hands_with("pump", "fingers"), obs, (-150.0, 20.0), (-150.0, 45.0))
    assert not nothing  # behind a pump that lies in place there is nothing to take hold of
    _, (coil,) = drawn(hands_with("pump", "fingers", is_pump_lifted=True), obs, (-150.0, 20.0), (-150.0, 45.0))
    assert same(coil, c.CoilSlack(0.025, True))


def test_every_treatment_can_be_given_in_its_range_and_says_its_amount():
    assert set(DOSES) == set(c.TREATMENTS)
    for key, dose in DOSES.items():
        hands = Hands(procedure="clinic", step="treat", choices=Hands().choices | {"treat.kind": key})
        out = translate(hands, (Intent("treat.give"),), (), observation())
        assert same(out.commands[0], c.GiveTreatment(key, dose.usual_si))
        assert dose.unit in out.hands.note
