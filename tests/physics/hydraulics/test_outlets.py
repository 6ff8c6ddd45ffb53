"""Where a line opens: tip holes and their surroundings, damage to the wall."""

from __future__ import annotations

import numpy as np
import pytest
from physics import hydraulics
from physics.hydraulics.outlets import CONNECTOR_APART, SIDE_HOLES

ML_PER_DAY = 1e-6 / 86400.0
N = 90


def tube():
    return hydraulics.Tube(np.full(N, 0.9 / N), np.ones(N), 0.53e-3, 1.2e-3)


def line(tip=None, defects=(), seat=1.0, csf=1471.0):
    pipe = tube()
    leaks, severed = hydraulics.defect_openings(pipe, defects)
    openings = (
        *hydraulics.connector_openings(seat), *leaks, *hydraulics.tip_openings(pipe, tip or hydraulics.Tip())
    )  # fmt: skip
    return hydraulics.build_network(pipe, openings, hydraulics.surroundings(csf), 0.0, severed)


def day(network, flow=0.5):
    return hydraulics.solve(network, hydraulics.PumpSource(flow * ML_PER_DAY), 86400.0)


def into(network, flows, name):
    return sum(float(v) for v, o in zip(flows.opening_m3, network.openings, strict=True) if o.space == name)


def test_an_unharmed_tip_has_six_holes_in_csf():
    openings = hydraulics.tip_openings(tube(), hydraulics.Tip())
    assert len(openings) == SIDE_HOLES
    assert {o.space for o in openings} == {"csf"}
    assert all(o.is_tip for o in openings)


@pytest.mark.parametrize("space", ["epidural", "subdural", "tissue"])
def test_a_tip_outside_csf_takes_the_whole_dose_without_stopping_the_pump(space):
    network = line(hydraulics.Tip(space))
    flows = day(network)
    assert into(network, flows, space) == pytest.approx(0.5e-6, rel=1e-3)
    assert not flows.is_stalled
    assert flows.pressures_pa[0] < 10e3  # silent at basal rate


def test_with_holes_on_both_sides_of_the_dura_csf_runs_out_and_takes_the_drug_along():
    network = line(hydraulics.Tip(share=0.5))
    flows = day(network)
    assert into(network, flows, "epidural") > 0.5e-6  # all the pump gives, and CSF with it
    assert into(network, flows, "csf") < 0.0


def test_fibrin_on_five_of_six_holes_is_silent_and_on_all_of_them_stalls():
    five = day(line(hydraulics.Tip(occlusion=(0.0, 1.0, 1.0, 1.0, 1.0, 1.0))))
    assert five.tip_m3 == pytest.approx(0.5e-6, rel=1e-3)
    shut = day(line(hydraulics.Tip(occlusion=1.0)))
    assert shut.tip_m3 == 0.0
    assert shut.is_stalled


def test_fibrin_raises_the_pressure_with_its_share():
    drops = [day(line(hydraulics.Tip(occlusion=share)), 24.0).pressures_pa[-1] for share in (0.0, 0.5, 0.9)]
    assert drops[0] < drops[1] < drops[2]


def test_a_hole_in_the_sac_still_delivers_into_csf():
    network = line(defects=(hydraulics.Defect(0.85, 0.3e-3, 0.0, "csf"),))
    assert into(network, day(network), "csf") == pytest.approx(0.5e-6, rel=1e-6)


def test_a_puncture_in_the_tunnel_loses_the_dose_to_tissue():
    network = line(defects=(hydraulics.Defect(0.3, 0.7e-3),))
    flows = day(network)
    assert into(network, flows, "tissue") > 0.5e-6
    assert flows.tip_m3 < 0.0  # CSF comes back


def test_a_pinhole_leaks_in_proportion_to_conductances_and_not_to_its_size_alone():
    small = day(line(defects=(hydraulics.Defect(0.3, 5e-6),), csf=0.0))
    assert 0.0 < small.leak_m3 < 0.05 * small.pump_m3


def test_a_severed_catheter_passes_nothing_on():
    network = line(defects=(hydraulics.Defect(0.4, 0.0, 1.0),))
    flows = day(network)
    first = float(flows.opening_m3[0])
    assert first == pytest.approx(0.5e-6, rel=1e-3)  # the pump's stump
    assert float(flows.opening_m3[1]) == pytest.approx(-flows.tip_m3, rel=1e-3)  # the other bleeds CSF


def test_a_crack_leaks_less_than_a_break():
    crack = day(line(defects=(hydraulics.Defect(0.4, 0.0, 0.02),), csf=0.0))
    broken = day(line(defects=(hydraulics.Defect(0.4, 0.0, 1.0),), csf=0.0))
    assert crack.leak_m3 < broken.leak_m3


@pytest.mark.parametrize("share", [5e-324, 1e-300, 1e-12])
def test_a_hole_that_hardly_exists_may_be_covered(share):
    for covered in (0.5, 1.0):
        openings = hydraulics.tip_openings(tube(), hydraulics.Tip(share=share, covered=covered))
        assert all(0.0 < o.conductance < np.inf and 0.0 <= o.inward_share <= 1.0 for o in openings)


def test_a_covered_hole_lets_out_but_hardly_in():
    openings = hydraulics.tip_openings(tube(), hydraulics.Tip(covered=1.0))
    assert all(o.inward_share < 0.05 for o in openings)
    assert day(line(hydraulics.Tip(covered=1.0))).tip_m3 == pytest.approx(0.5e-6, rel=1e-6)


def test_a_sheared_tip_is_one_open_end():
    (end,) = hydraulics.tip_openings(tube(), hydraulics.Tip(is_cut=True))
    assert end.conductance > hydraulics.tip_openings(tube(), hydraulics.Tip())[0].conductance
    assert hydraulics.connector_leak(0.0) == CONNECTOR_APART


def test_a_tip_opens_where_its_own_holes_are():
    sparse = hydraulics.tip_openings(tube(), hydraulics.Tip(holes_m=(4e-3, 9e-3), hole_diameter_m=0.5e-3))
    assert [round(tube().length_m - opening.arc_m, 9) for opening in sparse] == [4e-3, 9e-3]
    usual = hydraulics.tip_openings(tube(), hydraulics.Tip())
    assert sparse[0].conductance > usual[0].conductance
    through = hydraulics.tip_openings(tube(), hydraulics.Tip(holes_m=(0.0, 2e-3)))  # an end that is open
    assert through[0].conductance == pytest.approx(hydraulics.tip_openings(tube(), hydraulics.Tip(is_cut=True))[0].conductance)
    for bad in ({"holes_m": ()}, {"holes_m": (-1e-3,)}, {"hole_diameter_m": 0.0}, {"occlusion": (0.0, 0.0), "holes_m": (1e-3,)}):
        with pytest.raises(ValueError, match=next(iter(bad)).split("_m")[0]):
            hydraulics.Tip(**bad)
