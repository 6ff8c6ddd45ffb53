"""Plots: thin wrappers over ImPlot with our colours and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from imgui_bundle import implot

from game.hud.gui import Gui, rgba

Ticks = Sequence[tuple[float, str]]


def line(name: str, x: Any, y: Any, colour: str, weight: float = 2.0) -> None:
    """One curve."""
    spec = implot.Spec(line_color=rgba(colour), line_weight=weight)
    implot.plot_line(name, np.ascontiguousarray(x, dtype="f8"), np.ascontiguousarray(y, dtype="f8"), spec)


def dots(name: str, x: Any, y: Any, colour: str, size: float = 5.0, marker: int = implot.Marker_.circle) -> None:
    """Markers, so that a curve reads without its colour."""
    spec = implot.Spec(marker=marker, marker_size=size, marker_fill_color=rgba(colour), marker_line_color=rgba(colour))
    implot.plot_scatter(name, np.ascontiguousarray(x, dtype="f8"), np.ascontiguousarray(y, dtype="f8"), spec)


def band(name: str, x: Any, low: Any, high: Any, colour: str, alpha: float = 0.18) -> None:
    """A shaded band between two curves."""
    spec = implot.Spec(fill_color=rgba(colour), fill_alpha=alpha)
    implot.plot_shaded(name, *(np.ascontiguousarray(v, dtype="f8") for v in (x, low, high)), spec)


def upright(name: str, x: Sequence[float], colour: str, weight: float = 1.0, alpha: float = 1.0) -> None:
    """Vertical lines."""
    spec = implot.Spec(line_color=rgba(colour, alpha), line_weight=weight)
    implot.plot_inf_lines(name, np.ascontiguousarray(x, dtype="f8"), spec)


def words(x: float, y: float, label: str) -> None:
    """Words at a point, to name a curve at its end."""
    implot.plot_text(label, float(x), float(y))


@contextmanager
def plot(
    g: Gui, address: str, w: float, h: float, x: tuple[float, float], y: tuple[float, float], xlabel: str = "", ylabel: str = "",
    legend: int | None = None, xticks: Ticks = (), yticks: Ticks = (), hide_x: bool = False, is_row: bool = False,
) -> Iterator[bool]:  # fmt: skip
    """A plot of a size in base pixels with fixed limits; `is_row` lays the legend out in a line."""
    flags = implot.Flags_.no_mouse_text | implot.Flags_.no_title | implot.Flags_.no_menus | implot.Flags_.no_inputs
    if legend is None:
        flags |= implot.Flags_.no_legend
    with g.font("small"):
        is_open = implot.begin_plot(f"##{address}", (g.px(w), g.px(h)), flags)
        if is_open:
            x_flags = (implot.AxisFlags_.no_tick_labels if hide_x else 0) | (0 if xlabel else implot.AxisFlags_.no_label)
            implot.setup_axes(xlabel, ylabel, x_flags, 0 if ylabel else implot.AxisFlags_.no_label)
            implot.setup_axes_limits(*x, *y, 1)
            if xticks:
                implot.setup_axis_ticks(implot.ImAxis_.x1, [float(t) for t, _ in xticks], [s for _, s in xticks])
            if yticks:
                implot.setup_axis_ticks(implot.ImAxis_.y1, [float(t) for t, _ in yticks], [s for _, s in yticks])
            if legend is not None:
                implot.setup_legend(legend, implot.LegendFlags_.horizontal if is_row else 0)
            implot.setup_finish()
            yield True
            implot.end_plot()
        else:
            yield False
    g.mark(address, "plot")
