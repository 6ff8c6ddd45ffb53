"""Draw pressure and flow of a line that kinks and opens again: `python scripts/draw_line_pressure.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from physics import hydraulics

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "line_pressure.png"
ML_PER_DAY = 1e-6 / 86400.0
FLOW_ML, CSF_PA, N = 0.5, 1471.0, 90
SHUT_H, OPEN_H, END_H, STEP_S = 6.0, 30.0, 48.0, 60.0
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#777777"


def course(air_m3: float) -> dict[str, np.ndarray]:
    """Return seconds, pressure [kPa], flow at the tip [mL/day] and volume delivered [uL]."""
    steps = np.concatenate((
        np.full(int(OPEN_H * 3600 / STEP_S), STEP_S), np.full(200, 0.005), np.full(59, 1.0),
        np.full(int((END_H - OPEN_H) * 3600 / STEP_S) - 1, STEP_S),
    ))  # fmt: skip
    seconds, pressures, delivered = 0.0, None, 0.0
    rows = []
    for step in steps:
        patency = np.ones(N)
        if SHUT_H * 3600 <= seconds < OPEN_H * 3600 - 1e-6:
            patency[N // 2] = 0.0
        tube = hydraulics.Tube(np.full(N, 0.9 / N), patency, 0.53e-3, 1.2e-3)
        network = hydraulics.build_network(
            tube, hydraulics.tip_openings(tube, hydraulics.Tip()), hydraulics.surroundings(CSF_PA), air_m3
        )
        flows = hydraulics.solve(network, hydraulics.PumpSource(FLOW_ML * ML_PER_DAY), float(step), pressures)
        pressures, seconds, delivered = flows.pressures_pa, seconds + step, delivered + flows.tip_m3
        rows.append((seconds, pressures[0] / 1e3, flows.tip_flow_m3_per_s / ML_PER_DAY, delivered * 1e9))
    time, pressure, flow, volume = np.array(rows).T
    return {"s": time, "kpa": pressure, "flow": flow, "ul": volume}


def main() -> None:
    """Draw the figure."""
    both = ((course(0.0), BLUE, "-", "fluid only"), (course(10e-9), ORANGE, "--", "10 µL of air at the connector"))
    figure = Figure(figsize=(8.0, 7.4), dpi=110)
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(3, 2, height_ratios=(1.0, 1.0, 1.15), hspace=0.5, wspace=0.28)
    top = figure.add_subplot(grid[0, :])
    middle = figure.add_subplot(grid[1, :], sharex=top)
    rise, fall = figure.add_subplot(grid[2, 0]), figure.add_subplot(grid[2, 1])
    for axis in (top, middle, rise, fall):
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in (top, middle):
        axis.axvspan(SHUT_H, OPEN_H, color="#000000", alpha=0.06, lw=0)
        axis.set_xlim(0, END_H)
    for data, colour, style, name in both:
        since = data["s"] - SHUT_H * 3600.0
        opened = data["s"] - OPEN_H * 3600.0
        k = int(np.searchsorted(opened, 1e-6))
        top.plot(data["s"] / 3600.0, data["kpa"], color=colour, ls=style, label=name)
        middle.plot(data["s"] / 3600.0, np.maximum(data["flow"], 1e-3), color=colour, ls=style)
        rise.plot(since / 60.0, data["kpa"], color=colour, ls=style)
        fall.plot(opened, data["ul"] - data["ul"][k - 1], color=colour, ls=style)
        reached = float(since[np.argmax(data["kpa"] > 80.0)])
        print(f"{name}: 80 kPa after {reached / 60:.0f} min, {data['ul'][k + 199] - data['ul'][k - 1]:.1f} uL in a second")
    top.axhline(100.0, color=GREY, lw=0.8, ls=":")
    top.text(47.8, 96.0, "pump's limit (assumed)", ha="right", va="top", color=GREY, fontsize=9)
    top.text(0.5 * (SHUT_H + OPEN_H), 50.0, "kink shut", ha="center", color=GREY)
    top.set_ylabel("at the pump [kPa]")
    top.set_ylim(0, 108)
    top.legend(frameon=False, loc=(0.64, 0.3), fontsize=9)
    middle.set_xlabel("hours")
    middle.set_yscale("log")
    middle.set_ylim(1e-3, 1e5)
    middle.set_yticks([1e-2, 1.0, 1e2, 1e4])
    middle.set_ylabel("at the tip [mL/day]")
    middle.text(0.4, 0.9, f"programmed {FLOW_ML} mL/day", color=GREY, fontsize=9)
    rise.set_title("the kink forms", fontsize=10)
    rise.set_xlim(-5, 60)
    rise.set_ylim(0, 108)
    rise.set_xlabel("minutes")
    rise.set_ylabel("at the pump [kPa]")
    fall.set_title("the kink opens", fontsize=10)
    fall.set_xlim(-0.02, 0.5)
    fall.set_ylim(0, 13)
    fall.set_xlabel("seconds")
    fall.set_ylabel("given back [µL]")
    figure.align_ylabels([top, middle, rise])
    figure.savefig(OUT, bbox_inches="tight")


if __name__ == "__main__":
    main()
