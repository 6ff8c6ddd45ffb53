"""A syringe at the access port or on the open catheter."""

from __future__ import annotations

import numpy as np
import pytest
from physics import hydraulics

N = 90
HAND_PA = -80e3
LINE_M3 = 0.9 * np.pi / 4 * 0.53e-3**2


def parts(tip=None, patency=None, seat=1.0, defects=(), csf=1471.0):
    pipe = hydraulics.Tube(np.full(N, 0.9 / N), np.ones(N) if patency is None else patency, 0.53e-3, 1.2e-3)
    leaks, severed = hydraulics.defect_openings(pipe, defects)
    openings = (
        *hydraulics.connector_openings(seat), *leaks, *hydraulics.tip_openings(pipe, tip or hydraulics.Tip())
    )  # fmt: skip
    return hydraulics.build_network(pipe, openings, hydraulics.surroundings(csf), 0.0, severed), pipe


def kinked(area):
    patency = np.ones(N)
    patency[45] = area
    return patency


def test_a_sound_line_gives_csf_once_its_own_content_is_out():
    network, pipe = parts()
    little = hydraulics.use_syringe(network, pipe, HAND_PA, 0.5 * LINE_M3)
    more = hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6)
    assert little.brings == "line"
    assert more.brings == "csf"
    assert more.volume_m3 == pytest.approx(2e-6, rel=1e-3)
    assert 5.0 < more.time_s < 60.0  # practice: 1-3 mL over 1-2 min


def test_what_is_drawn_came_from_the_sac_or_out_of_the_walls():
    network, pipe = parts()
    draw = hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6)
    from_walls = draw.volume_m3 - dict(draw.from_m3)["csf"]
    assert 0.0 < from_walls < 1.2e-13 * 85e3


def test_half_the_suction_takes_twice_the_time():
    network, pipe = parts(csf=0.0)
    times = [hydraulics.use_syringe(network, pipe, p, 2e-6).time_s for p in (-20e3, -40e3)]
    assert times[0] / times[1] == pytest.approx(2.0, rel=0.02)


def test_a_partial_kink_is_not_aspirable_though_it_is_silent():
    network, pipe = parts(patency=kinked(0.02))
    assert not hydraulics.is_aspirable(network)
    assert hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6).brings == "nothing"
    assert hydraulics.is_aspirable(parts()[0])


@pytest.mark.parametrize("space", ["epidural", "subdural", "tissue"])
def test_outside_csf_nothing_comes(space):
    network, pipe = parts(hydraulics.Tip(space))
    assert not hydraulics.is_aspirable(network)
    assert hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6).brings == "nothing"


def test_flaps_on_cord_and_wall_let_in_but_not_out():
    network, pipe = parts(hydraulics.Tip(covered=1.0))
    out = hydraulics.use_syringe(network, pipe, 30e3, 1e-6, longest_s=600.0)
    back = hydraulics.use_syringe(network, pipe, -30e3, 1e-6, longest_s=600.0)
    assert out.brings == "injected"
    assert back.time_s > 3.0 * out.time_s


def test_a_loose_connector_brings_what_the_pocket_holds():
    network, pipe = parts(seat=0.0)
    pocket = hydraulics.surroundings(1471.0, (1400.0, 0.0, 0.0, 0.0))
    filled = hydraulics.build_network(pipe, network.openings, pocket)
    assert hydraulics.use_syringe(filled, pipe, HAND_PA, 2e-6).brings == "fluid"
    assert not hydraulics.is_aspirable(filled)


def test_an_end_in_the_open_brings_air():
    network, pipe = parts(hydraulics.Tip("air"))
    assert hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6, is_open_end=True).brings == "air"


def test_a_break_near_the_pump_hides_the_csf_behind_it():
    network, pipe = parts(defects=(hydraulics.Defect(0.2, 0.0, 1.0),))
    assert hydraulics.use_syringe(network, pipe, HAND_PA, 2e-6).brings != "csf"


def test_the_open_catheter_drips_under_csf_pressure_alone():
    network, _ = parts()
    free = hydraulics.with_syringe(network, 0.0, is_open_end=True)
    flows = hydraulics.solve(free, hydraulics.PumpSource(0.0), hydraulics.STEADY_S)
    drop_m3 = 0.05e-6
    assert 5.0 < drop_m3 / float(flows.opening_m3_per_s[0]) < 120.0  # "drops within 1-2 min" [I31]


def test_injection_pushes_the_content_of_the_line_ahead():
    network, pipe = parts()
    push = hydraulics.use_syringe(network, pipe, 50e3, LINE_M3)
    assert dict(push.from_m3)["csf"] == pytest.approx(-LINE_M3, rel=0.05)
