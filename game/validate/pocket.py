"""Rows that check the pump body against statics and the cause table."""

from __future__ import annotations

from functools import partial

from game.validate.row import ValidationRow, within
from physics import pocket
from physics.pocket import pump_body

STILL = pocket.Life(flexions_per_day=0.0, twiddle_turns_per_day=0.0)


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


def rows() -> list[ValidationRow]:
    """Return the rows of this subsystem."""
    fascia, fascia_pull = breaking_pull("fascia", 3)
    fat, fat_pull = breaking_pull("fat", 3)
    cause = "scenarios_content 5, C-FLIP"
    return [
        _row(
            "break_fascia",
            "pull that breaks one fascial loop",
            "N",
            fascia,
            fascia_pull,
            0.05 * fascia,
            "strength of the bite, statics",
        ),
        _row(
            "break_fat",
            "pull that breaks one loop in fat",
            "N",
            fat,
            fat_pull,
            0.06 * fat,
            "strength of the bite, statics",
        ),
        _row("hold_fascia", "strength of a fascial bite", "N", 9.0, fascia, 1.0, "game_design 3.7"),
        _row("hold_fat", "strength of a bite in fat", "N", 1.75, fat, 0.25, "game_design 3.7"),
        _row(
            "slip",
            "push that slides a loose pump",
            "N",
            pump_body.FLOOR_FRICTION_N,
            slipping_push(),
            0.06,
            "Coulomb friction",
        ),
        _row(
            "flip_loose",
            "flipped in 90 days: no loop, 22 mm, 6 turns/day",
            "1",
            1.0,
            flipped_share(22e-3, 0, 6.0),
            0.05,
            cause,
        ),
        _row(
            "flip_held",
            "flipped in 90 days: 2 loops, 10 mm, 6 turns/day",
            "1",
            0.0,
            flipped_share(10e-3, 2, 6.0),
            0.0,
            cause,
        ),
        _row(
            "flip_good",
            "flipped in 90 days: 4 loops, 7 mm, ordinary",
            "1",
            0.0,
            flipped_share(7e-3, 4, 0.2),
            0.0,
            cause,
        ),
    ]
