"""The patient as a nurse sees him: the vital strip and the examination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from game.instruments import monitor
from physics.observation import Observation


@dataclass(frozen=True, slots=True)
class Sign:
    """One number of the monitor."""

    key: str
    name: str
    value: str
    unit: str
    kind: str
    words: str


def signs(obs: Observation) -> list[Sign]:
    """Return the vital strip."""
    p = obs.patient
    out = [
        Sign("hr", "HR", f"{p.heart_rate_per_min:.0f}", "/min", *monitor.limit_state("hr", p.heart_rate_per_min)),
        Sign("spo2", "SpO2", f"{p.spo2_percent:.0f}", "%", *monitor.limit_state("spo2", p.spo2_percent)),
        Sign("rr", "RR", f"{p.respiratory_rate_per_min:.0f}", "/min", *monitor.limit_state("rr", p.respiratory_rate_per_min)),
        Sign("nibp", "NIBP", f"{p.systolic_mmhg:.0f}/{p.diastolic_mmhg:.0f}", "mmHg", *monitor.limit_state("sys", p.systolic_mmhg)),
        Sign("etco2", "EtCO2", f"{p.etco2_mmhg:.0f}", "mmHg", *monitor.limit_state("etco2", p.etco2_mmhg)),
        Sign("temp", "Temp", f"{p.temperature_c:.1f}", "°C", *monitor.limit_state("temp", p.temperature_c)),
    ]
    if not p.is_anaesthetised:
        out.append(Sign("gcs", "GCS", f"{p.gcs:.0f}", "of 15", *monitor.limit_state("gcs", p.gcs)))
    return out


def worst(rows: Sequence[Sign]) -> tuple[str, str]:
    """Return (state kind, words) for the whole strip."""
    order = {"alarm": 2, "warn": 1, "ok": 0}
    top = max(rows, key=lambda s: order[s.kind])
    return ("ok", "no alarm") if top.kind == "ok" else (top.kind, f"{top.name} {top.words.split(': ')[-1]}")


def examination(obs: Observation) -> list[tuple[str, str, str]]:
    """Return (part, finding, state kind) of a bedside examination."""
    p = obs.patient
    out = [
        ("Legs", f"Ashworth {p.ashworth_legs:.1f} (before: {p.ashworth_legs_baseline:.1f})", "info"),
        ("Arms", f"Ashworth {p.ashworth_arms:.1f} (before: {p.ashworth_arms_baseline:.1f})", "info"),
        ("Spasms", f"Penn {p.spasm_score:.0f} of 4", "warn" if p.spasm_score >= 3 else "info"),
        ("Skin", "itching" if p.itch >= 3 else "no itch", "warn" if p.itch >= 3 else "ok"),
        ("Strength", "legs weak" if p.weakness > 0.4 else "as usual", "warn" if p.weakness > 0.4 else "ok"),
        ("Head", "headache on sitting" if p.headache >= 3 else "no headache", "warn" if p.headache >= 3 else "ok"),
    ]
    return out
