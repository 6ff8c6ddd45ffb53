"""The patient monitor: waveforms synthesised from the vital signs, the same picture for the same time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
SWEEP_S = 6.0  # tuned: seconds across one trace

LIMITS: dict[str, tuple[float, float]] = {  # tuned: adult alarm limits, shown as words beside each number
    "hr": (50.0, 120.0), "spo2": (92.0, 100.5), "rr": (10.0, 30.0), "etco2": (30.0, 50.0), "sys": (90.0, 160.0),
    "temp": (35.5, 38.0), "gcs": (14.5, 15.1),
}  # fmt: skip


def _bump(phase: FloatArray, centre: float, width: float) -> FloatArray:
    return np.asarray(np.exp(-(((phase - centre) / width) ** 2)))


def _clock(time_s: float, n: int) -> tuple[FloatArray, float]:
    """Return sample times of the sweep that ends now and the share of the sweep that is drawn."""
    share = (time_s % SWEEP_S) / SWEEP_S
    start = time_s - share * SWEEP_S
    at = start + np.linspace(0, SWEEP_S, n)
    return np.where(at <= time_s, at, at - SWEEP_S), share


def ecg(time_s: float, rate_per_min: float, n: int = 260) -> tuple[FloatArray, float]:
    """Return one sweep of lead II in 0..1 and the sweep position."""
    at, share = _clock(time_s, n)
    phase = (at * max(rate_per_min, 1.0) / 60.0) % 1.0
    wave = 0.12 * _bump(phase, 0.16, 0.03) - 0.10 * _bump(phase, 0.245, 0.010) + 0.85 * _bump(phase, 0.27, 0.012)
    wave += -0.18 * _bump(phase, 0.295, 0.012) + 0.20 * _bump(phase, 0.50, 0.05)
    return np.clip(0.22 + 0.8 * wave, 0, 1), share


def pleth(time_s: float, rate_per_min: float, spo2_percent: float, n: int = 220) -> tuple[FloatArray, float]:
    """Return one sweep of the pulse wave in 0..1; low saturation flattens it."""
    at, share = _clock(time_s, n)
    phase = (at * max(rate_per_min, 1.0) / 60.0 - 0.25) % 1.0
    size = np.clip((spo2_percent - 60.0) / 38.0, 0.25, 1.0)
    return 0.1 + size * (0.72 * _bump(phase, 0.22, 0.11) + 0.30 * _bump(phase, 0.48, 0.11)), share


def respiration(time_s: float, rate_per_min: float, n: int = 200) -> tuple[FloatArray, float]:
    """Return one sweep of chest movement in 0..1; flat in apnoea."""
    at, share = _clock(time_s, n)
    if rate_per_min < 1.0:
        return np.full(n, 0.12), share
    return 0.5 - 0.38 * np.cos(2 * np.pi * at * rate_per_min / 60.0), share


def capnogram(time_s: float, rate_per_min: float, etco2_mmhg: float, n: int = 240) -> tuple[FloatArray, float]:
    """Return one sweep of CO2 in 0..1 (1 = 80 mmHg)."""
    at, share = _clock(time_s, n)
    if rate_per_min < 1.0:
        return np.full(n, 0.02), share
    phase = (at * rate_per_min / 60.0) % 1.0
    plateau = 1 / (1 + np.exp(-(phase - 0.30) / 0.02)) * 1 / (1 + np.exp((phase - 0.68) / 0.015))
    return np.clip(etco2_mmhg / 80.0 * plateau * (0.9 + 0.15 * phase), 0, 1), share


def limit_state(key: str, value: float) -> tuple[str, str]:
    """Return (state kind, words) of a value against its limits."""
    low, high = LIMITS[key]
    if value < low:
        return ("alarm" if value < low - 0.12 * abs(low) else "warn"), f"above {low:g}: low"
    if value > high:
        return ("alarm" if value > high + 0.25 * abs(high) else "warn"), f"below {high:g}: high"
    return "ok", ""
