"""Draw six months of one catheter laid in six ways: tip, slip, slack, tightest bend and open lumen.

    python scripts/draw_catheter_life.py [picture.png]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from game.figure import INK, bare, pyplot, save
from game.validate.rod_threading import sac
from physics import catheter
from physics.catheter import CATHETERS, Living, Route

PICTURE = Path("docs/pictures/catheter_life.png")
SPEC = CATHETERS["ascenda_8780"]
DAYS, SEED, INSIDE_M = 183.0, 3, 0.17
FIRST_DAY, TICK_DAYS = 0.4, (0.4, 1, 3, 7, 14, 30, 60, 183)  # on a logarithmic axis the first stands for day 0
# how the catheter is laid: stitches, substrate, loop radius [m], distance of the anchor [m], colour
WAYS = {
    "three stitches on fascia, loop": (3, "fascia", 0.020, 0.010, "#1b6ca8"),
    "one stitch in fat, no loop": (1, "fat", 0.0, 0.010, "#c2571a"),
    "no anchor": (0, "fascia", 0.0, 0.010, "#8a1c4a"),
    "no slack: three stitches, no loop": (3, "fascia", 0.0, 0.010, "#c9a227"),
    "tight loop, radius 3 mm": (3, "fascia", 0.003, 0.010, "#4b8b3b"),
    "anchor 4 mm from the exit, loop": (3, "fascia", 0.020, 0.004, "#7a6ff0"),
}


def needle() -> np.ndarray:
    """Return a Tuohy needle at 45 degrees, hub to tip, 3 mm inside the sac at L3-4."""
    axis = np.array([0.2, -np.sin(np.radians(45.0)), np.cos(np.radians(45.0))])
    axis /= np.linalg.norm(axis)
    side = np.array([0.0, np.cos(np.radians(45.0)), np.sin(np.radians(45.0))])
    angle = 0.35 * np.linspace(0.0, 1.0, 13)[:, None]
    steps = np.cos(angle) * axis + np.sin(angle) * side
    curved = np.vstack([np.zeros(3), np.cumsum(4e-3 / 12 * 0.5 * (steps[1:] + steps[:-1]), axis=0)])
    curved += np.array([0.0, 4e-3, 0.0]) - curved[-1]
    return np.vstack([curved[0] - axis * np.linspace(0.085, 0.0, 22, endpoint=False)[:, None], curved])


def around_needle() -> catheter.Surroundings:
    """Return the sac with the fascia 50 mm behind it."""
    u, v = np.meshgrid(np.linspace(-0.12, 0.12, 25), np.linspace(-0.12, 0.12, 25))
    fascia = np.column_stack([u.ravel(), np.full(u.size, 0.050), v.ravel()])
    back = np.tile([0.0, 1.0, 0.0], (u.size, 1))
    return replace(sac(), needle_line_m=needle(), fascia_points_m=fascia, fascia_normals=back)


def threaded(near: catheter.Surroundings) -> catheter.CatheterState:
    """Return the catheter in the sac with the needle out."""
    state = catheter.open_catheter(SPEC, near.needle_line_m, 1)
    while catheter.fed_length(state) < 0.085 + INSIDE_M:
        state, _ = catheter.feed(state, SPEC, near, 0.02 / 64, 0.0, None, 1 / 64)
    return catheter.withdraw_needle(state, SPEC, near, True)[0]


def route(loop_radius_m: float) -> Route:
    """Return the way round the flank to a pump in the belly."""
    tunnel = np.array([[-0.05, 0.052, 0.0], [-0.11, 0.04, 0.0], [-0.16, -0.02, 0.0], [-0.15, -0.09, 0.0]])
    pump = np.array([-0.10, -0.135, -0.01])
    normal = np.array([-0.35, -0.94, 0.0])
    return Route(
        tunnel_m=tunnel, outlet_m=pump + np.array([0.0, 0.0, 0.044]), outlet_direction=np.array([0.0, 0.0, 1.0]),
        pump_centre_m=pump, pump_normal=normal / np.linalg.norm(normal), loop_radius_m=loop_radius_m,
    )  # fmt: skip


def lives() -> dict[str, tuple[catheter.LifeSample, ...]]:
    """Return six months of samples for every way of laying the catheter."""
    near = around_needle()
    free = threaded(near)
    out = {}
    for name, (stitches, substrate, loop_m, distance_m, _) in WAYS.items():
        state = catheter.tie_purse_string(free, 2.0)
        if stitches:
            state = catheter.place_anchor(state, distance_m, stitches, substrate)
        laid, _ = catheter.lay_out(state, SPEC, near, route(loop_m))
        _, happened, out[name] = catheter.age(laid, SPEC, near, DAYS, SEED, Living())
        print(f"{name}: {', '.join(h[0] for h in happened) or 'nothing'}")
    return out


def draw(samples: dict[str, tuple[catheter.LifeSample, ...]], path: Path) -> None:
    """Draw the lives, one panel per reading."""
    figure, grid = pyplot().subplots(2, 3, figsize=(10.5, 5.6), constrained_layout=True, sharex=True)
    panels = (
        ("tip drawn down [mm]", lambda s: 1e3 * s.tip_shift_m), ("slipped through the anchor [mm]", lambda s: 1e3 * s.anchor_slip_m),
        ("slack in loop and coil [mm]", lambda s: 1e3 * s.slack_m), ("tightest bend, radius [mm]", lambda s: 1e3 * s.min_radius_m),
        ("open lumen lying [1]", lambda s: s.min_patency), ("open lumen, worst posture [1]", lambda s: min(s.min_patency, s.min_patency_sitting, s.min_patency_bent)),
    )  # fmt: skip
    for axis, (title, reading) in zip(grid.flat, panels, strict=True):
        for name, life in samples.items():
            days = [max(s.day, FIRST_DAY) for s in life]
            axis.plot(days, [reading(s) for s in life], "o-", color=WAYS[name][4], ms=3, lw=1.5, label=name)
        axis.set_ylabel(title)
        bare(axis)
    grid[1, 0].axhline(1e3 * SPEC.kink_radius_m, color=INK, lw=0.8, ls=":")
    grid[1, 0].annotate("wall folds", (DAYS, 1e3 * SPEC.kink_radius_m), ha="right", va="bottom", fontsize=7.5)
    for axis in grid.flat:  # most happens in the first two weeks
        axis.set_xscale("log")
        axis.set_xticks(TICK_DAYS, ["0", *map(str, TICK_DAYS[1:])], minor=False)
        axis.set_xticks([], minor=True)
    for axis in grid[1]:
        axis.set_xlabel("days after surgery")
    for axis in grid[1, 1:]:
        axis.set_ylim(-0.03, 1.05)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(figure, path, 140)


if __name__ == "__main__":
    draw(lives(), Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE)
