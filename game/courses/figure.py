"""The picture of a written course: five panels over time, the course drawn full and its comparison dashed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game.figure import INK, bare, pyplot, save

BLUE, ORANGE, GREEN, PURPLE = "#1b6ca8", "#c2571a", "#2a7d4f", "#7a4fa3"
DPI = 130
LETTER_SHARE = 0.0105  # of the width of a panel: room for a letter of a mark
LONG_DAYS = 6.0  # from here the time axis counts days, not hours


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: name of its axis, fixed range or None, (array, name, colour) of its lines."""

    name: str
    limits: tuple[float, float] | None
    lines: tuple[tuple[str, str, str], ...]


PANELS = (
    Panel("dose [µg/day]", None, (
        ("programmed_ug_per_day", "programmed", INK), ("delivered_ug_per_day", "into CSF", BLUE), ("misplaced_ug_per_day", "elsewhere", ORANGE),
    )),
    Panel("CSF [ng/mL]", None, (
        ("csf_l4_ng_per_ml", "L4", BLUE), ("csf_t10_ng_per_ml", "T10", GREEN), ("csf_c6_ng_per_ml", "C6", PURPLE),
        ("csf_cistern_ng_per_ml", "cisterns", ORANGE),
    )),
    Panel("scores", (-0.1, 5.1), (
        ("ashworth_legs", "Ashworth legs", BLUE), ("ashworth_arms", "Ashworth arms", PURPLE), ("spasm_score", "spasms", ORANGE),
    )),
    Panel("scores, breaths/min", (0.0, 24.0), (("gcs", "GCS", BLUE), ("respiratory_rate_per_min", "breaths", GREEN), ("itch", "itch 0-10", PURPLE))),
    Panel("temperature [°C]", (34.0, 41.0), (("temperature_c", "temperature", ORANGE),)),
)  # fmt: skip


def _panels(runs: list[dict[str, Any]]) -> list[Panel]:
    """Return the panels in which something is not nothing throughout."""
    return [p for p in PANELS if any(any(run[key]) for run in runs for key, _, _ in p.lines)]


def draw_course(told: dict[str, Any], path: Path) -> None:
    """Write the picture of a course.

    Parameters
    ----------
    told : dict
        As `game.courses.run.written_course` returns it.
    path : Path
        PNG to write.
    """
    panels = _panels(told["runs"])
    figure, axes = pyplot().subplots(len(panels), 1, figsize=(8.6, 0.9 + 1.7 * len(panels)), sharex=True, constrained_layout=True)
    last_day = max(run["time_days"][-1] for run in told["runs"])
    scale, unit = (1.0, "days") if last_day >= LONG_DAYS else (24.0, "hours")
    for axis, panel in zip(axes, panels, strict=True):
        for run, style, width in zip(told["runs"], ("-", (0, (3, 2))), (1.7, 1.1), strict=True):
            times = [scale * day for day in run["time_days"]]
            for key, name, colour in panel.lines:
                # a dose holds over the span before its sample
                drawstyle = "steps-pre" if panel is PANELS[0] else "default"
                label = name if style == "-" else None
                axis.plot(times, run[key], color=colour, linestyle=style, linewidth=width, drawstyle=drawstyle, label=label)
        axis.set_ylabel(panel.name)
        if panel.limits is not None:
            axis.set_ylim(*panel.limits)
        bare(axis)
        axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    for axis, panel in zip(axes, panels, strict=True):
        if panel.limits is None:
            axis.set_ylim(bottom=0.0)
    axes[-1].set_xlim(0.0, scale * last_day)
    _mark(axes, told["runs"][0]["marks"], scale)
    axes[-1].set_xlabel(unit)
    names = [run["name"] for run in told["runs"]]
    figure.suptitle(f"{told['title']}\nfull: {names[0]}      dashed: {names[1]}", x=0.01, ha="left", fontsize=10)
    save(figure, path, DPI)


def _mark(axes: Any, marks: list[dict[str, Any]], scale: float) -> None:
    """Draw what was done as lines through all panels, named over the first; names that crowd stand higher."""
    right, ends = axes[-1].get_xlim()[1], [0.0] * len(marks)
    for mark in marks:
        at = scale * mark["day"]
        for axis in axes:
            axis.axvline(at, color=INK, linewidth=0.7, linestyle=":")
        row = next(k for k, end in enumerate(ends) if end <= at)
        ends[row] = at + LETTER_SHARE * right * (len(mark["text"]) + 1)
        axes[0].annotate(
            mark["text"], (at, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3 + 10 * row), textcoords="offset points",
            fontsize=7.5, ha="left", va="bottom", annotation_clip=False,
        )  # fmt: skip
