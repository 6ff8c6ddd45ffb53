"""A patient on therapy whom nobody operates on: doses, refills, treatments and time, sampled as they pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import physics.csf as csf
from game.session import Session
from physics import therapy, theatre
from physics.fixed import fixed
from physics.pump import device, reservoir
from physics.pump.program import Prescription, catheter_volume
from physics.units import (
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    kg_from_ug,
    kg_per_m3_from_ug_per_ml,
    kg_per_s_from_ug_per_day,
    m3_from_ml,
    ml_from_m3,
    ug_per_day_from_kg_per_s,
)

NG_PER_ML = 1e-6  # kg/m3
LEVELS = {"csf_l4_ng_per_ml": 16.0, "csf_t10_ng_per_ml": 10.0, "csf_c6_ng_per_ml": -1.0}
WAKING_H = 0.1  # before the record begins: a patient fresh from theatre wakes, the pump takes its programme
UNITS = {
    "time_days": "d", "programmed_ug_per_day": "ug/d", "delivered_ug_per_day": "ug/d", "misplaced_ug_per_day": "ug/d",
    "reservoir_ml": "mL", **dict.fromkeys(LEVELS, "ng/mL"), "csf_cistern_ng_per_ml": "ng/mL", "plasma_ng_per_ml": "ng/mL",
    "ashworth_legs": "1..5", "ashworth_arms": "1..5", "spasm_score": "0..4", "gcs": "3..15", "respiratory_rate_per_min": "1/min",
    "heart_rate_per_min": "1/min", "spo2_percent": "%", "temperature_c": "C", "itch": "0..10", "withdrawal_severity": "0..1.3",
}  # fmt: skip


class Bedside:
    """Therapy of one patient, implant held still; every act is marked and every span sampled.

    Attributes
    ----------
    samples : list of dict
        Readings in the units of `UNITS`.
    marks : list of (day, text)
        What was done.
    events : list of dict
        What happened, as the world tells it.
    """

    def __init__(self, session: Session) -> None:
        case, world = fixed(session.setup.params), session.world
        self._params = case.therapy
        self._line, self._hole = theatre.plumbing(case, world.theatre), theatre.dural_hole(world.theatre)
        self._length_m = theatre.implanted_length(case, world.theatre) if self._line is not None else 0.0
        self._given = therapy.Intake()
        self.course = replace(world.therapy, care=replace(world.therapy.care, is_anaesthetised=False))
        self.now_s = 0.0
        self.samples: list[dict[str, float]] = []
        self.marks: list[tuple[float, str]] = []
        self.events: list[dict[str, Any]] = []
        self.live(WAKING_H)
        self.begin()

    @property
    def day(self) -> float:
        """Days since the course began."""
        return self.now_s / SECONDS_PER_DAY

    @property
    def now(self) -> dict[str, float]:
        """The latest readings."""
        return self.samples[-1]

    def begin(self) -> None:
        """Let the record begin now; what was lived before stays with the patient."""
        self.now_s = 0.0
        self.samples, self.marks, self.events = [], [], []
        self._sample()

    def mark(self, text: str) -> None:
        """Note what is done now."""
        self.marks.append((self.day, text))

    def program(self, dose_ug_per_day: float, ug_per_ml: float, *, mode: str = "continuous", has_bridge: bool = False) -> None:
        """Send a prescription: a dose at the concentration entered; a bridge clears the whole line."""
        pump = self.course.pump
        bridge = self._params.pump.tubing_m3 + catheter_volume(self._length_m) if has_bridge else 0.0
        order = Prescription(
            mode, kg_per_s_from_ug_per_day(dose_ug_per_day), kg_per_m3_from_ug_per_ml(ug_per_ml), pump.shown_reservoir_m3,
            pump.prescription.alarm_volume_m3, bridge_volume_m3=bridge, recorded_length_m=self._length_m,
        )  # fmt: skip
        changed, notes = device.program(pump, self._params.pump, order)
        self.course = replace(self.course, pump=changed)
        self._told(notes)

    def refill(self, volume_ml: float, ug_per_ml: float) -> None:
        """Empty the reservoir as far as a syringe can and fill it; the pump learns the volume with the next programme."""
        pump, spec = self.course.pump, self._params.pump
        left = min(pump.reservoir_m3, spec.undrawable_m3)
        fill = m3_from_ml(volume_ml)
        drug = left * pump.concentration_kg_per_m3 + fill * kg_per_m3_from_ug_per_ml(ug_per_ml)
        changed = replace(reservoir.with_reservoir(pump, spec, left + fill, drug), shown_reservoir_m3=fill)
        self.course = replace(self.course, pump=changed)

    def stall(self, hours: float) -> None:
        """Hold the rotor for some hours."""
        changed, notes = device.stall_motor(self.course.pump, hours * SECONDS_PER_HOUR)
        self.course = replace(self.course, pump=changed)
        self._told(notes)

    def give(self, **amounts_ug: float) -> None:
        """Give drug [ug] with the next span: lumbar, pocket, oral, flush; see `physics.therapy.Intake`."""
        given = {f"{name}_kg": kg_from_ug(amount) for name, amount in amounts_ug.items()}
        self._given = replace(self._given, **{name: getattr(self._given, name) + kg for name, kg in given.items()})

    def drain(self, volume_ml: float) -> None:
        """Take CSF by lumbar puncture with the next span."""
        self._given = replace(self._given, csf_removed_m3=self._given.csf_removed_m3 + m3_from_ml(volume_ml))

    def aspirate_pocket(self, share: float) -> None:
        """Draw a share of the drug that lies in the pocket."""
        held = csf.depot_kg(self._params.drug, self.course.csf, "pocket")
        self._given = replace(self._given, pocket_removed_kg=share * held)

    def ventilate(self, share: float) -> None:
        """Set the support of breathing, 0..1."""
        self.course = replace(self.course, care=replace(self.course.care, ventilation=share))

    def live(self, hours: float, step_h: float = 0.5) -> None:
        """Let time pass in steps."""
        left_s = hours * SECONDS_PER_HOUR
        while left_s > 1e-6:
            step_s = min(step_h * SECONDS_PER_HOUR, left_s)
            intake, self._given = self._given, therapy.Intake()
            self.course, notes = therapy.advance(self._params, self.course, self._line, self._hole, intake, step_s)
            self.now_s += step_s
            left_s -= step_s
            self._told(notes)
            self._sample()

    def _told(self, notes: tuple[tuple[str, float, str], ...]) -> None:
        self.events += [
            {"day": self.day, "name": name, "magnitude": float(f"{size:.6g}"), "where": where} for name, size, where in notes
        ]

    def _sample(self) -> None:
        course, drug = self.course, self._params.drug
        neuro, vitals, delivery = course.patient.neuro, course.patient.vitals, course.delivery
        self.samples.append({
            "time_days": self.day,
            "programmed_ug_per_day": ug_per_day_from_kg_per_s(course.pump.rate_m3_per_s * course.pump.prescription.concentration_kg_per_m3),
            "delivered_ug_per_day": ug_per_day_from_kg_per_s(delivery.delivered_kg_per_s),
            "misplaced_ug_per_day": ug_per_day_from_kg_per_s(delivery.misplaced_kg_per_s),
            "reservoir_ml": ml_from_m3(course.pump.reservoir_m3),
            **{name: csf.csf_concentration(drug, course.csf, level) / NG_PER_ML for name, level in LEVELS.items()},
            "csf_cistern_ng_per_ml": csf.cistern_concentration(drug, course.csf) / NG_PER_ML,
            "plasma_ng_per_ml": csf.plasma_concentration(drug, course.csf) / NG_PER_ML,
            "ashworth_legs": neuro.ashworth_legs, "ashworth_arms": neuro.ashworth_arms, "spasm_score": neuro.spasm_score,
            "gcs": neuro.gcs, "respiratory_rate_per_min": vitals.respiratory_rate_per_min,
            "heart_rate_per_min": vitals.heart_rate_per_min, "spo2_percent": vitals.spo2_percent,
            "temperature_c": vitals.temperature_c, "itch": neuro.itch,
            "withdrawal_severity": min(1.3, self._params.patient.susceptibility * course.patient.adaptation.withdrawal),
        })  # fmt: skip
