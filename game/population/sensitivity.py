"""What decides the fate of a catheter at six months: one factor at a time, and ranked by Morris' method.

Two implants are judged: a good one, and a marginal one just outside what the checklist asks. Every
factor runs over its cited range; all runs of a trajectory share one life.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from game.population.cohort import Row, plain
from game.population.operators import Operation
from game.population.people import Person
from physics.anatomy import PatientBuild
from physics.catheter import CATHETERS, CatheterSpec
from physics.randomness import draw

LEVELS = 4  # of Morris' grid: 0, 1/3, 2/3, 1
STEP = 2.0 / 3.0  # p / (2 (p - 1)), the step that visits all levels alike [Morris 1991]
SIX_MONTHS = 6.0
LIVES = 2  # of each run one at a time: their middle counts


@dataclass(frozen=True, slots=True)
class Factor:
    """One uncertain number: its range and where the range comes from."""

    name: str
    text: str
    unit: str
    low: float
    high: float
    is_log: bool
    source: str

    def value(self, share: float) -> float:
        """Return the value at a share 0..1 of the range."""
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def share_of(self, value: float) -> float:
        """Return the share of the range at which a value lies."""
        if self.is_log:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)


FACTORS: tuple[Factor, ...] = (
    Factor("ei", "bending stiffness EI", "1e-6 N m2", 0.5, 3.0, True, "catheter_mechanics 2 [A]"),
    Factor("kink_radius", "kink radius", "mm", 2.0, 5.0, False, "catheter_mechanics 5 [A]"),
    Factor("friction", "friction, canal (tissue in proportion)", "1", 0.05, 0.30, True, "catheter_mechanics_2 3 [M]"),
    Factor("anchor", "anchor: fat, then 1-3 stitches on fascia", "step", 0.0, 3.0, False, "scenarios_content 0.1 [D]"),
    Factor("slack", "slack behind the pump", "mm", 0.0, 200.0, False, "catheter_mechanics_2 5 [A]"),
    Factor("loop", "radius of the relief loop", "mm", 6.0, 20.0, False, "device_and_procedure I23 [UGK-M]"),
    Factor("posture", "posture amplitude", "1", 0.6, 1.5, True, "catheter_mechanics_2 5: 4-9 mm [L]"),
)
ANCHORS = (("fat", 3), ("fascia", 1), ("fascia", 2), ("fascia", 3))  # 0.25, 0.9, 1.7, 2.5 N
OUTCOMES = {
    "patency": "least open share of the lumen, lying or sitting", "tip_mm": "tip, caudal since surgery [mm]",
}  # fmt: skip

_BODY = PatientBuild(51.0, False, 1.74, 76.0, 0.0100, 0.0075, 0.0640)
WALKER = Person(_BODY, "SCI", "ambulatory", 100.0, 1.0, 0.0, 0.2)
GOOD = Operation(
    elevation_rad=0.75, space_level=15.5, tip_level=10.0, tip_miss_m=0.0, purse_n=2.0, anchor_distance_m=0.010,
    anchor_sutures=3, anchor_substrate="fascia", tie_n=2.0, loop_radius_m=0.015, slack_m=0.13, coil_radius_m=0.020,
    is_coil_behind=True, tunnel_depth_m=0.012, tunnel_bow_m=0.0, pocket_shift_u_m=0.0, pocket_shift_v_m=0.0,
    clearance_m=0.007, plane="subcutaneous", cover_m=0.016, outlet_rad=0.52, pump_sutures=4, pump_substrate="fascia",
    connector_n=18.0,
)  # fmt: skip
MARGINAL = replace(
    GOOD, elevation_rad=1.05, anchor_distance_m=0.015, anchor_sutures=1, loop_radius_m=0.008, slack_m=0.03, coil_radius_m=0.010
)
NOMINAL = {
    "ei": lambda plan: 1.0, "kink_radius": lambda plan: 3.0, "friction": lambda plan: 0.15,
    "anchor": lambda plan: float(plan.anchor_sutures), "slack": lambda plan: 1e3 * plan.slack_m,
    "loop": lambda plan: 1e3 * plan.loop_radius_m, "posture": lambda plan: 1.0,
}  # fmt: skip
IMPLANTS = {"good": GOOD, "marginal": MARGINAL}


def specification(values: dict[str, float], base: CatheterSpec = CATHETERS["ascenda_8780"]) -> CatheterSpec:
    """Return the catheter with stiffness, kink radius and friction of a run."""
    ei, friction = 1e-6 * values["ei"], values["friction"] / base.friction_canal
    return replace(
        base, bending_stiffness=ei, twisting_stiffness=ei * base.twisting_stiffness / base.bending_stiffness,
        kink_radius_m=1e-3 * values["kink_radius"], friction_canal=friction * base.friction_canal,
        friction_needle=friction * base.friction_needle, friction_tissue=friction * base.friction_tissue,
    )  # fmt: skip


def operation_with(plan: Operation, values: dict[str, float]) -> Operation:
    """Return the operation with anchor, slack and loop of a run."""
    substrate, sutures = ANCHORS[round(values["anchor"])]
    return replace(
        plan, anchor_substrate=substrate, anchor_sutures=sutures, slack_m=1e-3 * values["slack"], loop_radius_m=1e-3 * values["loop"]
    )


def one_run(number: int, name: str, values: dict[str, float], life: int) -> Row:
    """Return the outcome of one implant with these values; a failure of the model is told, not hidden."""
    from game.population.follow import follow
    from game.population.implant import CannotImplant, case_for, put_in
    from physics.errors import SimulationDiverged

    row: Row = {"index": number, "implant": name, "values": values, "life": life}
    person = replace(WALKER, flexion_scale=values["posture"])
    plan = operation_with(IMPLANTS[name], values)
    try:
        case = replace(case_for(person, "ascenda_8780"), catheter=specification(values))
        history = follow(put_in(case, person, plan, life), SIX_MONTHS, life)
    except (CannotImplant, SimulationDiverged, ValueError, np.linalg.LinAlgError) as reason:
        return plain(row | {"state": "failed", "reason": str(reason)})
    out = {
        "patency": min(history.min_patency_lying, history.min_patency_sitting), "tip_mm": 1e3 * history.tip_shift_m,
        "events": [asdict(event) for event in history.events],
    }  # fmt: skip
    return plain(row | {"state": "followed", **out})


def nominal(plan: Operation) -> dict[str, float]:
    """Return the values of the factors of an implant as it stands."""
    return {name: float(of(plan)) for name, of in NOMINAL.items()}


def one_at_a_time(name: str) -> list[dict[str, float]]:
    """Return the runs that change one factor: as it stands, then low and high of each."""
    base = nominal(IMPLANTS[name])
    runs = [base]
    for factor in FACTORS:
        runs += [base | {factor.name: factor.low}, base | {factor.name: factor.high}]
    return runs


def trajectory(generator: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return one of Morris' walks over the grid, (k + 1, k) shares: each step moves one factor by `STEP`."""
    k = len(FACTORS)
    start = generator.integers(0, LEVELS // 2, k) / (LEVELS - 1.0)  # low half: room for a step up
    is_down = generator.random(k) < 0.5
    order = generator.permutation(k)
    walk = np.tile(start, (k + 1, 1))
    for step, factor in enumerate(order):
        walk[step + 1 :, factor] += STEP
    walk[:, is_down] = 1.0 - walk[:, is_down]
    return walk


def elementary_effects(
    walks: list[np.ndarray[Any, np.dtype[np.float64]]], outcomes: list[list[float]]
) -> dict[str, tuple[float, float, int]]:
    """Return (mean of |effect|, standard deviation of effect, steps counted) per factor, per full range.

    Parameters
    ----------
    walks : list of (k + 1, k) arrays
        Shares 0..1.
    outcomes : list of lists
        Outcome at each point of each walk; NaN where a run failed.

    Notes
    -----
    Morris, Technometrics 33 (1991) 161; mean of absolute effects: Campolongo et al., Environ. Model.
    Softw. 22 (2007) 1509.
    """
    effects: dict[str, list[float]] = {factor.name: [] for factor in FACTORS}
    for walk, values in zip(walks, outcomes, strict=True):
        for step in range(len(walk) - 1):
            change = walk[step + 1] - walk[step]
            moved = int(np.abs(change).argmax())
            effect = (values[step + 1] - values[step]) / float(change[moved])
            if np.isfinite(effect):
                effects[FACTORS[moved].name].append(effect)
    out = {}
    for name, found in effects.items():
        mean = float(np.mean(np.abs(found))) if found else 0.0
        out[name] = (mean, float(np.std(found, ddof=1)) if len(found) > 1 else 0.0, len(found))
    return out


def walks_for(seed: int, trajectories: int) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Return the walks of a seed."""
    return [trajectory(draw(seed, "population.sensitivity", number)) for number in range(trajectories)]


def tasks_for(seed: int, trajectories: int) -> dict[int, tuple[int, str, dict[str, float], int]]:
    """Return every run: number -> arguments of `one_run`."""
    runs: list[tuple[str, dict[str, float], int]] = []
    for name in IMPLANTS:
        runs += [(name, values, life) for values in one_at_a_time(name) for life in range(LIVES)]
        for number, walk in enumerate(walks_for(seed, trajectories)):
            for point in walk:
                values = {f.name: f.value(float(share)) for f, share in zip(FACTORS, point, strict=True)}
                runs.append((name, values, LIVES + number))
    return {number: (number, *run) for number, run in enumerate(runs)}


def summary(seed: int, trajectories: int, rows: list[Row]) -> dict[str, Any]:
    """Return both tables for every implant and outcome, and what failed."""
    told: dict[str, Any] = {"seed": seed, "trajectories": trajectories, "months": SIX_MONTHS, "implants": {}}
    told["factors"] = [asdict(factor) for factor in FACTORS]
    walks = walks_for(seed, trajectories)
    for name in IMPLANTS:
        own = [row for row in rows if row["implant"] == name]
        single = [own[k : k + LIVES] for k in range(0, (1 + 2 * len(FACTORS)) * LIVES, LIVES)]
        walked = own[(1 + 2 * len(FACTORS)) * LIVES :]
        size = len(FACTORS) + 1
        part: dict[str, Any] = {"nominal": nominal(IMPLANTS[name])}
        for outcome in OUTCOMES:
            middle = [_middle([row.get(outcome) for row in group]) for group in single]
            values = [[row.get(outcome, float("nan")) for row in walked[k * size : (k + 1) * size]] for k in range(trajectories)]
            effects = elementary_effects(walks, values)
            part[outcome] = {
                "as_it_stands": middle[0],
                "factors": {
                    factor.name: {
                        "low": middle[1 + 2 * k], "high": middle[2 + 2 * k], "mean_effect": effects[factor.name][0],
                        "spread": effects[factor.name][1], "steps": effects[factor.name][2],
                    }
                    for k, factor in enumerate(FACTORS)
                },
            }  # fmt: skip
        told["implants"][name] = part
    told["failed"] = [{"index": row["index"], "reason": row["reason"]} for row in rows if row["state"] == "failed"]
    told["rows"] = rows
    return told


def _middle(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def run_sensitivity(seed: int, trajectories: int, workers: int, part: Any = None, advance: Any = None) -> list[Row]:
    """Return the rows of all runs, in order."""
    from game.population.cohort import run_tasks

    asked = {"what": "sensitivity", "seed": seed, "trajectories": trajectories}
    return run_tasks(one_run, asked, tasks_for(seed, trajectories), workers, part, advance)
