"""Layered closure: which share of a wound's length its stitches hold, in each layer."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from physics.wound.state import FieldState, Incision, Stitch

HELD_M = {"fascia": 0.0075, "fat": 0.0125, "skin": 0.0065}  # [A] to either side of a stitch: spacing 15, 25, 13 mm
BITE_M = 0.006  # [A] half width of a stitch across the wound
BESIDE_M = 0.012  # [A] a stitch further off its wound holds nothing
PIERCE_M = 0.9e-3  # [A] half of a needle of 0.6 mm and of a tube of 1.2 mm
N_SAMPLES = 201  # numerical: every half millimetre of 10 cm

EVIDENCE: tuple[tuple[str, float, str, str, str], ...] = (
    ("wound.held_fascia", HELD_M["fascia"], "m", "A", "assumption: a stitch every 15 mm"),
    ("wound.held_fat", HELD_M["fat"], "m", "A", "assumption: a stitch every 25 mm"),
    ("wound.held_skin", HELD_M["skin"], "m", "A", "assumption: a stitch every 13 mm"),
    ("wound.bite", BITE_M, "m", "A", "assumption"),
    ("wound.beside", BESIDE_M, "m", "A", "assumption"),
    ("wound.pierce", PIERCE_M, "m", "A", "assumption: half a needle and half a tube"),
)


def layers_of(cut: Incision) -> tuple[str, ...]:
    """Return the layers that a wound has to be closed in: fascia only where it was cut."""
    return ("fascia", "fat", "skin") if cut.depth_m > cut.fascia_m else ("fat", "skin")


def along_and_across(cut: Incision, u_m: float, v_m: float) -> tuple[float, float]:
    """Return where a point lies along a wound from its middle, and how far beside it [m]."""
    du, dv = u_m - cut.u_m, v_m - cut.v_m
    c, s = math.cos(cut.angle_rad), math.sin(cut.angle_rad)
    return c * du + s * dv, -s * du + c * dv


def held_share(field: FieldState, cut: Incision, layer: str) -> float:
    """Return the share of a wound's length that stitches of a layer hold, 0..1.

    Notes
    -----
    A wound without any stitch of its own was closed by the macro: whole.
    """
    if not any(stitch.wound == cut.wound for stitch in field.stitches):
        return 1.0
    return _held_share(field.stitches, replace(cut, blood_m3=0.0), layer)


@lru_cache(maxsize=32)
def _held_share(stitches: tuple[Stitch, ...], cut: Incision, layer: str) -> float:
    at = np.linspace(-0.5 * cut.length_m, 0.5 * cut.length_m, N_SAMPLES)
    held = np.zeros(N_SAMPLES, dtype=np.bool_)
    for stitch in stitches:
        along, across = along_and_across(cut, stitch.u_m, stitch.v_m)
        if (stitch.wound, stitch.layer) == (cut.wound, layer) and abs(across) <= BESIDE_M:
            held |= np.abs(at - along) <= HELD_M[layer] + 1e-9
    return float(held.mean())


def closed_share(field: FieldState) -> float:
    """Return the least share that any needed layer of any wound holds; 1 without a wound."""
    return min((held_share(field, cut, layer) for cut in field.incisions for layer in layers_of(cut)), default=1.0)


def needed_stitches(cut: Incision, layer: str) -> tuple[tuple[float, float], ...]:
    """Return where evenly set stitches hold the whole of a layer, (u, v) [m]."""
    n = max(1, math.ceil(cut.length_m / (2.0 * HELD_M[layer]) - 1e-9))
    c, s = math.cos(cut.angle_rad), math.sin(cut.angle_rad)
    at = [cut.length_m * ((k + 0.5) / n - 0.5) for k in range(n)]
    return tuple((cut.u_m + a * c, cut.v_m + a * s) for a in at)


def depth_m(cut: Incision, layer: str) -> float:
    """Return how deep the needle passes in a layer [m]: half way through the fat, just under the skin."""
    if layer == "fascia":
        return cut.fascia_m
    return 0.5 * cut.fascia_m if layer == "fat" else 1.0e-3
