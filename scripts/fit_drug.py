"""Fit the drug and response parameters to the published rows: `python scripts/fit_drug.py B --split --seed 1`.

The rule that splits the rows, the structures and every run are told in docs/models/drug_fit.md. The rows are the
product's own (`game/validate`). One core; reproducible by seed. Tests do not run it.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import game  # noqa: F401  settles the compiled kernels before anything of them is imported
import numpy as np
from numpy.typing import NDArray

from game.validate import csf as drug_rows
from game.validate import drug_population, drug_reference, tip_level
from game.validate import patient as answer_rows
from game.validate.drug_course import Subject, preset
from physics.patient import response

FloatArray = NDArray[np.float64]
DESIGN = ("D8", "D10", "D11", "D23", "D24", "D25", "D26")
# pharmacology_2 3.3, split 2
REFERENCE_HELD = (
    "P2b P4 P7 D2 D5 D9 D14 D17 D20 D27 T2 O1b O2b O3c O4b O7 O8c W1 W4 W7 W10".split()
)
NEW_HELD = ["tip.cervical_arms", "tip.cervical_trunk", "tip.cervical_gcs"]
NOT_FITTED = ("csf.mass", "csf.expm", "csf.modes", "tip.aspirate")
AIMS = {"aim.ratio": (2.6, 4.4), "aim.sedation": (0.46, 0.51), "aim.O2": (13.0, 14.3), "aim.O5": (13.0, 14.3)}  # of the typical patient; earlier runs: docs/models/drug_fit.md
MARGIN = 0.9  # of a band's half width: inside it a row is free
LOOSE = 0.35  # prior: standard deviation of the logarithm of a parameter around the reference's

DRUG = (
    "dispersion_sac_m2_per_s", "dispersion_cervical_m2_per_s", "loss_per_s", "cord_capacity_m2", "cord_exchange_m2_per_s",
    "cistern_mixing_m3_per_s", "spread_lumbar_m", "shift_lumbar_m", "fast_site_per_s", "slow_site_per_s", "slow_weight",
    "reflex_site_per_s", "sedation_site_per_s", "breathing_site_per_s", "descending_weight",
)  # fmt: skip
ANSWER = (
    "half_legs_kg_per_m3", "steepness", "half_arms_kg_per_m3", "spasm_ratio", "tolerance_gain", "tolerance_s",
    "half_reflex_kg_per_m3", "reflex_steepness", "half_sedation_kg_per_m3", "half_breathing_kg_per_m3", "brain_steepness",
    "half_dependence_kg_per_m3", "withdrawal_lag_s",
)  # fmt: skip
SHARES = {"CP.legs": 3, "CP.arms": 4, "TBI.legs": 3, "TBI.arms": 4, "STROKE.legs": 3, "STROKE.arms": 4}
LIMITS = {"spasm_ratio": 1.0, "descending_weight": 0.5, "CP.arms": 0.9, "CP.legs": 0.9, "TBI.legs": 0.9, "TBI.arms": 0.9, "STROKE.arms": 0.9, "slow_weight": 0.9, "STROKE.legs": 0.95}
TOP_LEVEL = {"A": 4.0, "B": -5.0}  # structure -> how far up the cord counts in tone: T4, C2


def values_before() -> dict[str, float]:
    """Return the reference's values of the free parameters: the centre of the prior."""
    drug = {name: float(drug_reference.DRUG[name]) for name in DRUG}
    return drug | {name: float(drug_reference.ANSWER[name]) for name in ANSWER} | drug_reference.SHARES


@contextmanager
def shares_of(values: dict[str, float]) -> Iterator[None]:
    """Put the reversible shares of a candidate into the presets for a while."""
    kept = dict(response.PRESETS)
    try:
        for name, k in SHARES.items():
            group = name.split(".")[0]
            row = list(response.PRESETS[group])
            row[k] = values[name]
            response.PRESETS[group] = tuple(row)  # type: ignore[assignment]
        yield
    finally:
        response.PRESETS.update(kept)


