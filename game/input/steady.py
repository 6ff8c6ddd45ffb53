"""Steady hand: what the mouse and wheel ask for goes through a two-pole low-pass, so that a tremor is evened out.

The set point is the sum of what was asked, so filtering each wish filters the set point; nothing asked for is lost.
Held keys run at a fixed rate and have no tremor; sticks are filtered by their own dead zone and curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from game.input.hands import Intent
from physics.clock import TICK_S

SMOOTHED = ("wheel", "drag")
LEAST = 1e-3  # notches or pixels: below what any input is rounded to, the rest is handed out whole


class Steady:
    """Two equal low-passes in a row for each kind of wish."""

    def __init__(self) -> None:
        self._inside: dict[tuple[object, ...], tuple[Intent, list[float]]] = {}

    def smoothed(self, intents: Sequence[Intent], steady_ms: float) -> list[Intent]:
        """Return the intents of one tick, those of wheel and drags spread over time.

        Parameters
        ----------
        intents : sequence of Intent
            What was asked in this tick.
        steady_ms : float
            Time constant of the two poles together [ms], 0..120; 0 lets everything through at once.
        """
        out = []
        for intent in intents:
            if intent.kind not in SMOOTHED or (steady_ms <= 0.0 and not self._inside):
                out.append(intent)
                continue
            key = (intent.address, intent.kind, intent.text, intent.is_fine)
            _, kept = self._inside.get(key, (intent, [0.0, 0.0, 0.0, 0.0]))
            self._inside[key] = (intent, [kept[0] + intent.amount, kept[1], kept[2] + intent.other, kept[3]])
        share = 1.0 - math.exp(-TICK_S / (steady_ms * 0.5e-3)) if steady_ms > 0.0 else 1.0
        for key, (intent, kept) in list(self._inside.items()):
            amount, other = _through(kept, 0, share), _through(kept, 2, share)
            if sum(map(abs, kept)) < LEAST:
                amount, other = amount + kept[0] + kept[1], other + kept[2] + kept[3]
                del self._inside[key]
            if amount or other:
                out.append(replace(intent, amount=amount, other=other))
        return out


def _through(kept: list[float], at: int, share: float) -> float:
    """Move one tick's share from the first pole to the second and out; return what comes out."""
    moved = kept[at] * share
    kept[at] -= moved
    kept[at + 1] += moved
    out = kept[at + 1] * share
    kept[at + 1] -= out
    return out
