"""What an attempt came to: the document `result.json`, and the same from a log."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from game.session import Session
from game.xray_account import account_of
from physics.anatomy.build import build_anatomy
from physics.anatomy.spine import arc_at_level, level_name
from physics.observation import Observation
from physics.units import SECONDS_PER_DAY
from scenarios.scoring import ScoreSheet, score

HIGHEST, LOWEST = -6.0, 18.0  # C1 and S1, as physics counts levels


def level_word(level: float) -> str:
    """Return the name of the vertebra nearest to a level number."""
    if not math.isfinite(level):
        return "outside"
    return level_name(min(max(level, HIGHEST), LOWEST))


def number(value: float, digits: int = 6) -> float | None:
    """Return a float for JSON; None where it is not finite."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def tip_error_mm(session: Session, level: float) -> float:
    """Return the distance along the canal from a level to the written target [mm]."""
    spine = build_anatomy(session.setup.params.build).spine
    return 1000.0 * abs(arc_at_level(spine, level) - arc_at_level(spine, session.setup.target_level))


def closing_of(session: Session) -> Observation | None:
    """Return the observation right after the wounds were closed."""
    return next((s.observation for s in session.steps if any(e.name == "WoundsClosed" for e in s.events)), None)


def outcome(session: Session) -> dict[str, Any]:
    """Return the end state of the implant and the patient, in clinical units."""
    last = session.observation
    closing = closing_of(session)
    catheter, patient = last.catheter, last.patient
    in_hands = [s.observation.patient for s in session.steps if s.observation is not None]
    awake = [p for p in in_hands if not p.is_anaesthetised] or in_hands or [patient]
    placed = closing.catheter.tip_level if closing is not None else catheter.tip_level
    xray = account_of(a for s in session.steps for a in s.actions)
    return {
        "tip_level": level_word(catheter.tip_level),
        "tip_level_number": number(catheter.tip_level),
        "tip_level_at_closing": number(placed),
        "tip_space": catheter.tip_space,
        "tip_error_mm": number(tip_error_mm(session, catheter.tip_level)) if catheter.is_open else None,
        "inserted_mm": number(1000.0 * catheter.inserted_m),
        "inserted_mm_at_closing": number(1000.0 * closing.catheter.inserted_m) if closing is not None else None,
        "min_patency": number(catheter.min_patency),
        "min_patency_sitting": number(catheter.min_patency_sitting),
        "min_radius_mm": number(1000.0 * catheter.min_radius_m),
        "anchor_kind": catheter.anchor_kind if catheter.n_anchor_sutures else "none",
        "anchor_stitches": catheter.n_anchor_sutures,
        "anchor_stitches_holding": catheter.n_anchor_holding,
        "anchor_slip_mm": number(1000.0 * catheter.anchor_slip_m),
        "is_sheared": bool(catheter.is_sheared),
        "fragment_mm": number(1000.0 * catheter.fragment_m),
        "pump_state": last.pump.state,
        "reservoir_ml": number(last.pump.reservoir_m3 * 1e6),
        "into_pocket_ml": number(last.refill.into_pocket_m3 * 1e6),
        "dose_ratio": number(last.delivery.dose_ratio),
        "ashworth_legs_baseline": number(patient.ashworth_legs_baseline),
        "ashworth_legs_end": number(patient.ashworth_legs),
        "ashworth_arms_baseline": number(patient.ashworth_arms_baseline),
        "ashworth_arms_end": number(patient.ashworth_arms),
        "lowest_gcs": number(min(p.gcs for p in awake)),
        "lowest_respiratory_rate_per_min": number(min(p.respiratory_rate_per_min for p in awake)),
        "highest_withdrawal": number(max(p.withdrawal_severity for p in in_hands or [patient])),
        "xray_pictures": xray.n_pictures,
        "fluoroscopy_s": None if xray.time_s is None else number(xray.time_s),
        "dose_area_gy_cm2": None if xray.dose_area_gy_cm2 is None else number(xray.dose_area_gy_cm2),
        "hands_on_s": number(session.tick / 64.0),
        "days": number(last.clinical_time_s / SECONDS_PER_DAY),
    }


def sheet_of(session: Session) -> ScoreSheet:
    """Return the score sheet of a session as it stands."""
    return score(session.scenario, session.steps)


def events_of(session: Session) -> list[dict[str, Any]]:
    """Return the events as plain data, with the day since the case began."""
    return [
        {
            "tick": e.tick, "day": number(e.clinical_time_s / SECONDS_PER_DAY), "name": e.name,
            "magnitude": number(float(e.magnitude)), "where": e.where,
        }
        for e in session.events
    ]  # fmt: skip


def result(session: Session, sheet: ScoreSheet, player: str) -> dict[str, Any]:
    """Return the result document (design section 3)."""
    return {
        "scenario": session.scenario.id,
        "player": player,
        "seed": session.seed,
        "score_percent": number(sheet.score_percent),
        "passed": bool(sheet.passed),
        "critical_failures": [
            {"id": f.id, "text": f.text, "tick": f.tick, "value": number(f.value), "source": f.source}
            for f in sheet.critical_failures
        ],
        "lines": [
            {
                "id": line.id, "text": line.text, "points": number(line.points), "of": number(line.of),
                "measure": line.measure, "value": number(line.value), "unit": line.unit,
                "threshold": line.threshold, "tick": line.tick, "source": line.source,
            }
            for line in sheet.lines
        ],
        "events": events_of(session),
        "outcome": outcome(session),
        "state_hash": session.state_hash(),
    }  # fmt: skip


def series(session: Session, start_s: float = 0.0) -> dict[str, list[float]]:
    """Return the course of the case over clinical time: one entry per stored observation.

    Keys carry their units; arrays have equal length.
    """
    seen = [s.observation for s in session.steps if s.observation is not None]
    seen = [o for o in seen if o.clinical_time_s >= start_s]
    rows = [_sample(o) for o in seen]
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else {})}


def _sample(seen: Observation) -> dict[str, float]:
    per_day = SECONDS_PER_DAY * 1e9
    levels = seen.patient.csf_concentration_kg_per_m3
    return {
        "day": seen.clinical_time_s / SECONDS_PER_DAY,
        "programmed_ug_per_day": seen.pump.programmed_dose_kg_per_s * per_day,
        "delivered_ug_per_day": seen.delivery.delivered_kg_per_s * per_day,
        "misplaced_ug_per_day": seen.delivery.misplaced_kg_per_s * per_day,
        "flow_ml_per_day": seen.pump.flow_m3_per_s * 1e6 * SECONDS_PER_DAY,
        "reservoir_ml": seen.pump.reservoir_m3 * 1e6,
        "csf_peak_ng_per_ml": 1e6 * float(np.max(levels)) if np.size(levels) else 0.0,
        "patency_lying": seen.catheter.min_patency,
        "patency_sitting": seen.catheter.min_patency_sitting,
        "tip_level": seen.catheter.tip_level,
        "ashworth_legs": seen.patient.ashworth_legs,
        "ashworth_arms": seen.patient.ashworth_arms,
        "spasm_score": seen.patient.spasm_score,
        "gcs": seen.patient.gcs,
        "respiratory_rate_per_min": seen.patient.respiratory_rate_per_min,
        "withdrawal_severity": seen.patient.withdrawal_severity,
        "temperature_c": seen.patient.temperature_c,
    }
