"""A small synthetic spine for catheter tests: lordosis, kyphosis, elliptic sac, cord and cauda."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from physics import catheter
from physics.catheter import CATHETERS, Route, Surroundings


def spine_line(pitch_m=0.004):
    """Arc [m] (0 at L3-4), centre (m, 3) in LPS, posterior normals (m, 3)."""
    s = np.arange(-0.12, 0.3201, pitch_m)
    k = np.interp(s, [-0.12, 0.08, 0.13, 0.32], [-1 / 0.22, -1 / 0.22, 1 / 0.35, 1 / 0.35])
    angle = np.concatenate([[0], np.cumsum(0.5 * (k[1:] + k[:-1]) * pitch_m)])
    angle -= np.interp(0, s, angle)
    mid = 0.5 * (angle[1:] + angle[:-1])
    z = np.concatenate([[0], np.cumsum(np.cos(mid) * pitch_m)])
    y = -np.concatenate([[0], np.cumsum(np.sin(mid) * pitch_m)])
    z -= np.interp(0, s, z)
    y -= np.interp(0, s, y)
    centre = np.column_stack([0 * s, y, z])
    normals = np.column_stack([0 * s, np.cos(angle), np.sin(angle)])
    return s, centre, normals


def surroundings(needle=None):
    s, centre, normals = spine_line()
    part = s > -0.10
    cs = s[part]
    radius = np.interp(cs, [-0.10, 0.055, 0.08, 0.10, 0.32], [2.5e-3, 3.5e-3, 2.0e-3, 4.2e-3, 4.2e-3])
    back = np.interp(cs, [-0.1, 0.06, 0.09, 0.32], [2e-3, 2e-3, -1e-3, -1e-3])
    stiff = np.interp(cs, [-0.1, 0.06, 0.08, 0.32], [0.05, 0.05, 1.0, 1.0])
    u, v = np.meshgrid(np.linspace(-0.12, 0.12, 25), np.linspace(-0.12, 0.12, 25))
    fascia = np.column_stack([u.ravel(), np.full(u.size, 0.050), v.ravel()])
    return Surroundings(
        canal_points_m=centre,
        canal_normals=normals,
        sac_semi_axes_m=np.tile([0.008, 0.007], (len(s), 1)),
        cord_points_m=centre[part] + back[:, None] * normals[part],
        cord_radius_m=radius,
        cord_stiffness=stiff,
        needle_line_m=np.zeros((0, 3)) if needle is None else needle,
        fascia_points_m=fascia,
        fascia_normals=np.tile([0.0, 1.0, 0.0], (u.size, 1)),
    )


def needle_line(angle_deg=45.0, medial_deg=12.0, past_dura_m=3e-3, length_m=0.089, bevel=0.35):
    """Tuohy centre line hub -> tip, tip `past_dura_m` inside the posterior wall at L3-4, bevel to the head."""
    al = np.radians(angle_deg)
    axis = np.array([np.sin(np.radians(medial_deg)), -np.sin(al), np.cos(al)])
    axis /= np.linalg.norm(axis)
    side = np.array([0.0, np.cos(al), np.sin(al)])
    m = 12
    angle = bevel * np.linspace(0, 1, m + 1)
    steps = np.cos(angle)[:, None] * axis + np.sin(angle)[:, None] * side
    seg = 4e-3 / m
    curved = np.vstack([np.zeros(3), np.cumsum(seg * 0.5 * (steps[1:] + steps[:-1]), axis=0)])
    tip = np.array([0.0, 0.007 - past_dura_m, 0.0])
    curved += tip - curved[-1]
    straight = curved[0] - axis * np.linspace(length_m - 4e-3, 0, 22, endpoint=False)[:, None]
    return np.vstack([straight, curved])


def route(**changes):
    tunnel = np.array([[-0.05, 0.052, 0.0], [-0.11, 0.04, 0.0], [-0.16, -0.02, 0.0], [-0.15, -0.09, 0.0]])
    pump = np.array([-0.10, -0.135, -0.01])
    normal = np.array([-0.35, -0.94, 0.0])
    normal /= np.linalg.norm(normal)
    data = dict(
        tunnel_m=tunnel,
        outlet_m=pump + np.array([0.0, 0.0, 0.044]),
        outlet_direction=np.array([0.0, 0.0, 1.0]),
        pump_centre_m=pump,
        pump_normal=normal,
        loop_radius_m=0.020,
        coil_radius_m=0.025,
        length_m=0.76,
    )
    return Route(**(data | changes))


def thread(depth_m=0.17, angle_deg=45.0, stylet=None, speed_m_per_s=0.02):
    """Feed `depth_m` past the needle tip; return (state, surroundings, reports)."""
    spec = CATHETERS["ascenda_8780"]
    needle = needle_line(angle_deg)
    around = surroundings(needle)
    state = catheter.open_catheter(spec, needle, 1)
    reports = []
    while catheter.fed_length(state) < 0.085 + depth_m:
        state, report = catheter.feed(state, spec, around, speed_m_per_s / 64, 0.0, stylet, 1 / 64)
        reports.append(report)
    return state, around, reports


def implant(freed, around, sutures=3, substrate="fascia", purse_n=2.0, distance_m=0.010, **changes):
    """Tie, anchor and lay out; return (state, happenings)."""
    spec = CATHETERS["ascenda_8780"]
    state = catheter.tie_purse_string(freed, purse_n)
    if sutures:
        state = catheter.place_anchor(state, distance_m, sutures, substrate)
    return catheter.lay_out(state, spec, around, route(**changes))


@pytest.fixture(scope="session")
def synthetic():
    return SimpleNamespace(
        surroundings=surroundings, needle_line=needle_line, route=route, thread=thread, implant=implant
    )


@pytest.fixture(scope="session")
def threaded():
    return thread()


@pytest.fixture(scope="session")
def freed(threaded):
    state, around, _ = threaded
    return catheter.withdraw_needle(state, CATHETERS["ascenda_8780"], around, True)[0], around


@pytest.fixture(scope="session")
def freed_shallow():
    state, around, _ = thread(depth_m=0.03)
    return catheter.withdraw_needle(state, CATHETERS["ascenda_8780"], around, True)[0], around
