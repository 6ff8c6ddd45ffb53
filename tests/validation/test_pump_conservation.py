"""Volume and drug are conserved whatever the hands do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from physics.pump import line, needle_path, refill, spec

PUMP = spec.PUMPS["8637-20"]
SITE = needle_path.RefillSite(0.0, 0.0, 16e-3)
volumes = st.floats(0.0, 2e-6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pumped=volumes, tip=st.floats(-2e-6, 2e-6), leak=volumes, where=st.floats(0.0, 0.9), c=st.floats(0.0, 4.0))
def test_line_keeps_every_microgram(pumped, tip, leak, where, c):
    start = line.new_line(PUMP.tubing_m3, 0.92, 0.5, 2.0)
    after, out = line.advance(start, pumped, c, tip, leak, line.leak_cell(start, where))
    held = line.content_kg(start) + out.pumped_kg
    assert abs(held - out.tip_kg - out.leak_kg - line.content_kg(after)) <= 1e-14 * held
    assert after.drug_kg.min() >= 0.0
    assert out.leak_kg >= 0.0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    u=st.floats(-0.05, 0.05), depth=st.floats(0.0, 0.03), pressure=st.floats(-90e3, 200e3),
    reservoir=st.floats(0.1e-6, 21e-6), syringe=st.floats(0.0, 20e-6), pocket=st.floats(0.0, 10e-6),
)  # fmt: skip
def test_refill_keeps_every_drop(u, depth, pressure, reservoir, syringe, pocket):
    state = refill.place(refill.RefillState(), u, 0.0, 0.0, 0.0, 3)
    state = refill.RefillState(
        is_placed=True, u_m=u, depth_m=depth, deepest_m=depth, set_m=depth, straw_m3=state.straw_m3
    )
    held = refill.Stores(syringe, 2.0 * syringe, 20e-6, "drug", reservoir, 0.5 * reservoir, pocket, 0.1 * pocket)
    volume = syringe + reservoir + pocket
    drug = 2.0 * syringe + 0.5 * reservoir + 0.1 * pocket
    for _ in range(20):
        state, held, _ = refill.move_plunger(state, SITE, held, PUMP, pressure, 1.6e-11, 1.0)
    assert abs(held.syringe_m3 + held.reservoir_m3 + held.pocket_m3 + held.tissue_m3 - volume) <= 1e-13 * volume
    assert abs(held.syringe_kg + held.reservoir_kg + held.pocket_kg + held.tissue_kg - drug) <= 1e-13 * drug
    assert min(held.syringe_m3, held.reservoir_m3, held.pocket_m3, held.tissue_m3) >= 0.0
    assert min(held.syringe_kg, held.reservoir_kg, held.pocket_kg, held.tissue_kg) >= -1e-20
