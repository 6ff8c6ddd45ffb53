"""Pinch, lifting and seating the pump, the rim by finger, and what breaks sterility."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from game.input.intent import Hands, Intent, translate
from game.input.pocket_acts import pinch_word
from game.input.tuning import gain
from game.instruments import coil, tray
from physics import commands as c
from physics.clock import TICK_S
from physics.wound import Break

_path = Path(__file__).parents[1] / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation

IN = {"is_dissected": True, "is_pump_in": True, "pump_centre_m": np.zeros(3), "pump_normal": np.array([0.0, 0.0, 1.0])}


def coiled(radius_m: float, tail_m: float = 0.0):
    """Return an observation of a pump with one turn of catheter of a radius behind it, its end at the outlet."""
    turn = np.linspace(0.0, 2.0 * np.pi, 60)
    nodes = np.stack([radius_m * np.cos(turn), radius_m * np.sin(turn), np.full(60, -0.012)], axis=1)
    return observation(pocket=IN, catheter={"is_open": True, "is_tunnelled": True, "nodes_m": nodes})


def held(hands, address, seconds, obs):
    """Hold an act; return hands and all commands."""
    sent = ()
    for _ in range(round(seconds / TICK_S) + 1):
        out = translate(hands, (), (address,), obs)
        hands, sent = out.hands, sent + out.commands
    return hands, sent


def test_the_pinch_names_the_cover_in_fingers():
    words = [pinch_word(mm) for mm in (3.0, 8.0, 16.0, 30.0, 50.0)]
    assert len(set(words)) == 5 and not any("mm" in w for w in words)
    obs = observation(pocket={"is_dissected": True, "cover_m": 0.016})
    assert "finger thick" in translate(Hands(step="pocket"), (Intent("pocket.pinch"),), (), obs).hands.note
    assert "No pocket" in translate(Hands(step="pocket"), (Intent("pocket.pinch"),), (), observation()).hands.note


def test_the_pump_is_lifted_by_holding_and_seated_by_pushing():
    obs = coiled(0.02)
    early, _ = held(Hands(step="pump"), "pump.lift", 0.8 * gain("hold.lift"), obs)
    assert not early.is_pump_lifted
    lifted, sent = held(Hands(step="pump"), "pump.lift", gain("hold.lift"), obs)
    assert lifted.is_pump_lifted and not sent
    seated, sent = held(lifted, "pump.seat", gain("hold.seat"), obs)
    assert not seated.is_pump_lifted and [type(k) for k in sent] == [c.PlacePump]
    gone = translate(lifted, (Intent("rail.close"),), (), obs)
    assert not gone.hands.is_pump_lifted


def test_bends_are_read_off_the_rod_that_lies_there():
    length, radius = coil.bends(coiled(0.02))
    assert radius.min() == pytest.approx(20.0, rel=0.02) and length[-1] > 100.0
    assert coil.bends(coiled(0.008))[1].min() < coil.TIGHT_MM
    assert not len(coil.bends(observation())[0])


def test_the_rim_is_soft_where_the_catheter_rides_over_it():
    assert not any(coil.rim_spots(coiled(0.02)))
    assert all(coil.rim_spots(coiled(coil.RIM_M)))
    nodes = np.stack([np.linspace(0.02, 0.09, 40), np.zeros(40), np.zeros(40)], axis=1)
    straight = observation(pocket=IN, catheter={"is_open": True, "is_tunnelled": True, "nodes_m": nodes})
    assert [k for k, soft in enumerate(coil.rim_spots(straight)) if soft] == [0]
    note = translate(Hands(step="pump"), (Intent("coil.sweep"),), (), straight).hands.note
    assert note.startswith("Soft at 1 of 16")


def draped(**changes):
    """Return a draped field with a painted window, all but its lowest rows."""
    painted = np.ones((40, 40), dtype=bool)
    painted[:5] = False
    seen = {"is_draped": True, "window_m": (-0.2, 0.2, -0.2, 0.2), "prep_origin_m": (-0.2, -0.2), "prep_is_painted": painted,
            "prep_wetness": np.zeros((40, 40)), "prep_cell_m": 0.01}  # fmt: skip
    return observation(field=seen | changes)


def touches(obs, tool, spot):
    hands = Hands(step="pocket", tray=tray.Tray(held=tool))
    out = translate(hands, (Intent("touch", "down", spot[0], "skin", spot[1]),), (), obs)
    return [k.what for k in out.commands if isinstance(k, c.TouchUnsterile)]


def test_bare_skin_in_the_window_breaks_sterility_painted_skin_and_drapes_do_not():
    assert touches(draped(), "finger", (0.0, -180.0)) == ["glove"]
    assert touches(draped(), "knife", (0.0, -180.0)) == ["tool"]
    assert touches(draped(), "finger", (0.0, 50.0)) == []
    assert touches(draped(), "finger", (0.0, 300.0)) == []
    assert touches(draped(is_draped=False), "finger", (0.0, -180.0)) == []
    assert touches(draped(breaks=(Break("glove", 1.0),)), "finger", (0.0, -180.0)) == []  # broken already


def test_reaching_over_the_sterile_line_counts_and_fresh_gloves_repair():
    def took(obs, tool):
        out = translate(Hands(step="mark"), (Intent(f"tray.{tool}"),), (), obs)
        return [type(k) for k in out.commands]

    assert took(draped(), "marker") == [c.TouchUnsterile] and took(draped(), "ruler") == []
    assert took(draped(is_draped=False), "marker") == []
    out = translate(Hands(step="pocket"), (Intent("glove.change"),), (), draped())
    then = translate(out.hands, (), (), draped())
    assert [k.what for k in (*out.commands, *then.commands)] == ["glove", "tool"]
