"""The volumes of a refill as the room knows them, and what proves that the needle is in."""

from __future__ import annotations

from dataclasses import dataclass, field

from game.hud.models import number
from game.input.intent import Hands
from game.instruments import syringe
from physics.observation import Observation


@dataclass(frozen=True, slots=True)
class Account:
    """The volume account of a refill [mL]."""

    expected_ml: float | None
    drawn_ml: float | None
    in_pump_ml: float
    allowed_ml: float
    capacity_ml: float
    rows: tuple[tuple[str, str, str], ...] = field(default=())


def account(hands: Hands, obs: Observation) -> Account:
    """Return expected, drawn and in-pump volumes as the room knows them: said, read off, counted."""
    expected = hands.values["calc.expected"]
    drawn = obs.refill.drawn_m3 * 1e6
    capacity = obs.pump.capacity_m3 * 1e6 or 20.0
    allowed = 0.145 * max(capacity - expected, 0.0)  # label accuracy +-14.5 %, device_and_procedure 1 (S01)
    left = max((expected or drawn) - drawn, 0.0)
    now = left + obs.refill.injected_m3 * 1e6
    rows = (("Said before puncture", number(expected) if expected else "not said", "mL" if expected else ""),
            ("Drawn out", number(drawn), "mL"), ("Put in", number(obs.refill.injected_m3 * 1e6), "mL"),
            ("Allowed by label, ±14.5 %", number(allowed), "mL"))  # fmt: skip
    return Account(expected or None, drawn if drawn > 0.05 else None, now, max(allowed, 0.5), capacity, rows)


def proofs(hands: Hands, obs: Observation) -> list[tuple[str, str, str]]:
    """Return (state kind, words, note): the proof that the needle is in, only from acts done."""
    r = obs.refill
    out = []
    if r.feel == "hard stop":
        out.append(("ok", f"Metal stop felt at {r.depth_m * 1e3:.0f} mm", "template 15 to 25"))
    elif r.is_placed and r.depth_m < 5e-4 and r.injected_m3 > 0.0:
        out.append(("info", "Needle is out", ""))
    elif r.is_placed:
        out.append(("todo", "No metal stop felt yet", f"{r.depth_m * 1e3:.0f} mm deep"))
    if r.aspirate in ("clear", "bubbles", "straw"):
        kind = "ok" if r.aspirate == "clear" else "warn"
        out.append((kind, f"Aspirate {r.aspirate}", f"{r.drawn_m3 * 1e6:.1f} mL so far"))
    if r.injected_m3 > 0:
        if syringe.is_recheck_due(r.since_recheck_m3):
            out.append(("warn", "Re-aspirate due", f"{r.since_recheck_m3 * 1e6:.1f} mL since last"))
        else:
            out.append(("ok", "Re-aspirated", f"{r.since_recheck_m3 * 1e6:.1f} mL ago"))
        fast = r.max_rate_m3_per_s * 1e6 > syringe.RATE_LIMIT_ML_PER_S * 1.08
        out.append(("warn" if fast else "ok", f"Fastest {r.max_rate_m3_per_s * 1e6:.2f} mL/s", "limit 0.33"))
    if r.skin_lift_m > 1e-3:
        out.append(("warn", f"Skin stands up {r.skin_lift_m * 1e3:.0f} mm", "look and ask"))
    return out or [("todo", "Nothing proven yet", "stop, aspirate, test")]
