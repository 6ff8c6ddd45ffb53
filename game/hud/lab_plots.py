"""The lab's plots: curve of theory, dots of the simulation, and what was kept as A."""

from __future__ import annotations

import math

import numpy as np
from imgui_bundle import imgui, implot

from game.hud import theme as T
from game.hud.gui import Gui
from game.hud.plots import band, dots, line, plot, upright, words
from game.hud.widgets import caption, room, same, segmented, soft, text_width
from game.kink_lab import theory
from game.kink_lab.bench import Trace, response
from physics.catheter.spec import CATHETERS
from physics.lab_reading import LabReading
from physics.lab_setup import SETUPS

THEORY, NOW, KEPT = T.TEXT["yellow"], T.MARK["now"], T.MARK["special"]
TITLES = {
    "loop": "Pull against radius of the loop", "arch": "Push against shortening", "twist": "Torque against turns",
    "pins": "Pull lost round the pins", "needle": "Pull lost over the needle's edge",
}  # fmt: skip
LAWS = {
    "loop": "theory T = EI / 4R²", "arch": "theory: clamped elastica", "twist": "theory GJ φ / L, then Greenhill",
    "pins": "theory: at most exp(µθ)", "needle": "theory: at most exp(µθ)",
}  # fmt: skip


def draw_plots(g: Gui, seen: LabReading, trace: Trace, kept: Trace | None, chosen: str) -> None:
    """Draw the plot of the set-up and, beside it, the fold's law or Brazier's flattening."""
    w, h = room(g)
    second = min(w * 0.42, 400.0) if w > 560 else 0.0
    first = w - second - (12 if second else 0)
    top, left = imgui.get_cursor_pos_y(), imgui.get_cursor_pos_x()
    if second or chosen == "response":
        caption(g, TITLES[seen.setup])
        if first > text_width(g, TITLES[seen.setup].upper(), "caption", "bold") + text_width(g, LAWS[seen.setup], "small") + 24:
            same(g, 14)
            soft(g, LAWS[seen.setup])
    if second:
        imgui.set_cursor_pos((left, top + g.px(26)))
        _response(g, seen, trace, kept, first, h - 26)
        imgui.set_cursor_pos((left + g.px(first + 12), top - g.px(5)))
    choices = [("fold", "Fold: moment"), ("oval", "Out of round")]
    if not second:
        choices = [("response", "Pull"), *choices]
    with g.font("small"):
        segmented(g, "lab.show", choices, chosen, ((second or w) - 4) / len(choices), 27)
    imgui.set_cursor_pos((left + (g.px(first + 12) if second else 0.0), top + g.px(26)))
    size = (second or w, h - 26)
    {"fold": _fold, "oval": _oval, "response": _response}[chosen if second == 0 or chosen != "response" else "fold"](
        g, seen, trace, kept, *size
    )