def changer(structure: str, values: dict[str, float]) -> Callable[[Subject], Subject]:
    """Return what turns a typical subject into the candidate's."""
    drug = {name: values[name] for name in DRUG} | {"descending_top_level": TOP_LEVEL[structure]}
    answer = {name: values[name] for name in ANSWER}
    return lambda subject: subject.with_drug(**drug).with_answer(**answer)


def models(structure: str, values: dict[str, float]) -> dict[str, tuple[float, float, float]]:
    """Return row -> (low, high, model) of the typical patient, with the aims."""
    change = changer(structure, values)
    one = change(Subject())
    numerical = {name: getattr(drug_rows, name) for name in ("mass_error", "expm_error", "reconstruction_error")}
    for name in numerical:  # not fitted
        setattr(drug_rows, name, lambda _: 0.0)
    try:
        with shares_of(values):
            rows = [*drug_rows.rows(one), *answer_rows.rows(change), *tip_level.rows(change)]
            depth = drug_population.screened(change(preset("SCI")))[1][2]
    finally:
        for name, law in numerical.items():
            setattr(drug_rows, name, law)
    found = {r.id: (r.target - r.tolerance, r.target + r.tolerance, r.model) for r in rows if r.id not in NOT_FITTED}
    noted = drug_population.SOMNOLENCE
    share = (depth / (1.0 - depth) / (noted / (1.0 - noted))) ** (1.0 / values["brain_steepness"])
    aimed = {"aim.ratio": found["P4"][2], "aim.sedation": share, "aim.O2": found["O2"][2], "aim.O5": found["O5"][2]}
    return found | {name: (*AIMS[name], model) for name, model in aimed.items()}


def misfit(low: float, high: float, model: float) -> float:
    """Return what a row costs: a slight pull to the middle inside its band, outside a square that goes on as a line."""
    if not math.isfinite(model):
        return 60.0
    middle = 0.5 * (low + high)
    z = abs(model - middle) / (0.5 * (high - low))
    is_natural = (high == 15.0 and model > middle) or (low == 0.0 and model < middle)  # GCS 15, nothing: no edge
    over = 0.0 if is_natural else max(0.0, z - MARGIN)
    return (100.0 * over**2 if over < 0.3 else 60.0 * over - 9.0) + 0.02 * min(z, 3.0) ** 2


