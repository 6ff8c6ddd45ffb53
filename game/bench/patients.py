"""A thousand drawn patients for 90 days, tested, started and titrated, on two cores.

Pump and line are ideal (`game.population.clinic`): this is the drug alone, from the tip to the signs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from game.bench.rows import Row, row
from game.population.clinic import DrugCohort
from game.population.doses import run_patients, treated

Tell = Callable[[float, str], None]

PATIENTS, DAYS, WORKERS = 1000, 90, 2
MOST_S, MOST_MB = 120.0, 1000.0


def _used(is_children: bool) -> tuple[float, float]:
    """Return processor time [s] and the largest memory [MB] of this process, or of all children that have ended."""
    try:
        import resource
    except ImportError:
        return float("nan"), float("nan")
    used = resource.getrusage(resource.RUSAGE_CHILDREN if is_children else resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def patient_rows(tell: Tell, patients: int = PATIENTS, days: int = DAYS, workers: int = WORKERS) -> list[Row]:
    """Return the rows of a cohort: wall time from nothing to the last row, and memory of all processes together.

    Memory is the parent's peak plus the largest child's for every worker, an upper bound.
    """
    before, began = _used(False)[0] + _used(True)[0], time.perf_counter()
    rows = run_patients(DrugCohort(patients, days, "adults", 0), workers, None, tell)
    spent = time.perf_counter() - began
    (own_s, own_mb), (children_s, child_mb) = _used(False), _used(True)
    together = own_mb + (workers * child_mb if workers > 1 else 0.0)
    return [
        row(f"patients.{patients}_x_{days}_days", spent, "s", MOST_S),
        row("patients.processor", own_s + children_s - before, "s"),
        row("patients.memory", together, "MB", MOST_MB),
        row("patients.treated", float(len(treated(rows))), "1"),
    ]
