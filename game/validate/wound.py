"""Rows that check the operating field: published rates of chance, closed forms of paint, blood and heat."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from game.validate.row import ValidationRow, within
from physics.wound import Bleeder, FieldState, Table, biology, bleeding, closure, skin_prep, sweeping, table
from physics.wound.biology import Closing
from physics.wound.state import CELL_M, Incision, Stitch, unpainted

_row = partial(within, "wound", confidence="A")
N_SEEDS = 4000


def drawn_share(at: Closing) -> tuple[float, float, float]:
    """Return (share of seeds with an infection, its standard error, median day) of one closure."""
    chances = [biology.drawn(at, seed, 1)[0] for seed in range(N_SEEDS)]
    share = sum(chance.has_come for chance in chances) / N_SEEDS
    p = chances[0].probability
    return share, math.sqrt(p * (1.0 - p) / N_SEEDS), float(np.median([chance.day for chance in chances]))


def painted_m2(length_m: float) -> float:
    """Return the skin that one stroke paints [m2]."""
    prep = skin_prep.stroked(unpainted(), (-0.5 * length_m, 0.052), (0.5 * length_m, 0.052), "chlorhexidine", 0.0)
    return float(np.count_nonzero(prep.dry_at_s)) * CELL_M**2


def lost_m3(span_s: float, n_steps: int) -> float:
    """Return the blood of one small vessel over a span, followed in steps [m3]."""
    cut = Incision("pocket", 0.0, 0.0, 0.1, 0.0, 0.017, "fat", 0.016, 0.0)
    field = FieldState(incisions=(cut,), bleeders=(Bleeder("pocket", 0.0, 0.0, 0.017, 1e-8, False, 0.0),))
    for k in range(n_steps):
        field = bleeding.followed(field, span_s * (k + 1) / n_steps)
    return field.bled_m3


def held_by(n: int) -> float:
    """Return the share of a 100 mm wound whose skin n even stitches hold."""
    cut = Incision("pocket", 0.0, 0.0, 0.1, 0.0, 0.016, "fat", 0.016, 0.0)
    places = tuple(Stitch("pocket", "skin", 0.1 * ((k + 0.5) / n - 0.5), 0.0) for k in range(n))
    return closure.held_share(FieldState(incisions=(cut,), stitches=places), cut, "skin")


def rows() -> list[ValidationRow]:
    """Return the rows of the operating field."""
    with_drug, error_with, day = drawn_share(Closing())
    without, error_without, _ = drawn_share(Closing(antibiotic_before_s=None))
    child, error_child, _ = drawn_share(Closing(is_child=True))
    sponge, length = skin_prep.SPONGE_M, 0.2
    clot = bleeding.CLOT_S
    found = sweeping.outline(sweeping.disc(0.0, 0.0, 0.05, 0.016, "subcutaneous"))
    radius = found.radius_m if found is not None else 0.0
    return [
        _row("infection.adult", "infected adults, antibiotic in time", "1", 0.05, with_drug, 3.5 * error_with, "S89 S98", confidence="H"),
        _row("infection.no_antibiotic", "infected adults, no antibiotic", "1", 0.19, without, 3.5 * error_without, "S89", confidence="H"),
        _row("infection.child", "infected children, per procedure", "1", 0.069, child, 3.5 * error_child, "S29", confidence="H"),
        _row("infection.day", "median day on which an infection shows", "d", 14.0, day, 1.0, "S98", confidence="H"),
        _row("prep.stroke", "skin painted by a stroke of 200 mm", "cm2", 1e4 * (sponge * length + 0.25 * math.pi * sponge**2),
             1e4 * painted_m2(length), 10.0, "closed form: capsule"),
        _row("blood.clots", "blood of a vessel of 0.6 mL/min in 10 min, in 37 steps", "mL", 1e6 * 1e-8 * clot * (1.0 - math.exp(-600.0 / clot)),
             1e6 * lost_m3(600.0, 37), 1e-9, "closed form"),
        _row("table.warm", "pump after 10 min in a bath of 40 C", "C", 40.0 - 20.0 * math.exp(-600.0 / table.WARM_S),
             table.temperature_c(table.warmed(Table(), 40.0, 0.0), 600.0), 1e-9, "closed form"),
        _row("pocket.swept", "mean reach of a floor parted as a disc of 50 mm", "mm", 50.0, 1e3 * radius, 1.0, "closed form"),
        _row("close.even", "share of a wound of 100 mm held by 5 skin stitches", "1", 0.65, held_by(5), 0.03, "closed form: 5 x 13 mm"),
    ]  # fmt: skip
