"""Plots of the debrief as inline SVG: lines named at their end, markers and not colour alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from game.outcome import series
from game.session import Session

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # Okabe-Ito, dark enough on white paper
MARKERS = ("o", "s", "^", "D")


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, slots=True)
class Plot:
    """A finished plot: title and SVG text."""

    title: str
    svg: str


def draw(title: str, x_name: str, y_name: str, curves: Sequence[Curve]) -> Plot:
    """Return one plot; each line is named at its end."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 2.7), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for i, curve in enumerate(curves):
        every = max(1, len(curve.x) // 8)
        axes.plot(
            curve.x, curve.y, color=COLOURS[i % 4], marker=MARKERS[i % 4], markevery=every, markersize=4, linewidth=1.5
        )
        if len(curve.x):
            axes.annotate(
                curve.name, (curve.x[-1], curve.y[-1]), xytext=(4, 0), textcoords="offset points", fontsize=8,
                color=COLOURS[i % 4], va="center", annotation_clip=False,
            )  # fmt: skip
    axes.set_xlabel(x_name, fontsize=8)
    axes.set_ylabel(y_name, fontsize=8)
    axes.tick_params(labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return Plot(title, text[text.index("<svg") :])


def _needle_plot(session: Session) -> Plot | None:
    seen = [s.observation for s in session.steps if s.observation is not None and s.observation.needle.is_placed]
    if not seen:
        return None
    depths = [1e3 * o.needle.depth_m for o in seen]
    forces = [o.needle.force_n for o in seen]
    return draw("Needle: force against depth", "depth [mm]", "force [N]", [Curve("needle", depths, forces)])


def plots(session: Session) -> list[Plot]:
    """Return the plots of a case; those without data are left out."""
    found = _needle_plot(session)
    drawn = [found] if found is not None else []
    course = series(session)
    days = course.get("day", [])
    if not days or days[-1] < 0.5:
        return drawn
    table = (
        ("Dose: programmed and delivered", "ug/day", (("programmed", "programmed_ug_per_day"),
                                                      ("delivered at the tip", "delivered_ug_per_day"))),
        ("Open lumen at the tightest place", "open area share", (("lying", "patency_lying"), ("sitting", "patency_sitting"))),
        ("Level of the tip (T10 = 10, L1 = 13)", "level", (("tip", "tip_level"),)),
        ("Ashworth score", "1 .. 5", (("legs", "ashworth_legs"), ("arms", "ashworth_arms"))),
        ("Wakefulness", "Glasgow coma scale", (("GCS", "gcs"),)),
        ("Breathing", "breaths a minute", (("breathing rate", "respiratory_rate_per_min"),)),
    )  # fmt: skip
    for title, y_name, lines in table:
        drawn.append(draw(title, "days", y_name, [Curve(name, days, course[key]) for name, key in lines]))
    return drawn
