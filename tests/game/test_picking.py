"""A pixel meets the skin where the skin is: round trips through the unrolled trunk, and the named points."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from game import picking
from game.view import BACK, IMPLANT, PLAN, POCKET, REFILL, camera_for, openings
from physics import anatomy
from physics.wound import Incision, Stitch
from scenarios import load
from scenarios.setup import setup

_path = Path(__file__).parent / "hud" / "fakes.py"
if "hud_fakes" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("hud_fakes", _path)
    sys.modules["hud_fakes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["hud_fakes"])
observation = sys.modules["hud_fakes"].observation
SIZE = (900, 480)


@pytest.fixture(scope="module", params=["implant_adult_t10", "implant_child_diplegia"])
def body(request):
    scenario = load(request.param)
    return anatomy.build_anatomy(setup(scenario, 0).params.build)


@pytest.mark.parametrize("view", [BACK, POCKET, PLAN, REFILL, IMPLANT])
def test_a_picked_place_rolls_back_to_its_pixel_within_half_a_millimetre(body, view):
    camera = camera_for(view, observation(), body)
    n_hits = 0
    for x in np.linspace(60, 840, 9):
        for y in np.linspace(40, 440, 6):
            origin, direction = camera.ray((x, y), SIZE)
            hit = picking.skin_hit(body.trunk, origin, direction)
            if hit is None:
                continue
            if abs(direction @ hit.normal) < 0.3:
                continue  # grazing
            back, _ = anatomy.roll(body.trunk, hit.u_m, hit.v_m)
            assert np.linalg.norm(back - hit.point_m) < 0.5e-3
            assert np.linalg.norm(camera.project(back, SIZE)[0] - (x, y)) < 2.0
            n_hits += 1
    assert n_hits >= 8


def test_a_line_beside_the_patient_meets_nothing(body):
    camera = camera_for(BACK, observation(), body)
    origin, _ = camera.ray((450, 240), SIZE)
    assert picking.skin_hit(body.trunk, origin, np.array([0.0, 1.0, 0.0])) is None


def test_in_the_open_wound_the_line_goes_on_to_the_fascia(body):
    seen = replace(observation(), is_lumbar_open=True, lumbar_u_m=0.0, lumbar_v_m=0.0, lumbar_length_m=0.05, lumbar_depth_m=0.012)
    point, normal = anatomy.roll(body.trunk, 0.0, 0.0)
    origin = point + 0.3 * normal
    inside = picking.hit(body, seen, origin, -normal)
    beside = picking.hit(body, seen, origin + np.array([0.05, 0.0, 0.0]), -normal)
    assert inside.surface == "fascia" and beside.surface == "skin"
    assert anatomy.unroll(body.trunk, inside.point_m)[2] == pytest.approx(0.012, abs=0.5e-3)


def test_a_plane_is_met_from_its_front_only():
    origin = np.array([0.0, 0.0, 1.0])
    down = np.array([0.0, 0.0, -1.0])
    assert picking.plane_hit(origin, down, (0, 0, 0.2), (0, 0, 1.0)) == pytest.approx([0, 0, 0.2])
    assert picking.plane_hit(origin, -down, (0, 0, 0.2), (0, 0, 1.0)) is None


def test_the_pump_is_picked_in_its_pocket_and_its_points_are_named(body):
    u, v = -0.15, 0.03
    centre, normal = anatomy.roll(body.trunk, u, v, 0.015)
    pocket = {"is_dissected": True, "is_pump_in": True, "u_m": u, "v_m": v, "pump_u_m": u, "pump_v_m": v,
              "pump_centre_m": centre, "pump_normal": normal}  # fmt: skip
    seen = observation(pocket=pocket)
    found = picking.hit(body, seen, centre + 0.3 * normal, -normal)
    assert found.surface == "pump" and np.linalg.norm(found.point_m - centre) < 1e-6
    named = picking.anchors(seen, body)
    assert set(named) == {"at.pump.port", *(f"at.pump.loop.{k}" for k in range(1, 5))}
    assert all(np.linalg.norm(named[f"at.pump.loop.{k}"] - centre) < 0.045 for k in range(1, 5))


def test_the_catheter_under_the_pointer_is_found_by_its_mark(body):
    point, normal = anatomy.roll(body.trunk, 0.0, 0.0)
    nodes = np.linspace(point + 0.05 * normal, point - 0.06 * normal, 111)
    seen = observation(catheter={"is_open": True, "nodes_m": nodes})
    camera = camera_for(BACK, seen, body)
    pixel = camera.project(nodes[20], SIZE)[0]
    from_tip, outside = picking.catheter_hit(seen, body, camera, tuple(pixel), SIZE)
    assert from_tip == pytest.approx(0.09, abs=2e-3)
    assert outside == pytest.approx(0.03 + anatomy.fascia_depth(body.trunk, 0.0, 0.0), abs=3e-3)
    assert picking.catheter_hit(seen, body, camera, (0.0, 0.0), SIZE) is None


def test_beside_its_cut_the_pump_lies_under_the_skin(body):
    u, v = -0.15, 0.03
    centre, normal = anatomy.roll(body.trunk, u, v, 0.015)
    pocket = {"is_dissected": True, "is_pump_in": True, "u_m": u, "v_m": v, "pump_u_m": u, "pump_v_m": v,
              "pump_centre_m": centre, "pump_normal": normal}  # fmt: skip
    seen = observation(pocket=pocket)
    for cut_v, surface in ((v, "pump"), (v + 0.04, "skin")):
        cut = Incision("pocket", u, cut_v, 0.09, 0.0, 0.02, "fat", 0.02, 0.0)
        opened = replace(seen, field=replace(seen.field, incisions=(cut,)))
        assert picking.hit(body, opened, centre + 0.4 * normal, -normal).surface == surface


@pytest.mark.parametrize("spread_m", [0.0, 0.012, 0.030])
def test_the_wound_that_is_picked_is_the_one_that_is_drawn(body, spread_m):
    cut = Incision("lumbar", 0.002, 0.01, 0.05, 1.2, 0.02, "fascia", 0.02, spread_m)
    seen = replace(observation(), is_lumbar_open=True, lumbar_u_m=0.002, lumbar_v_m=0.01, lumbar_length_m=0.05, lumbar_depth_m=0.012)
    seen = replace(seen, field=replace(seen.field, incisions=(cut,)))
    drawn = openings.wounds_of(BACK, seen, body)[0]
    across = np.array([np.sin(cut.angle_rad), -np.cos(cut.angle_rad)])
    for share, surface in ((0.95, "fascia"), (1.05, "skin")):
        for sign in (-1.0, 1.0):
            u, v = np.array([cut.u_m, cut.v_m]) + sign * share * 0.5 * drawn.width_m * across
            point, normal = anatomy.roll(body.trunk, float(u), float(v))
            assert picking.hit(body, seen, point + 0.3 * normal, -normal).surface == surface


def test_a_wound_that_is_sewn_is_skin(body):
    cut = Incision("lumbar", 0.0, 0.0, 0.05, 0.5 * np.pi, 0.02, "fascia", 0.02, 0.0)
    seen = replace(observation(), is_lumbar_open=True, lumbar_length_m=0.05, lumbar_depth_m=0.012)
    sewn = tuple(Stitch("lumbar", "skin", 0.0, float(v)) for v in np.arange(-0.024, 0.025, 0.004))
    for stitches, is_open in (((), True), (sewn, False)):
        now = replace(seen, field=replace(seen.field, incisions=(cut,), stitches=stitches))
        assert picking.is_in_wound(now, 0.0, 0.001) == is_open
