"""A cohort of drawn patients on the drug, and what it shows beside the published numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from game.population.clinic import PROBES_UG, SEVERE, DrugCohort, one_patient
from game.population.cohort import Row, run_tasks
from game.population.intervals import clopper_pearson
from physics.virtual_patient import SOMNOLENT

MARKS = {"start": 1, "3 months": 90, "6 months": 180, "12 months": 365, "18 months": 540}  # day of therapy
ANSWER_POINTS = 1.0  # responder: leg Ashworth at least so much lower [AHC, GIL]


@dataclass(frozen=True, slots=True)
class Doses:
    """What one series tells of its daily doses [ug/day] at one time; None where it does not."""

    key: str
    text: str
    mark: str
    mean: float | None = None
    sd: float | None = None
    least: float | None = None
    most: float | None = None


# group -> published series; [pharmacology 4.3, V unless marked; S93: device_and_procedure 3.2, H]
PUBLISHED: dict[str, tuple[Doses, ...]] = {
    "spinal": (
        Doses("SPA", "spinal, 64 patients", "start", 83.2, None, 25.0, 200.0),
        Doses("S93", "spinal, discharge", "start", 82.9, 30.7),
        Doses("S93", "MS, discharge", "start", 82.7, 39.3),
        Doses("SPA", "spinal, at 12 months and later", "12 months", 270.0, None, 25.0, 800.0),
        Doses("S93", "spinal", "12 months", 296.0),
        Doses("S93", "MS", "12 months", 227.0),
        Doses("OCH", "spinal, 28 patients", "12 months", None, None, 50.0, 800.0),
        Doses("HEE09", "mixed adults, plateau from 18 months on", "18 months", 350.0),
    ),
    "cerebral": (
        Doses("S93", "cerebral, discharge", "start", 102.7, 30.9),
        Doses("S93", "cerebral", "12 months", 402.0),
        Doses("label", "cerebral, usual", "18 months", None, None, 90.0, 703.0),
        Doses("HEE09", "mixed adults, plateau from 18 months on", "18 months", 350.0),
    ),
    "children": (
        Doses("ALB03", "palsy, 68 patients", "3 months", 157.0),
        Doses("DAN", "children, simple mode", "12 months", 211.9, None, 25.0, 1000.0),
        Doses("SIV", "166 children", "18 months", 255.8),
        Doses("ALB03", "palsy, at 24 months", "18 months", 300.0),
        Doses("DKK", "children", "18 months", 494.9, None, 105.0, 2000.0),
        Doses("ALB07", "children, pump catheter sampled", "18 months", 607.0, 363.0, 70.0, 1395.0),
    ),
    "adults": (
        Doses("HEE09", "mixed adults, plateau from 18 months on", "18 months", 350.0),
        Doses("TFL", "mixed clinic of ten years", "18 months", 463.0),
    ),
}
# quantity -> published; [pharmacology 5.4, 1.2, 2.8]
SIGNS = {
    "answered": "86-95 % overall (trials)",
    "somnolent_tests": "5.3-5.7 % (label, monograph: screening)",
    "somnolent_titration": "5.1-5.9 % (monograph, label)",
    "somnolent_maintenance": "8.4-20.9 % (monograph, label)",
    "lumbar_cisternal": "about 4, 1.8-8.7 (5 patients)",
    "severe": "3-5 % (estimate, of abrupt stops)",
}
CANNOT: tuple[str, ...] = (
    "Catheter failures, refills that fail, programming slips: pump and line are ideal; growth of dose is tolerance.",
    "Progress of the disease, contractures, growth of a child, infections: baselines stay as they were drawn.",
    "Errors in reading tone, a clinic's habits, what patients ask for: the script takes the middle of every range.",
    "Oral drugs weaned during the first weeks, and the somnolence they bring.",
    "Who is selected: every drawn patient comes to the test, every one who answers gets a pump.",
)


def run_patients(
    cohort: DrugCohort, workers: int, part: Path | None = None, advance: Callable[[float, str], None] | None = None
) -> list[Row]:
    """Return the row of every patient of a cohort, the same for any number of workers."""
    tasks = {index: (cohort, index) for index in range(cohort.patients)}
    asked = {"what": "patients", **{k: v for k, v in asdict(cohort).items() if k != "patients"}}
    return run_tasks(one_patient, asked, tasks, workers, part, advance, "patients")


def treated(rows: list[Row]) -> list[Row]:
    """Return the rows of patients who answered a test dose and got a pump."""
    return [row for row in rows if row["state"] == "treated"]


def at_day(row: Row, day: int, name: str) -> float:
    """Return the dose or the legs of a row at the end of a day that was kept."""
    return float(row["course"][name][row["course"]["day"].index(day)])


def spread(values: list[float]) -> dict[str, float]:
    """Return number, mean with its standard error, standard deviation, centiles and ends."""
    data = np.array(values)
    low, middle, high = np.percentile(data, [5.0, 50.0, 95.0])
    sd = float(data.std(ddof=1)) if data.size > 1 else 0.0
    return {
        "n": data.size, "mean": float(data.mean()), "se": sd / math.sqrt(data.size), "sd": sd, "p5": float(low),
        "median": float(middle), "p95": float(high), "least": float(data.min()), "most": float(data.max()),
    }  # fmt: skip


def _share(hits: int, of: int) -> dict[str, float]:
    low, high = clopper_pearson(hits, of)
    return {"n": hits, "of": of, "share": hits / of, "low": low, "high": high}


def report(cohort: DrugCohort, rows: list[Row]) -> dict[str, Any]:
    """Return everything that the command prints and writes.

    Raises
    ------
    ValueError
        If nobody answered a test dose.
    """
    kept = treated(rows)
    if not kept:
        raise ValueError(f"none of {len(rows)} patients answered a test dose; expected more patients")
    told: dict[str, Any] = {**asdict(cohort), "states": dict(Counter(row["state"] for row in rows))}
    marks = {name: day for name, day in MARKS.items() if day <= cohort.days}
    told["doses"] = {name: spread([at_day(row, day, "dose") for row in kept]) for name, day in marks.items()}
    told["legs_before"] = spread([row["legs_before"] for row in kept])
    told["legs"] = {name: spread([at_day(row, day, "legs") for row in kept]) for name, day in marks.items()}
    told["published"] = [asdict(line) for line in PUBLISHED[cohort.group] if line.mark in marks]
    told["probes"] = [
        {
            "dose": dose, "answered": _share(sum(row["probes"][k][0] >= ANSWER_POINTS for row in rows), len(rows)),
            "somnolent": _share(sum(row["probes"][k][1] >= SOMNOLENT for row in rows), len(rows)),
        }
        for k, dose in enumerate(PROBES_UG)
    ]  # fmt: skip
    told["answered"] = _share(len(kept), len(rows))
    told["answered_at"] = dict(Counter(f"{row['tests'][-1]['dose_ug']:g}" for row in kept))
    told["somnolent_tests"] = _share(sum(any(t["is_adverse"] for t in row["tests"]) for row in rows), len(rows))
    for phase in ("titration", "maintenance"):
        told[f"somnolent_{phase}"] = _share(sum(row["somnolent"][phase] for row in kept), len(kept))
    told["lumbar_cisternal"] = spread([row["lumbar_cisternal"] for row in rows])
    told["examined"] = _share(sum(row["examined"] > 0 for row in kept), len(kept))
    told["refills"] = spread([row["refills"] for row in kept])
    if cohort.has_stop:
        told["stop_temperature_c"] = spread([row["stop"]["temperature_c"] for row in kept])
        told["severe"] = _share(sum(row["stop"]["severity"] > SEVERE for row in kept), len(kept))
    return told | {"signs": SIGNS, "cannot": list(CANNOT), "rows": rows}
