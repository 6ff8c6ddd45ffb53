"""The C-arm as data: angles, kept pictures, shots, beam time and dose."""

from __future__ import annotations

from dataclasses import dataclass, replace

PULSE_S = 0.05  # tuned: one pulse of beam time on the screen's counter
DOSE_AREA_GY_CM2 = 0.034  # tuned: per pulse at 11 cm field, so nine pulses read 0.31 as in the design picture
VIEWS: dict[str, float] = {"ap": 0.0, "oblique": 35.0, "lateral": 90.0}


@dataclass(frozen=True, slots=True)
class CArm:
    """Where the C-arm stands and what it has done."""

    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    height_mm: float = 60.0
    shots: int = 0
    beam_s: float = 0.0
    dose_gy_cm2: float = 0.0
    shot_ticks: tuple[tuple[str, int], ...] = ()  # last pulse of each view
    kept: tuple[str, ...] = ()
    tips: tuple[tuple[str, float], ...] = ()  # level beside the catheter tip on the last film of each view


def view_name(orbit_deg: float) -> str:
    """Return "ap", "oblique" or "lateral" for an orbit angle [deg]."""
    size = abs(orbit_deg)
    return "ap" if size < 15.0 else ("lateral" if size > 70.0 else "oblique")


def turn(arm: CArm, view: str) -> CArm:
    """Return the C-arm turned to a standard view."""
    return replace(arm, orbit_deg=VIEWS[view])


def pulse(
    arm: CArm, tick: int, dose_gy_cm2: float = DOSE_AREA_GY_CM2, tip_level: float | None = None
) -> CArm:
    """Return the C-arm after one pulse."""
    name = view_name(arm.orbit_deg)
    ticks = tuple(p for p in arm.shot_ticks if p[0] != name) + ((name, tick),)
    tips = tuple(t for t in arm.tips if t[0] != name) + (() if tip_level is None else ((name, tip_level),))
    return replace(arm, tips=tips, shots=arm.shots + 1, beam_s=arm.beam_s + PULSE_S, dose_gy_cm2=arm.dose_gy_cm2 + dose_gy_cm2,
                   shot_ticks=ticks)  # fmt: skip


def age_words(arm: CArm, view: str, tick: int) -> str:
    """Return how old the last picture of a view is, in words; "" if there is none."""
    for name, then in arm.shot_ticks:
        if name == view:
            seconds = max(tick - then, 0) / 64.0
            return "now" if seconds < 2 else (f"{seconds:.0f} s old" if seconds < 90 else f"{seconds / 60:.0f} min old")
    return ""
