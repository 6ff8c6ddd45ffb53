"""The drug in the line: exact in mass, the same by ticks and by days."""

from __future__ import annotations

import numpy as np
import pytest

from physics.pump import line

FLOW = 0.2e-6 / 86400.0


def filled(concentration=0.5):
    return line.new_line(0.140e-6, 0.92, concentration, concentration)


def balance(before, after, out):
    return line.content_kg(before) + out.pumped_kg - out.tip_kg - out.leak_kg - line.content_kg(after)


@pytest.mark.parametrize("dt", [1 / 64, 60.0, 3600.0, 86400.0])
def test_mass_is_exact_for_steps_of_a_tick_to_a_day(dt):
    state = line.new_line(0.140e-6, 0.92)
    after, out = line.advance(state, FLOW * dt, 2.0, FLOW * dt)
    assert abs(balance(state, after, out)) <= 1e-15 * 2.0 * 0.342e-6


def test_a_day_at_once_equals_a_day_in_minutes():
    whole, out = line.advance(line.new_line(0.140e-6, 0.92), FLOW * 86400, 0.5, FLOW * 86400)
    parts, total = line.new_line(0.140e-6, 0.92), 0.0
    for _ in range(1440):
        parts, piece = line.advance(parts, FLOW * 60, 0.5, FLOW * 60)
        total += piece.tip_kg
    assert np.allclose(whole.drug_kg, parts.drug_kg, rtol=1e-10, atol=0)
    assert total == pytest.approx(out.tip_kg, rel=1e-9)


def front(flow_m3_per_s):
    """Mean and second moment of the arrival of a step, over the line's volume."""
    state, n = line.new_line(0.140e-6, 0.92), 1500
    dv = 3.0 * line.volume_m3(state) / n
    arrived = np.empty(n)
    for i in range(n):
        state, out = line.advance(state, dv, 1.0, dv, dt_s=dv / flow_m3_per_s)
        arrived[i] = out.tip_kg / dv
    volumes = (np.arange(n) + 0.5) * dv / line.volume_m3(state)
    density = np.diff(arrived, prepend=0.0)
    mean = float(density @ volumes)
    return mean, float(np.sqrt(density @ (volumes - mean) ** 2))


@pytest.mark.parametrize("ml_per_day", [0.05, 0.6, 24.0])
def test_the_front_spreads_by_the_cells_and_by_taylors_law(ml_per_day):
    # Closed form for a row of pipes, D = a^2 v^2 / (48 D_m): sigma^2 = 2 / Pe = sum of (V_i / V)^2 Q / (24 pi D_m L_i),
    # less Danckwerts' correction for closed ends, 2 / Pe^2 (1 - exp(-Pe)); the cells add 1 / N.
    flow = ml_per_day * 1e-6 / 86400.0
    taylor = sum(
        (v / 0.3424) ** 2 * flow / (24.0 * np.pi * line.DIFFUSIVITY_M2_PER_S * length)
        for v, length in ((0.140, line.TUBING_LENGTH_M), (0.2024, 0.92))
    )
    peclet = 2.0 / (line.MIXING * taylor)
    closed = 2.0 / peclet - 2.0 / peclet**2 * -np.expm1(-peclet)
    mean, sigma = front(flow)
    assert mean == pytest.approx(1.0, abs=0.01)
    assert sigma == pytest.approx((1.0 / line.N_CELLS + closed) ** 0.5, rel=0.02)


def test_priming_a_full_line_pushes_its_content_out():
    # 0.202 mL at 2000 ug/mL: 404 ug (scenarios_content fact 8).
    state = line.new_line(0.140e-6, 0.92, 2.0, 2.0)
    _, out = line.advance(state, 0.2024e-6, 2.0, 0.2024e-6)
    assert out.tip_kg == pytest.approx(404e-9, rel=0.005)


def test_water_in_the_tubing_of_a_full_catheter_makes_a_gap():
    state = line.new_line(0.140e-6, 0.92, 0.0, 2.0)
    first, out = line.advance(state, 0.140e-6, 2.0, 0.140e-6)
    assert 0.80 * 280e-9 < out.tip_kg <= 280e-9  # 0.140 mL x 2000 ug/mL comes first, blurred
    _, gap = line.advance(first, 0.140e-6, 2.0, 0.140e-6)
    assert gap.tip_kg < 0.6 * 280e-9


def test_back_flow_at_a_disconnection_empties_the_catheter_into_the_pocket():
    state = filled()
    at = line.leak_cell(state, 0.0)
    after, out = line.advance(state, 0.0, 0.5, -2e-6, 2e-6, at)
    assert abs(balance(state, after, out)) < 1e-20
    assert out.leak_kg == pytest.approx(0.2024e-6 * 0.5, rel=0.01)
    assert after.drug_kg[after.n_tubing :].max() < 1e-9 * state.drug_kg.max()
    assert np.allclose(after.drug_kg[: after.n_tubing], state.drug_kg[: after.n_tubing], rtol=1e-12, atol=0)


def test_leak_takes_its_share_of_drug():
    state = filled()
    after, out = line.advance(state, 1e-6, 0.5, 0.4e-6, 0.6e-6, line.leak_cell(state, 0.4))
    assert abs(balance(state, after, out)) < 1e-20
    assert out.leak_kg == pytest.approx(0.6e-6 * 0.5, rel=1e-6)
    assert out.tip_kg == pytest.approx(0.4e-6 * 0.5, rel=1e-6)


def test_shut_line_keeps_what_was_pumped_into_it():
    state = filled()
    after, out = line.advance(state, 1e-8, 0.5, 0.0)
    assert out.tip_kg == pytest.approx(0.0, abs=1e-25)
    assert line.content_kg(after) == pytest.approx(line.content_kg(state) + 1e-8 * 0.5)
    assert after.stored_m3 == pytest.approx(1e-8)


def test_nothing_moves_without_flow():
    state = filled()
    after, out = line.advance(state, 0.0, 0.5, 0.0)
    assert np.array_equal(after.drug_kg, state.drug_kg)
    assert out.tip_kg == 0.0