class Search:
    """CMA-ES in the logarithms of the parameters [Hansen 2016, arXiv 1604.00772], with a prior around the reference's values."""

    def __init__(self, structure: str, held: set[str], seed: int, start: dict[str, float] | None = None) -> None:
        self.structure, self.held = structure, held
        self.prior = values_before()
        self.names = list(self.prior)
        self.centre = np.log([(start or self.prior).get(name, self.prior[name]) for name in self.names])
        self.home = np.log([self.prior[name] for name in self.names])
        self.chance = np.random.default_rng(seed)
        self.n_runs = 0
        self.best: tuple[float, FloatArray] = (math.inf, self.centre)

    def values(self, point: FloatArray) -> dict[str, float]:
        """Return the parameters of a point, within their limits."""
        return {name: min(LIMITS.get(name, math.inf), float(math.exp(x))) for name, x in zip(self.names, point, strict=True)}

    def cost(self, point: FloatArray) -> float:
        """Return the misfit of the fitted rows plus the prior."""
        self.n_runs += 1
        over = sum(max(0.0, math.exp(x) - LIMITS[n]) ** 2 for n, x in zip(self.names, point, strict=True) if n in LIMITS)
        try:
            rows = models(self.structure, self.values(point))
        except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError):
            return 1e4
        misses = sum(misfit(*row) for name, row in rows.items() if name not in self.held)
        return misses + 0.1 * float(np.sum(((point - self.home) / LOOSE) ** 2)) + 100.0 * over

    def run(self, n_runs: int, sigma: float) -> None:
        """Search for about `n_runs` evaluations from the centre."""
        n = self.centre.size
        size = 4 + int(3 * math.log(n))
        parents = size // 2
        weights = math.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
        weights /= weights.sum()
        mass = 1.0 / float(np.sum(weights**2))
        cs = (mass + 2) / (n + mass + 5)
        ds = 1 + cs + 2 * max(0.0, math.sqrt((mass - 1) / (n + 1)) - 1)
        cc, c1 = (4 + mass / n) / (n + 4 + 2 * mass / n), 2 / ((n + 1.3) ** 2 + mass)
        cm = min(1 - c1, 2 * (mass - 2 + 1 / mass) / ((n + 2) ** 2 + mass))
        length = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))
        mean, covariance, path_s, path_c = self.centre.copy(), np.eye(n), np.zeros(n), np.zeros(n)
        began, generation = self.n_runs, 0
        self.best = (self.cost(mean), mean)
        while self.n_runs - began < n_runs:
            generation += 1
            scales, basis = np.linalg.eigh(covariance)
            root = np.sqrt(np.maximum(scales, 1e-20))
            steps = (self.chance.standard_normal((size, n)) * root) @ basis.T
            costs = np.array([self.cost(mean + sigma * step) for step in steps])
            order = np.argsort(costs)
            if costs[order[0]] < self.best[0]:
                self.best = (float(costs[order[0]]), mean + sigma * steps[order[0]])
            step = weights @ steps[order[:parents]]
            mean = mean + sigma * step
            path_s = (1 - cs) * path_s + math.sqrt(cs * (2 - cs) * mass) * (basis @ ((basis.T @ step) / root))
            norm = float(np.linalg.norm(path_s))
            is_long = norm / math.sqrt(1 - (1 - cs) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * length
            path_c = (1 - cc) * path_c + is_long * math.sqrt(cc * (2 - cc) * mass) * step
            chosen = steps[order[:parents]]
            covariance = (1 - c1 - cm) * covariance + c1 * np.outer(path_c, path_c) + cm * (chosen.T * weights) @ chosen
            sigma *= math.exp(cs / ds * (norm / length - 1))
            if generation % 10 == 0:
                print(f"  {self.n_runs:5d} runs, best {self.best[0]:.2f}, spread {sigma:.3f}", flush=True)


def report(structure: str, values: dict[str, float], held: set[str], *, has_population: bool) -> dict[str, Any]:
    """Return misses of fitted and held rows, key numbers and the drawn population."""
    rows = models(structure, values)
    missed = [name for name, (low, high, model) in rows.items() if not low <= model <= high]
    told: dict[str, Any] = {
        "misfit": sum(misfit(*row) for name, row in rows.items() if name not in held),
        "fitted outside": {name: round(rows[name][2], 3) for name in missed if name not in held},
        "held outside": {name: round(rows[name][2], 3) for name in missed if name in held},
        "numbers": {name: round(row[2], 3) for name, row in rows.items()},
    }
    if has_population:
        with shares_of(values):
            one = changer(structure, values)(preset("SCI"))
            told["population"] = {k: round(v, 3) for k, v in drug_population.measured(one).items()}
    return told


def main() -> None:
    """Run one search from the command line and write its values and report as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("structure", choices=TOP_LEVEL)
    asked.add_argument("--split", action="store_true", help="leave the held-out rows out")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--runs", type=int, default=1500)
    asked.add_argument("--spread", type=float, default=0.12)
    asked.add_argument("--start", type=Path, help="values of an earlier search")
    asked.add_argument("--out", type=Path, default=Path("build/fit_drug.json"))
    given = asked.parse_args()
    held = set(REFERENCE_HELD) | set(NEW_HELD)
    start = json.loads(given.start.read_text("utf-8"))["values"] if given.start else None
    search = Search(given.structure, held if given.split else set(), given.seed, start)
    began = time.perf_counter()
    if given.runs:
        search.run(given.runs, given.spread)
    values = search.values(search.best[1])
    told = report(given.structure, values, held, has_population=True)
    told |= {"structure": given.structure, "split": given.split, "seed": given.seed, "runs": search.n_runs, "values": values}
    told |= {"cost": search.best[0], "seconds": time.perf_counter() - began}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(told, indent=1), "utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
