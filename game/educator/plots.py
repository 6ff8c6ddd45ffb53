"""Plots of the debrief as inline SVG: lines named at their end, markers and not colour alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from game.outcome import closing_of, series
from game.session import Session
from scenarios.schema import LEVEL_NAMES

MARKERS = ("o", "s", "^", "D")
# Matplotlib wants numbers where the page has names: these stand for colours of the style sheet until the text is out.
INK, GUIDE = "#010203", "#010204"
COLOURS = ("#010211", "#010212", "#010213", "#010214")
ON_PAGE = {INK: "var(--ink)", GUIDE: "var(--soft)"} | {c: f"var(--curve{i + 1})" for i, c in enumerate(COLOURS)}
NEEDLE_EVENTS = {"LossOfResistance": "flavum", "DuraPunctured": "dura", "BoneContact": "bone"}
SAME_SHARE = 0.004  # of the axis: two lines nearer than this everywhere are drawn as one
LABEL_STEP = 0.09  # of the axis: least distance of two names at the end of their lines


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, slots=True)
class Axis:
    """How the vertical axis is drawn: fixed range, named ticks, one dashed guide with its name."""

    name: str
    low: float | None = None
    high: float | None = None
    ticks: tuple[tuple[float, str], ...] = ()
    guide: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """A finished plot: title and SVG text."""

    title: str
    svg: str


def _range(axis: Axis, curves: Sequence[Curve]) -> tuple[float, float]:
    """Return (bottom, top) of the axis; a fixed end yields to data beyond it."""
    values = [v for c in curves for v in c.y] + ([axis.guide[0]] if axis.guide else [])
    if axis.low is None or axis.high is None:
        low, high = min(values), max(values)
        return low - 0.05 * (high - low), high + 0.08 * (high - low) or 1.0
    if axis.low > axis.high:  # upside down
        return max([axis.low, *values]), min([axis.high, *values])
    return min([axis.low, *values]), max([axis.high, *(1.05 * v for v in values)])


def _merged(curves: Sequence[Curve], height: float) -> list[Curve]:
    """Return the curves with those that cannot be told apart drawn once, under both names."""
    kept: list[Curve] = []
    for curve in curves:
        twin = next((k for k in kept if len(k.y) == len(curve.y) and all(
            abs(a - b) <= SAME_SHARE * height for a, b in zip(k.y, curve.y)
        )), None)  # fmt: skip
        if twin is None:
            kept.append(curve)
        else:
            kept[kept.index(twin)] = Curve(f"{twin.name}, {curve.name}", twin.x, twin.y)
    return kept


def _label_places(ends: Sequence[float], height: float) -> list[float]:
    """Return where the names stand so that none covers another; `ends` in plot order."""
    places = list(ends)
    order = sorted(range(len(ends)), key=lambda i: ends[i])
    for below, above in zip(order, order[1:]):
        places[above] = max(places[above], places[below] + LABEL_STEP * height)
    return places


def _draw_lines(axes: Any, curves: Sequence[Curve], axis: Axis, height: float) -> None:
    ends = [c.y[-1] for c in curves] + ([axis.guide[0]] if axis.guide else [])
    names = [c.name for c in curves] + ([axis.guide[1]] if axis.guide else [])
    colours = [COLOURS[i % 4] for i in range(len(curves))] + [GUIDE]
    if axis.guide:
        axes.axhline(axis.guide[0], color=GUIDE, linewidth=1.0, linestyle=(0, (4, 3)))
    for i, curve in enumerate(curves):
        axes.plot(curve.x, curve.y, color=COLOURS[i % 4], marker=MARKERS[i % 4], markevery=0.18, markersize=4, linewidth=1.7)
    right = max(c.x[-1] for c in curves)
    for name, place, colour in zip(names, _label_places(ends, height), colours):
        axes.annotate(
            name, (right, place), xytext=(8, 0), textcoords="offset points", fontsize=9, color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip


def draw(
    title: str, x_name: str, axis: Axis, curves: Sequence[Curve], moments: Sequence[tuple[float, str]] = ()
) -> Plot:
    """Return one plot; each line is named at its end, `moments` are named dashes along x."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    bottom, top = _range(axis, curves)
    figure = Figure(figsize=(5.6, 2.8), layout="constrained", facecolor="none")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot(facecolor="none")
    _draw_lines(axes, _merged(curves, abs(top - bottom)), axis, abs(top - bottom))
    for row, (x, name) in enumerate(moments):
        axes.axvline(x, color=GUIDE, linewidth=1.0, linestyle=(0, (2, 3)))
        axes.annotate(
            name, (x, top), xytext=(-4, -2 - 12 * row), textcoords="offset points", fontsize=9, color=GUIDE, ha="right", va="top"
        )
    if axis.ticks:
        axes.set_yticks([v for v, _ in axis.ticks], [word for _, word in axis.ticks])
    axes.set_ylim(bottom, top)
    axes.set_xlim(None, max(c.x[-1] for c in curves))
    axes.set_xlabel(x_name, fontsize=9, color=INK)
    axes.set_ylabel(axis.name, fontsize=9, color=INK)
    axes.tick_params(labelsize=9, colors=INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GUIDE)
    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": title}):
        figure.savefig(out, format="svg", metadata={"Date": None}, facecolor="none")
    text = out.getvalue()
    for number, word in ON_PAGE.items():
        text = text.replace(number, word)
    return Plot(title, text[text.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{title}"', 1))


def _needle_plot(session: Session) -> Plot | None:
    steps = [s for s in session.steps if s.observation is not None and s.observation.needle.is_placed]
    if not steps:
        return None
    depths = [1e3 * s.observation.needle.depth_m for s in steps]
    forces = [s.observation.needle.force_n for s in steps]
    moments: dict[str, float] = {}
    for step, depth in zip(steps, depths):
        for event in step.events:
            if event.name in NEEDLE_EVENTS:
                moments.setdefault(NEEDLE_EVENTS[event.name], depth)
    marks = [(depth, name) for name, depth in moments.items()]
    return draw("Needle: force against depth", "depth [mm]", Axis("force [N]"), [Curve("needle", depths, forces)], marks)


def _start_s(session: Session) -> float:
    """Return when the patient was first awake after the hands had left [clinical s]."""
    closing = closing_of(session)
    begin = closing.clinical_time_s if closing is not None else 0.0
    seen = [s.observation for s in session.steps if s.observation is not None]
    awake = [o.clinical_time_s for o in seen if o.clinical_time_s >= begin and not o.patient.is_anaesthetised]
    return awake[0] if awake else begin


def plots(session: Session) -> list[Plot]:
    """Return the plots of a case; those without data are left out."""
    found = _needle_plot(session)
    drawn = [found] if found is not None else []
    course = series(session, _start_s(session))
    days = course.get("day", [])
    if not days or days[-1] < 0.5:
        return drawn
    target, ordered = session.setup.target_level, session.scenario.order.dose_ug_per_day
    levels = tuple((i + 1.0, name) for i, name in enumerate(LEVEL_NAMES) if name in ("T2", "T4", "T6", "T8", "T10", "T12", "L2", "L4"))
    table = (
        ("Dose: programmed and delivered", Axis("µg a day", guide=(ordered, "ordered") if ordered > 0 else None),
         (("programmed", "programmed_ug_per_day"), ("at the tip", "delivered_ug_per_day"), ("elsewhere", "misplaced_ug_per_day"))),
        ("Open lumen at the tightest place", Axis("open share of area", 0.0, 1.05), (("lying", "patency_lying"), ("sitting", "patency_sitting"))),
        ("Level of the tip", Axis("vertebra", 16.0, 6.0, levels, (target, "written")), (("tip", "tip_level"),)),
        ("Spasticity", Axis("Ashworth score", 0.8, 5.0, tuple((float(i), str(i)) for i in range(1, 6))),
         (("legs", "ashworth_legs"), ("arms", "ashworth_arms"))),
        ("Wakefulness", Axis("Glasgow coma scale", 2.0, 15.6, tuple((float(i), str(i)) for i in (3, 6, 9, 12, 15))), (("GCS", "gcs"),)),
        ("Breathing", Axis("breaths a minute", 0.0, 22.0), (("breathing", "respiratory_rate_per_min"),)),
    )  # fmt: skip
    for title, axis, lines in table:
        drawn.append(draw(title, "days", axis, [Curve(name, days, course[key]) for name, key in lines]))
    return drawn