def _cloud(points: tuple[tuple[float, float], ...], name: str, colour: str, marker: int, size: float) -> None:
    if points:
        xy = np.array(points[:: max(len(points) // 160, 1)])
        dots(name, xy[:, 0], xy[:, 1], colour, size, marker)


def _clouds(trace: Trace, kept: Trace | None, name: str, now: tuple[float, float] | None, same_axes: bool = True) -> None:
    if kept is not None and (same_axes or kept.setup == trace.setup):
        _cloud(getattr(kept, name), "A", KEPT, implot.Marker_.square, 2.6)
    _cloud(getattr(trace, name), "B" if kept else "simulation", NOW, implot.Marker_.circle, 2.6)
    if now is not None:
        dots("##now", [now[0]], [now[1]], T.WHITE, 5.5)


def _response(g: Gui, seen: LabReading, trace: Trace, kept: Trace | None, w: float, h: float) -> None:
    spec = CATHETERS[seen.model]
    corner = implot.Location_.north_east
    if seen.setup == "loop":
        fold_at, most = spec.kink_radius_m * 1e3, theory.kink_tension(spec) * 1e3
        x = np.linspace(0.7 * fold_at, 18.0, 160)
        with plot(g, "lab.plot.response", w, h, (0, 18), (0, most * 1.35), "least radius (mm)", "pull (mN)", corner, is_row=True) as ok:
            if ok:
                line("theory", x, theory.loop_tension(x * 1e-3, spec) * 1e3, THEORY)
                upright("##folds", [fold_at], T.MARK["alarm"], 1.5)
                words(fold_at * 0.5, most * 0.12, "folded")
                _clouds(trace, kept, "response", response(seen), False)
        return
    if seen.setup == "arch":
        share, push, _ = theory.arch(spec, SETUPS["arch"].length_m)
        x, y = share * 100, push * SETUPS["arch"].length_m ** 2 / spec.bending_stiffness
        with plot(g, "lab.plot.response", w, h, (0, 60), (0, 80), "shortened (%)", "push · L² / EI", implot.Location_.south_east, is_row=True) as ok:
            if ok:
                line("theory", x[x < 60], y[x < 60], THEORY)
                _clouds(trace, kept, "response", response(seen), False)
        return
    if seen.setup == "twist":
        length = SETUPS["twist"].length_m
        limit = theory.buckling_torque(spec, length) * 1e6
        x = np.linspace(0.0, 6.0, 60)
        y = theory.torque(x * 2 * math.pi, spec, length) * 1e6
        with plot(g, "lab.plot.response", w, h, (0, 6), (0, limit * 2.2), "turns", "torque (µN m)", implot.Location_.north_west, is_row=True) as ok:
            if ok:
                line("theory", x[y < limit * 1.02], y[y < limit * 1.02], THEORY)
                words(4.6, limit * 1.12, "buckles if slack")
                line("##leaves its line", [0, 6], [limit, limit], T.MARK["alarm"], 1.5)
                _clouds(trace, kept, "response", response(seen), False)
        return
    x = np.linspace(0.0, 400.0, 80)
    high = theory.capstan(np.radians(x), spec.friction_needle)
    with plot(g, "lab.plot.response", w, h, (0, 400), (0.9, 3.2), "turned in all (deg)", "larger / smaller pull", implot.Location_.north_west, is_row=True) as ok:
        if ok:
            band("##sticks", x, np.ones_like(x), high, THEORY, 0.10)
            line("theory, slipping", x, high, THEORY)
            _clouds(trace, kept, "response", response(seen), False)


def _fold(g: Gui, seen: LabReading, trace: Trace, kept: Trace | None, w: float, h: float) -> None:
    x = np.linspace(0.0, 170.0, 120)
    with plot(g, "lab.plot.fold", w, h, (0, 170), (0, 1.25), "fold (deg)", "moment / fold's", implot.Location_.north_east, is_row=True) as ok:
        if ok:
            line("theory", x, theory.fold(np.radians(x)), THEORY)
            if seen.n_folds and seen.fold_rad_most > 0.03:
                angle, share = theory.unloading(seen.fold_rad_most)
                line("##way back", np.degrees(angle), share, T.MARK["ok"], 1.5)
            _clouds(trace, kept, "fold", (math.degrees(seen.fold_rad_now), seen.moment_share))


def _oval(g: Gui, seen: LabReading, trace: Trace, kept: Trace | None, w: float, h: float) -> None:
    x = np.linspace(0.0, 1.0, 60)
    bend = seen.kink_radius_m / seen.least_radius_m
    now = None if seen.n_folds else (bend, float(seen.flattening.max()) * 100)
    with plot(g, "lab.plot.oval", w, h, (0, 1.1), (0, 27), "bend / bend that folds", "out of round (%)", implot.Location_.north_west, is_row=True) as ok:
        if ok:
            line("Brazier", x, theory.flattening(x) * 100, THEORY)
            upright("##folds", [1.0], T.MARK["alarm"], 1.5)
            _clouds(trace, kept, "oval", now)
