"""Draw what drawn patients show beside published numbers: `python scripts/draw_virtual_patients.py [PATIENTS]`.

Runs three cohorts (spinal, cerebral, children) of 300 patients for 540 days on two cores, a few minutes, and
prints the tables of docs/models/virtual_patients.md.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from game.population.clinic import DrugCohort
from game.population.doses import MARKS, report, run_patients, treated

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "virtual_patients.png"
GROUPS = {"spinal": "spinal (SCI, MS)", "cerebral": "cerebral (TBI, CP, stroke)", "children": "children (CP)"}
PATIENTS, DAYS, WORKERS, SEED = 300, 540, 2, 0
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#555555"
MONTH_DAYS = 30.4
APART_MONTHS = 0.75  # so far apart, that series of one time do not cover each other
MOST_SHOWN = 1000.0  # ranges of children run on to 2000


def draw_doses(axis: Axes, told: dict[str, Any]) -> None:
    """Draw median and centiles of the dose over time, with the published series."""
    kept = treated(told["rows"])
    months = np.array(kept[0]["course"]["day"]) / MONTH_DAYS
    doses = np.array([row["course"]["dose"] for row in kept])
    low, lower, middle, upper, high = np.percentile(doses, [5, 25, 50, 75, 95], axis=0)
    axis.fill_between(months, low, high, color=BLUE, alpha=0.13, lw=0, label="model, 5-95 %")
    axis.fill_between(months, lower, upper, color=BLUE, alpha=0.22, lw=0, label="model, 25-75 %")
    axis.plot(months, middle, color=BLUE, lw=1.2, ls="--", label="model, median")
    axis.plot(months, doses.mean(axis=0), color=BLUE, lw=2.0, label="model, mean")
    for mark in dict.fromkeys(line["mark"] for line in told["published"]):
        lines = [line for line in told["published"] if line["mark"] == mark]
        for k, line in enumerate(lines):
            draw_series(axis, line, MARKS[mark] / MONTH_DAYS + APART_MONTHS * (k - 0.5 * (len(lines) - 1)))
    axis.plot([], [], "-o", color=ORANGE, ms=4, lw=1.1, label="published mean; SD or range")
    axis.set_xlim(-1.2, 20.2)
    axis.set_ylim(0, MOST_SHOWN)
    axis.set_xticks([0, 3, 6, 9, 12, 15, 18])
    axis.set_xlabel("months of therapy")
    axis.set_title(f"{GROUPS[told['group']]}: {len(kept)} of {told['patients']}", fontsize=9.5, loc="left")


def draw_series(axis: Axes, line: dict[str, Any], month: float) -> None:
    """Draw one published series: its mean, its range or standard deviation, its key."""
    ends = (line["least"], line["most"])
    if ends[0] is None and line["sd"] is not None:
        ends = (line["mean"] - line["sd"], line["mean"] + line["sd"])
    if ends[0] is not None:
        axis.plot([month] * 2, ends, color=ORANGE, lw=1.1, alpha=0.8)
    if line["mean"] is not None:
        axis.plot(month, line["mean"], "o", color=ORANGE, ms=4.5)
    name = line["key"] + (" MS" if line["text"].startswith("MS") else "")
    top = min(max(v for v in (line["mean"], ends[1]) if v is not None), MOST_SHOWN - 130.0)
    axis.text(month - (0.42 if ends[1] is not None and ends[1] > MOST_SHOWN - 130.0 else 0.0), top + 22, name, rotation=90,
              ha="center", va="bottom", fontsize=7, color=ORANGE)  # fmt: skip


def draw_bars(axis: Axes, told: list[dict[str, Any]], key: str, title: str, band: tuple[float, float]) -> None:
    """Draw shares by test dose, one colour depth per group, with the published band."""
    axis.axhspan(*band, color=ORANGE, alpha=0.3, lw=0.8)
    for k, group in enumerate(told):
        for j, probe in enumerate(group["probes"]):
            share = probe[key]
            place = j + 0.27 * (k - 1)
            axis.bar(place, 100 * share["share"], 0.25, color=BLUE, alpha=(1.0, 0.6, 0.3)[k], label=group["group"] if j == 0 else None)
            axis.plot([place] * 2, [100 * share["low"], 100 * share["high"]], color=GREY, lw=1.0)
    axis.set_xticks(range(3), [f"{probe['dose']:.0f} µg" for probe in told[0]["probes"]])
    axis.set_ylim(0, 104)
    axis.set_title(title, fontsize=9.5, loc="left")


def draw_spread(axis: Axes, told: list[dict[str, Any]]) -> None:
    """Draw the cumulative distribution of the peak temperature after a stop."""
    for k, group in enumerate(told):
        values = np.sort([row["stop"]["temperature_c"] for row in treated(group["rows"])])
        axis.plot(values, 100.0 * np.arange(1, values.size + 1) / values.size, color=BLUE, alpha=(1.0, 0.6, 0.3)[k], lw=1.8)
        axis.text(0.97, 0.34 - 0.1 * k, f"{group['group']}: severe {100 * group['severe']['share']:.1f} %", transform=axis.transAxes,
                  ha="right", color=GREY, fontsize=8)  # fmt: skip
    axis.set_xlabel("peak temperature in the 4 days after [°C]")
    axis.set_ylim(0, 104)
    axis.set_title("abrupt stop at 18 months: patients up to [%]", fontsize=9.5, loc="left")


def draw(told: list[dict[str, Any]]) -> None:
    """Draw the figure."""
    figure = Figure(figsize=(11.5, 7.2), dpi=110, constrained_layout=True)
    FigureCanvasAgg(figure)
    top, bottom = figure.subplots(2, 3, height_ratios=(1.45, 1.0))
    for axis in (*top, *bottom):
        axis.grid(alpha=0.22)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    for axis, group in zip(top, told, strict=True):
        draw_doses(axis, group)
    top[0].set_ylabel("dose [µg/day]")
    top[1].legend(frameon=False, fontsize=7.5, loc="upper left")
    draw_bars(bottom[0], told, "answered", "legs answered by a point or more [%]", (86.0, 95.0))
    bottom[0].legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize=7.5, loc="lower left")
    draw_bars(bottom[1], told, "somnolent", "somnolent after that dose alone [%]", (5.0, 6.0))
    bottom[1].text(2.4, 97, "orange: published, doses pooled", ha="right", va="top", fontsize=8, color=ORANGE)
    draw_spread(bottom[2], told)
    figure.savefig(OUT, metadata={"Software": None})


def print_tables(told: list[dict[str, Any]]) -> None:
    """Print the tables of the model page."""
    for group in told:
        print(f"\n### {group['group']}: {group['states']}, answered at {group['answered_at']} ug")
        for name, dose in group["doses"].items():
            legs = group["legs"][name]["mean"]
            print(f"| {name} | {dose['mean']:.0f} ({dose['se']:.0f}) | {dose['sd']:.0f} | {dose['median']:.0f} | "
                  f"{dose['p5']:.0f}-{dose['p95']:.0f} | {dose['least']:.0f}-{dose['most']:.0f} | {legs:.2f} |")  # fmt: skip
        print("legs before", round(group["legs_before"]["mean"], 2), "refills", round(group["refills"]["mean"], 1))
        for key in ("answered", "somnolent_tests", "somnolent_titration", "somnolent_maintenance", "examined", "severe"):
            share = group[key]
            print(f"{key}: {100 * share['share']:.1f} ({100 * share['low']:.1f}-{100 * share['high']:.1f})")
        for probe in group["probes"]:
            print(probe["dose"], *(f"{100 * probe[k]['share']:.0f} ({100 * probe[k]['low']:.0f}-{100 * probe[k]['high']:.0f})" for k in ("answered", "somnolent")))
        for key in ("lumbar_cisternal", "stop_temperature_c"):
            value = group[key]
            print(key, *(round(value[k], 2) for k in ("p5", "median", "p95", "mean")))


def main() -> None:
    """Run the cohorts, draw the figure and print the tables."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    told = []
    for group in GROUPS:
        cohort = DrugCohort(patients, DAYS, group, SEED)
        told.append(report(cohort, run_patients(cohort, WORKERS)))
    draw(told)
    print_tables(told)
    print(f"\n{OUT}")


if __name__ == "__main__":
    main()
