"""Rows that check the pump body against statics and the cause table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import pi, sqrt

import numpy as np

from game.validate.pump_rig import pump_rig
from game.validate.row import ValidationRow, within
from physics import pocket
from physics.catheter import PumpMotion, coil, turn_pump_end
from physics.pocket import fixation, outline, pump_body

STILL = pocket.Life(flexions_per_day=0.0, twiddle_turns_per_day=0.0, rubs_per_day=0.0)


_row = partial(within, "pocket", confidence="A")


def pump_in(clearance_m: float, n_loops: int, substrate: str = "fascia", seed: int = 1) -> pocket.PocketState:
    """Return a pump just closed in a round pocket, its outlet toward the head."""
    state = pocket.dissect(-0.15, 0.02, pump_body.PUMP_RADIUS_M + clearance_m, "subcutaneous", 16e-3)
    state = pocket.place_pump(state, 0.0)
    for loop in range(n_loops):
        state = pocket.suture(state, loop, substrate, seed)
    return pocket.close(state)


def breaking_pull(substrate: str, seed: int) -> tuple[float, float]:
    """Return (strength of the loop, least steady pull that breaks it) [N] for one loop alone.

    The pull acts along the line from the loop through the centre, so nothing turns; floor friction is
    carried by the pull and taken off.
    """
    state = pump_in(30e-3, 1, substrate, seed)
    strength = state.sutures[0].strength_n
    low, high = 0.5, 20.0
    for _ in range(12):
        pull = 0.5 * (low + high)
        _, _, events = pocket.bear(state, pocket.Load("pull", -0.70711 * pull, -0.70711 * pull), STILL)
        low, high = (low, pull) if any(e[0] == "PumpSutureBroke" for e in events) else (pull, high)
    return strength, high - pump_body.FLOOR_FRICTION_N


def slipping_push() -> float:
    """Return the least push that slides a loose pump on the fresh floor [N]."""
    state = pump_in(20e-3, 0)
    low, high = 0.0, 5.0
    for _ in range(16):
        push = 0.5 * (low + high)
        moved, _, _ = pocket.bear(state, pocket.Load("push", 0.0, push), STILL)
        low, high = (low, push) if moved.pump_v_m - state.pump_v_m > 0.1e-3 else (push, high)
    return high


def flipped_share(clearance_m: float, n_loops: int, turns_per_day: float, n: int = 20) -> float:
    """Return the share of patients whose pump flips within 90 days."""
    life = pocket.Life(twiddle_turns_per_day=turns_per_day)
    flips = 0
    for seed in range(n):
        state, _ = pocket.live(pump_in(clearance_m, n_loops, seed=seed), life, 90.0, seed, 0)
        flips += state.is_flipped
    return flips / n


def slide_to_wall(elongation: float = 0.1, clearance_m: float = 10e-3) -> tuple[float, float]:
    """Return (geometry, model): how far a loose pump slides across a longish pocket before its wall [m]."""
    state = pocket.dissect(-0.15, 0.02, pump_body.PUMP_RADIUS_M + clearance_m, "subcutaneous", 16e-3, elongation)
    state = pocket.place_pump(state, 0.0)
    for _ in range(3):
        state, _, _ = pocket.bear(state, pocket.Load("push", 0.0, 4.0), STILL)
    reach = outline.reach_m(state.radius_m, elongation, 0.0, 0.5 * pi)
    return reach - pump_body.PUMP_RADIUS_M, state.pump_v_m - state.v_m


def turned_by_torque(torque_nm: float = 0.1) -> tuple[float, float]:
    """Return (statics, model): turn of a pump on four loops under a torque of its catheter [rad]."""
    state = pump_in(30e-3, 4)
    turned, _, _ = pocket.bear(state, pocket.Load("rest", 0.0, 0.0), replace(STILL, catheter_torque_nm=torque_nm))
    floor = pump_body.grip_n(state) * pump_body.PUMP_RADIUS_M * 2.0 / 3.0
    stiffness = 4.0 * fixation.SUTURE_N_PER_M * pump_body.LOOP_RADIUS_M**2
    return (torque_nm - floor) / stiffness, turned.outlet_angle_rad


def linked(turns: int = 3) -> tuple[float, float]:
    """Return (link gained, turns of the coil gained) by a catheter with slack when its pump turns [turns]."""
    state, spec, around, seat = pump_rig(1)
    state, _ = turn_pump_end(state, spec, around, seat, PumpMotion(seat.normal, 0.0))
    before = coil.twist_turns(state) + coil.pocket_writhe(state, seat)
    state, result = turn_pump_end(state, spec, around, seat, PumpMotion(seat.normal, -2.0 * pi * turns))
    return before - coil.twist_turns(state) - coil.pocket_writhe(state, seat), result.coil_turns


def drawn_straight() -> tuple[float, float]:
    """Return (grip of the tunnel and the pocket, pull on the pump) of a catheter drawn out straight [N]."""
    state, spec, around, seat = pump_rig(0)
    away = PumpMotion(seat.normal, 0.0, np.array([0.05, 0.0, 0.0]))
    state, result = turn_pump_end(state, spec, around, seat, away)
    return float(state.hold_capacity[2:].sum()), -float(result.force_n[0])


def rows() -> list[ValidationRow]:
    """Return the rows of this subsystem."""
    return [*_fixation_rows(), *_flip_rows(), *_coupling_rows()]


def _fixation_rows() -> list[ValidationRow]:
    fascia, fascia_pull = breaking_pull("fascia", 3)
    fat, fat_pull = breaking_pull("fat", 3)
    slide, slide_model = slide_to_wall()
    turn, turn_model = turned_by_torque()
    bite, hold = "strength of the bite, statics", "game_design 3.7"
    floor = pump_body.FLOOR_FRICTION_N
    return [
        _row("break_fascia", "pull that breaks one fascial loop", "N", fascia, fascia_pull, 0.05 * fascia, bite),
        _row("break_fat", "pull that breaks one loop in fat", "N", fat, fat_pull, 0.06 * fat, bite),
        _row("hold_fascia", "strength of a fascial bite", "N", 9.0, fascia, 1.0, hold),
        _row("hold_fat", "strength of a bite in fat", "N", 1.75, fat, 0.25, hold),
        _row("slip", "push that slides a loose pump", "N", floor, slipping_push(), 0.06, "Coulomb friction"),
        _row("slide", "slide of a loose pump across a longish pocket", "m", slide, slide_model, 1e-4, "geometry"),
        _row("torque", "turn on four loops under 0.1 N m", "rad", turn, turn_model, 0.03 * turn, "statics"),
    ]


def _flip_rows() -> list[ValidationRow]:
    cause = "scenarios_content 5, C-FLIP"
    loose, held, good = flipped_share(22e-3, 0, 6.0), flipped_share(10e-3, 2, 6.0), flipped_share(7e-3, 4, 0.2)
    lean = float(np.sin(fixation.pushed_over(0.3, 0.6)))
    return [
        _row("flip_loose", "flipped in 90 days: no loop, 22 mm, 6 turns/day", "1", 1.0, loose, 0.05, cause),
        _row("flip_held", "flipped in 90 days: 2 loops, 10 mm, 6 turns/day", "1", 0.0, held, 0.0, cause),
        _row("flip_good", "flipped in 90 days: 4 loops, 7 mm, ordinary", "1", 0.0, good, 0.0, cause),
        _row("lean", "sine of the lean by half the work of a flip", "1", sqrt(0.5), lean, 1e-9, "U = B sin^2 psi"),
    ]


def _coupling_rows() -> list[ValidationRow]:
    link, turns = linked()
    grip, pull = drawn_straight()
    return [
        _row("link", "link gained by three turns of the pump", "1", 3.0, link, 0.02, "Calugareanu: Lk = Tw + Wr"),
        _row("coil", "turns of coil from one loop of slack, three turns", "1", 3.0, turns, 0.3, "writhe of a flat coil"),
        _row("drawn", "pull of a catheter drawn straight", "N", grip, pull, 0.01 * grip, "Coulomb: grip x length"),
    ]
