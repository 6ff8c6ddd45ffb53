"""Waves of every cue, rendered with numpy at first use: mono, -1 .. 1, at `RATE_HZ`.

Nothing here is recorded. Shapes follow what makes the real sounds recognisable (a tick of bone is a few damped
modes, a drop is a rising chirp); numbers without a source are tuned by ear.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float32]
FloatArray = NDArray[np.float64]

RATE_HZ = 48_000
GRAIN_HZ = 180.0  # pitch of a grain at no force; doubles each 5 N [game_design 3]
PULSE_HZ = 523.25  # tone of the pulse at 98 % saturation; one semitone a percent [rendering 6]
ALARM_HZ = 523.25  # high-priority alarm: pulses of 150 ms in groups of 3 and 2 [rendering 6, after IEC 60601-1-8]
ALARM_GAPS_S = (0.1, 0.1, 0.3, 0.1, 0.6)
PUMP_HZ, PUMP_LOW_HZ = 2000.0, 1600.0  # piezo of a pump [A]; tones of 1 s and 3 s [device_and_procedure 1.5]


def _time(seconds: float) -> FloatArray:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def _noise(n: int, seed: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(n)


def _band(x: FloatArray, centre_hz: float, q: float) -> FloatArray:
    """Return the part of a signal near a frequency (resonance curve applied to its spectrum)."""
    spectrum = np.fft.rfft(x)
    f = np.maximum(np.fft.rfftfreq(len(x), 1.0 / RATE_HZ), 1e-3)
    gain = 1.0 / np.sqrt(1.0 + (q * (f / centre_hz - centre_hz / f)) ** 2)
    return np.fft.irfft(spectrum * gain, len(x))


def _fade(t: FloatArray, attack_s: float, decay_s: float) -> FloatArray:
    out: FloatArray = np.minimum(t / attack_s, 1.0) * np.exp(-np.maximum(t - attack_s, 0.0) / decay_s)
    return out


def _held(t: FloatArray, edge_s: float = 0.01) -> FloatArray:
    return np.interp(t, [0.0, edge_s, t[-1] - edge_s, t[-1]], [0.0, 1.0, 1.0, 0.0])


def _modes(t: FloatArray, *modes: tuple[float, float, float]) -> FloatArray:
    """Return a struck body: (frequency, amplitude, decay) per mode."""
    return np.sum([a * np.sin(2 * np.pi * f * t) * np.exp(-t / d) for f, a, d in modes], axis=0)


def _chirp(t: FloatArray, low_hz: float, high_hz: float) -> FloatArray:
    return np.sin(2 * np.pi * np.cumsum(low_hz + (high_hz - low_hz) * t / t[-1]) / RATE_HZ)


def _give() -> FloatArray:
    """Return the thump of a membrane that gives, after 120 ms of silence [game_design 3]."""
    t = _time(0.14)
    thump = np.sin(2 * np.pi * np.cumsum(70 + 180 * np.exp(-t / 0.02)) / RATE_HZ)
    body = _fade(t, 0.001, 0.02) * (thump + 0.3 * _band(_noise(len(t), 1), 1800, 1.2))
    return np.concatenate([np.zeros(int(0.12 * RATE_HZ)), body])


def _bone() -> FloatArray:
    t = _time(0.16)
    return _modes(t, (1150, 0.6, 0.02), (2480, 0.35, 0.012), (4100, 0.2, 0.006)) + 0.2 * _noise(len(t), 2) * np.exp(-t / 0.002)


def _metal() -> FloatArray:
    t = _time(0.30)
    return _modes(t, (2350, 0.5, 0.06), (5120, 0.3, 0.04), (7900, 0.2, 0.02))


def _scratch() -> FloatArray:
    t = _time(0.25)
    return 0.4 * _band(_noise(len(t), 3), 2600, 2.0) * _held(t, 0.05)


def _drop() -> FloatArray:
    t = _time(0.11)
    return 0.7 * _fade(t, 0.002, 0.02) * _chirp(t, 900, 2300)


def _tick(times: int) -> FloatArray:
    t = _time(0.03)
    one = 0.5 * _modes(t, (1900, 0.7, 0.004), (3300, 0.3, 0.003))
    gap = np.zeros(int(0.05 * RATE_HZ))
    return np.concatenate([one, gap, one]) if times == 2 else one


def _beam() -> FloatArray:
    t = _time(0.45)
    return 0.35 * _held(t, 0.02) * (0.2 * np.sign(np.sin(2 * np.pi * 100 * t)) + 0.5 * np.sin(2 * np.pi * 440 * t))


def _click() -> FloatArray:
    t = _time(0.08)
    first = _modes(t, (1400, 0.8, 0.006), (2900, 0.5, 0.004))
    return np.concatenate([0.4 * first[: int(0.03 * RATE_HZ)], first])


def _snip() -> FloatArray:
    t = _time(0.12)
    close = np.exp(-((t - 0.07) ** 2) / 2e-5)
    return _band(_noise(len(t), 4), 4200, 1.5) * (0.25 * _held(t, 0.02) + close) + 0.4 * _modes(t, (3100, 0.4, 0.01))


def _snap() -> FloatArray:
    t = _time(0.07)
    return _fade(t, 0.0005, 0.006) * (_noise(len(t), 5) + np.sin(2 * np.pi * 620 * t))


def _thread() -> FloatArray:
    """Return a suture drawn through tissue and tied."""
    t = _time(0.35)
    return 0.3 * _band(_noise(len(t), 6), np.float64(1500), 1.0) * np.interp(t, [0, 0.05, 0.30, 0.33, 0.35], [0, 0.6, 0.9, 0.3, 0])


def _blade() -> FloatArray:
    t = _time(0.4)
    return 0.3 * _band(_noise(len(t), 7), 3600, 1.2) * _held(t, 0.12)


def _cautery() -> FloatArray:
    t = _time(0.35)
    crackle = (np.random.default_rng(8).random(len(t)) > 0.995) * 1.5
    return _held(t, 0.02) * (0.25 * np.sign(np.sin(2 * np.pi * 480 * t)) * 0.4 + 0.3 * _band(_noise(len(t), 9) * 0.3 + crackle, 3000, 0.7))


def _scrape() -> FloatArray:
    t = _time(0.2)
    return 0.45 * _held(t, 0.03) * _band(_noise(len(t), 10), 900, 0.8) * (1.0 + 0.8 * np.sin(2 * np.pi * 55 * t))


def _swab() -> FloatArray:
    """Return something wet pressed and let go: a soft squelch, lower as it is let go."""
    t = _time(0.28)
    wet = _band(_noise(len(t), 12), 950, 1.0) * _fade(t, 0.05, 0.05)
    let_go = _band(_noise(len(t), 13), 480, 2.0) * np.exp(-(((t - 0.17) / 0.03) ** 2))
    return 0.45 * (wet + let_go) * _held(t, 0.02)


def _cloth() -> FloatArray:
    t = _time(0.32)
    return 0.3 * _band(_noise(len(t), 14), 5200, 0.6) * _held(t, 0.08) * (0.6 + 0.4 * np.sin(2 * np.pi * 9 * t))


def _water() -> FloatArray:
    """Return water that runs: bubbles are short rising chirps over a soft rush."""
    t = _time(0.5)
    out = 0.12 * _band(_noise(len(t), 15), 1600, 0.8) * _held(t, 0.1)
    rng = np.random.default_rng(16)
    bubble = _time(0.04)
    for start in rng.uniform(0.02, 0.43, 14):
        low = rng.uniform(500, 1300)
        at = int(start * RATE_HZ)
        out[at : at + len(bubble)] += 0.25 * _fade(bubble, 0.003, 0.01) * _chirp(bubble, low, 1.6 * low)
    return out


def _alarm() -> FloatArray:
    parts: list[FloatArray] = []
    t = _time(0.15)
    pulse = np.sum([a * np.sin(2 * np.pi * ALARM_HZ * h * t) for h, a in ((1, 0.5), (2, 0.25), (3, 0.2), (4, 0.15))], axis=0)
    for gap_s in ALARM_GAPS_S:
        parts += [0.6 * pulse * _held(t, 0.02), np.zeros(int(gap_s * RATE_HZ))]
    return np.concatenate(parts)


def _pump_single() -> FloatArray:
    t = _time(1.0)
    return 0.4 * _held(t) * np.sin(2 * np.pi * PUMP_HZ * t)


def _pump_two_tone() -> FloatArray:
    t = _time(3.0)
    return 0.4 * _held(t) * np.sin(2 * np.pi * np.cumsum(np.where((t * 2).astype(int) % 2, PUMP_LOW_HZ, PUMP_HZ)) / RATE_HZ)


WAVES: dict[str, Callable[[], FloatArray]] = {
    "give": _give, "bone": _bone, "metal": _metal, "scratch": _scratch, "drop": _drop, "mark": lambda: _tick(1),
    "mark50": lambda: _tick(2), "beam": _beam, "click": _click, "snip": _snip, "snap": _snap, "thread": _thread, "blade": _blade,
    "cautery": _cautery, "scrape": _scrape, "swab": _swab, "cloth": _cloth, "water": _water,
    "alarm": _alarm, "pump single": _pump_single, "pump two-tone": _pump_two_tone,
}  # fmt: skip


def _grain(pitch_hz: float) -> FloatArray:
    t = _time(0.018)
    body = 0.7 * np.sin(2 * np.pi * pitch_hz * t) + 0.5 * _band(_noise(len(t), 11), pitch_hz, 3.0)
    return 0.7 * np.hanning(len(t)) * body


def _beat(saturation_percent: float) -> FloatArray:
    """Return one pulse tone: a semitone lower for each percent of saturation, duller below 90 %."""
    t = _time(0.11)
    f = PULSE_HZ * 2.0 ** ((saturation_percent - 98.0) / 12.0)
    bright = 0.25 if saturation_percent >= 90.0 else 0.05
    return 0.35 * _held(t) * (np.sin(2 * np.pi * f * t) + bright * np.sin(4 * np.pi * f * t))


@lru_cache(maxsize=128)
def wave(name: str, value: float = 0.0) -> Wave:
    """Return the wave of a cue.

    Parameters
    ----------
    name : str
        Key of `WAVES`, "grain" or "beat".
    value : float
        Force [N] of a grain (rounded to 0.5 N by the caller), saturation [%] of a beat; ignored by the rest.

    Returns
    -------
    (n,) float32 array
        Mono, -1 .. 1, at `RATE_HZ`.

    Raises
    ------
    KeyError
        If there is no such cue.
    """
    if name == "grain":
        x = _grain(GRAIN_HZ * 2.0 ** (value / 5.0))
    elif name == "beat":
        x = _beat(value)
    else:
        x = WAVES[name]()
    return np.clip(x, -1.0, 1.0).astype(np.float32)
