"""The C-arm as data: pose, field, blades, kept pictures, shots, beam time and dose."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from physics.randomness import draw

VIEWS: dict[str, float] = {"ap": 0.0, "oblique": 35.0, "lateral": 90.0}
TICKS_PER_S = 64.0
SPOT_DOSE = 20.0  # UGK-M: a spot film over a fluoroscopic pulse: 1 uGy against some 50 nGy at the detector
PAGES: tuple[tuple[str, str], ...] = (("aim", "Aim"), ("move", "Move"), ("field", "Blades"), ("film", "Film"))
# setting -> field of the arm
FIELDS: dict[str, str] = {
    "carm.orbit": "orbit_deg", "carm.tilt": "tilt_deg", "carm.height": "height_mm", "carm.shift": "shift_mm",
    "carm.iris": "iris_percent", "carm.across": "across_percent", "carm.along": "along_percent",
    "carm.blades": "blades_deg", "carm.turn": "turn_deg",
}  # fmt: skip
CHOICES: dict[str, str] = {"carm.size": "field_cm", "carm.rate": "rate_per_s"}
ROLL_SD_DEG, MOST_ROLL_DEG = 4.0, 9.0  # tuned: how far off a true lateral patients lie on the table
SHOWN_S = 0.4  # a pulse shows as "beam on" for so long


@dataclass(frozen=True, slots=True)
class CArm:
    """Where the C-arm stands and what it has done.

    `roll_deg` is how far the patient has rolled to his left off a true lateral: what the orbit must make good.
    """

    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    height_mm: float = 60.0
    shift_mm: float = 0.0  # across, left +
    iris_percent: float = 100.0
    across_percent: float = 100.0
    along_percent: float = 100.0
    blades_deg: float = 0.0
    field_cm: float = 22.0
    rate_per_s: float = 4.0
    turn_deg: float = 0.0
    is_mirrored: bool = False
    is_inverted: bool = False  # bone and metal white
    is_spot: bool = False  # the pulse now
    roll_deg: float = 0.0
    page: str = "aim"
    shots: int = 0
    beam_s: float = 0.0
    dose_gy_cm2: float = 0.0
    last_tick: int = -1_000_000
    shot_ticks: tuple[tuple[str, int], ...] = ()  # last pulse of each view
    kept: tuple[tuple[str, int], ...] = ()  # view and tick of the pictures kept as baseline
    tips: tuple[tuple[str, float], ...] = ()  # level beside the catheter tip on the last film of each view


def view_name(orbit_deg: float) -> str:
    """Return "ap", "oblique" or "lateral" for an orbit angle [deg]."""
    size = abs(orbit_deg)
    return "ap" if size < 15.0 else ("lateral" if size > 70.0 else "oblique")


def turn(arm: CArm, view: str) -> CArm:
    """Return the C-arm turned to a standard view."""
    return replace(arm, orbit_deg=VIEWS[view])


def switched(arm: CArm, tail: str) -> CArm | None:
    """Return the C-arm after a button ("lateral", "invert", "mirror", "page.field"), or None if there is none such."""
    if tail in VIEWS:
        return turn(arm, tail)
    if tail == "invert":
        return replace(arm, is_inverted=not arm.is_inverted)
    if tail == "mirror":
        return replace(arm, is_mirrored=not arm.is_mirrored)
    if tail.startswith("page.") and tail[5:] in dict(PAGES):
        return replace(arm, page=tail[5:])
    return None


def values_of(arm: CArm) -> dict[str, float]:
    """Return the settings that say how the C-arm stands."""
    return {key: float(getattr(arm, name)) for key, name in FIELDS.items()}


def off_true_deg(arm: CArm) -> float:
    """Return how far an AP or lateral picture is off the true one of this patient [deg]."""
    return arm.orbit_deg - VIEWS[view_name(arm.orbit_deg)] * math.copysign(1.0, arm.orbit_deg) - arm.roll_deg


def pulse_s(arm: CArm) -> float:
    """Return the beam time that a pulse counts [s]: the foot stays down until the next is due."""
    return 1.0 / arm.rate_per_s


def patient_roll_deg(seed: int) -> float:
    """Return how far the patient of an attempt lies rolled to his left when the drapes are on [deg]."""
    roll = float(draw(seed, "carm.roll", 0).normal(0.0, ROLL_SD_DEG))
    return round(min(max(roll, -MOST_ROLL_DEG), MOST_ROLL_DEG), 1)


def told(arm: CArm, is_spot: bool = False) -> tuple[tuple[str, str, float], ...]:
    """Return what the log is told of a pulse as (action, view, number): angle [deg], time [s], deg off the true view."""
    name = view_name(arm.orbit_deg)
    off = () if name == "oblique" else (("beam.off_true", name, round(off_true_deg(arm), 1)),)
    time = ("beam.time", name, 0.0 if is_spot else pulse_s(arm))
    return (("beam.pulse", name, float(round(arm.orbit_deg))), time, *off)


def metered(dose: float) -> float:
    """Return a dose as the meter shows it; no more digits are the same on every machine."""
    return float(f"{dose:.3g}")


def dose_told(arm: CArm, dose_gy_cm2: float) -> tuple[str, str, float]:
    """Return what the log is told of the dose-area product of a pulse: (action, view, dose [Gy m2])."""
    return "beam.dose", view_name(arm.orbit_deg), metered(dose_gy_cm2) * 1e-4


def is_due(arm: CArm, tick: int) -> bool:
    """Return whether a held beam makes its next pulse now."""
    return tick - arm.last_tick >= TICKS_PER_S / arm.rate_per_s


def is_on(arm: CArm, tick: int) -> bool:
    """Return whether the beam is shown as on."""
    return 0 <= tick - arm.last_tick <= SHOWN_S * TICKS_PER_S


def pulse(
    arm: CArm, tick: int, dose_gy_cm2: float = 0.0, tip_level: float | None = None, is_spot: bool = False
) -> CArm:
    """Return the C-arm after one pulse; its dose is known once the picture is there (`exposed`)."""
    name = view_name(arm.orbit_deg)
    ticks = tuple(p for p in arm.shot_ticks if p[0] != name) + ((name, tick),)
    tips = tuple(t for t in arm.tips if t[0] != name) + (() if tip_level is None else ((name, tip_level),))
    return replace(
        arm, tips=tips, shots=arm.shots + 1, beam_s=arm.beam_s + (0.0 if is_spot else pulse_s(arm)),
        dose_gy_cm2=arm.dose_gy_cm2 + dose_gy_cm2, shot_ticks=ticks, last_tick=tick, is_spot=is_spot,
    )  # fmt: skip


def exposed(arm: CArm, dose_gy_cm2: float) -> CArm:
    """Return the C-arm with the dose of its last pulse counted."""
    return replace(arm, dose_gy_cm2=arm.dose_gy_cm2 + dose_gy_cm2)


def keep(arm: CArm) -> CArm:
    """Return the C-arm with the picture of its view kept as baseline; nothing is kept before there is one."""
    name = view_name(arm.orbit_deg)
    taken = dict(arm.shot_ticks).get(name)
    if taken is None:
        return arm
    return replace(arm, kept=(*(k for k in arm.kept if k[0] != name), (name, taken)))


def age_words(arm: CArm, view: str, tick: int) -> str:
    """Return how old the last picture of a view is, in words; "" if there is none."""
    return _age(dict(arm.shot_ticks).get(view), tick)


def kept_words(arm: CArm, view: str, tick: int) -> str:
    """Return how old the kept picture of a view is, in words; "" if there is none."""
    return _age(dict(arm.kept).get(view), tick)


def _age(then: int | None, tick: int) -> str:
    if then is None:
        return ""
    seconds = max(tick - then, 0) / TICKS_PER_S
    return "now" if seconds < 2 else (f"{seconds:.0f} s old" if seconds < 90 else f"{seconds / 60:.0f} min old")


def beam_words(arm: CArm, is_on_side: bool) -> str:
    """Return how the beam runs in the room: on the side an AP beam is level."""
    off = abs(arm.orbit_deg) if is_on_side else 90.0 - abs(arm.orbit_deg)
    return "beam level" if off < 20.0 else ("beam upright" if off > 70.0 else "beam oblique")
