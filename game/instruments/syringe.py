"""The syringe in hand: what its scale and the hand can tell."""

from __future__ import annotations

RATE_LIMIT_ML_PER_S = 1.0 / 3.0  # device_and_procedure R12: no faster than 1 mL in 3 s
RECHECK_ML = 5.0  # device_and_procedure R12: re-aspirate at least every 5 mL


def push_words(pressure_pa: float, flow_m3_per_s: float) -> str:
    """Return what the thumb feels, from pressure and flow only."""
    kpa, ml_s = pressure_pa / 1e3, flow_m3_per_s * 1e6
    if abs(kpa) < 0.5 and abs(ml_s) < 0.005:
        return "At rest"
    if ml_s < -0.005:
        return "Comes back freely" if kpa > -20 else "Comes back slowly"
    if kpa < -20 and abs(ml_s) < 0.005:
        return "Sucks, nothing comes"
    if ml_s < 0.01:
        return "Hard, nothing moves"
    if kpa < 12:
        return "Very light push"
    return "Light, even push" if kpa < 40 else ("Firm push" if kpa < 90 else "Heavy, tight push")


def rate_state(flow_m3_per_s: float) -> str:
    """Return the state word of the filling speed."""
    return "warn" if abs(flow_m3_per_s) * 1e6 > RATE_LIMIT_ML_PER_S * 1.08 else "ok"


def is_recheck_due(since_recheck_m3: float) -> bool:
    """Return whether re-aspiration is due."""
    return since_recheck_m3 * 1e6 >= RECHECK_ML - 2.0


PORT_WORDS = {
    "nothing": "Nothing comes", "line": "Only what the line held comes", "csf": "Clear fluid comes", "air": "Air comes",
    "fluid": "Fluid comes", "injected": "Goes in",
}  # fmt: skip


def port_words(brings: str, volume_m3: float, time_s: float) -> str:
    """Return what a syringe at the access port shows to anyone."""
    return f"{PORT_WORDS[brings]}: {abs(volume_m3) * 1e6:.1f} mL in {time_s:.0f} s"
