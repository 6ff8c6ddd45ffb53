"""Figures of a population and of its sensitivity: intervals side by side, effects as bars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from game.figure import INK, bare, pyplot, save

MODEL, SERIES = "#1b6ca8", "#c2571a"
DPI = 150


def _axes(rows: float, columns: int, width: float) -> tuple[Any, Any]:
    figure, axes = pyplot().subplots(1, columns, figsize=(width, rows), constrained_layout=True, squeeze=False)
    for axis in axes[0]:
        bare(axis, "x", 0.7)
    return figure, axes[0]


def draw_population(reports: list[dict[str, Any]], path: Path) -> None:
    """Draw model and published shares with their exact intervals, one panel per report.

    Parameters
    ----------
    reports : list of dict
        As `game.population.table.report` returns them.
    path : Path
        PNG to write.
    """
    longest = max(sum(len(s["lines"]) for s in told["against"]) for told in reports)
    figure, axes = _axes(0.9 + 0.34 * longest, len(reports), 4.6 * len(reports))
    for axis, told in zip(axes, reports, strict=True):
        names, y = [], 0
        for series in told["against"]:
            for line in series["lines"]:
                for offset, colour, share, ends in (
                    (-0.14, MODEL, line["share"], line["interval"]),
                    (0.14, SERIES, line["published_share"], line["published_interval"]),
                ):
                    axis.plot([100 * e for e in ends], [y + offset] * 2, color=colour, linewidth=2.2, solid_capstyle="butt")
                    axis.plot(100 * share, y + offset, "o", color=colour, markersize=4.5)
                names.append(f"{line['kind']} [{series['key']}]")
                y += 1
        axis.set_yticks(range(y), names)
        axis.set_ylim(longest - 0.4, -0.6)
        axis.set_xlim(left=-0.4)
        axis.set_xlabel("implants with an event [%], 95 % exact")
        radius = "" if told["kink_radius_m"] is None else f", kink radius {1e3 * told['kink_radius_m']:g} mm"
        axis.set_title(f"{told['model']}{radius}: {told['states']['followed']} x {told['months']:g} months", loc="left", fontsize=9)
    axes[0].plot([], [], "-o", color=MODEL, label="model")
    axes[0].plot([], [], "-o", color=SERIES, label="published")
    figure.legend(frameon=False, loc="outside upper right", ncols=2)
    save(figure, path, DPI)


def draw_sensitivity(told: dict[str, Any], path: Path) -> None:
    """Draw the mean effect of every factor on every outcome, for each implant.

    Parameters
    ----------
    told : dict
        As `game.population.sensitivity.summary` returns it.
    path : Path
        PNG to write.
    """
    labels = {"patency": "change of the least open share", "tip_mm": "change of the tip's place [mm]"}
    figure, axes = _axes(3.1, len(labels), 8.6)
    factors = [factor["name"] for factor in told["factors"]]
    texts = [factor["text"].split(",")[0].split(":")[0] for factor in told["factors"]]
    shades = dict(zip(told["implants"], (MODEL, SERIES), strict=False))
    for axis, (outcome, label) in zip(axes, labels.items(), strict=True):
        for shift, (name, part) in zip((-0.19, 0.19), told["implants"].items(), strict=True):
            lines = part[outcome]["factors"]
            sizes = [lines[f]["mean_effect"] for f in factors]
            errors = [lines[f]["spread"] / max(lines[f]["steps"], 1) ** 0.5 for f in factors]
            places = [k + shift for k in range(len(factors))]
            axis.barh(places, sizes, 0.36, color=shades[name], label=f"{name} implant", xerr=errors, ecolor=INK, error_kw={"linewidth": 0.8})
        axis.set_yticks(range(len(factors)), texts if axis is axes[0] else [""] * len(factors))
        axis.set_ylim(len(factors) - 0.4, -0.6)
        axis.set_xlim(left=0.0)
        axis.set_xlabel(f"{label}, over the factor's range")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, frameon=False, loc="outside upper right", ncols=2)
    save(figure, path, DPI)
