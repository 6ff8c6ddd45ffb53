"""Draw the films of the catheter into docs/pictures: `python scripts/draw_catheter.py [threading] [loop]`.

Threading: the anatomy, the needle's approach and the rod are the product's, the picture its cut-away view. Loop: the
kink lab's hands, rod and picture. Needs OpenGL (headless EGL will do) and about two minutes.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from game.educator.pictures import _context
from game.kink_lab import scene, theory
from game.view import gallery, materials, views
from game.view.camera import Camera
from game.view.frame import Frame, Item, Material, Surface
from game.view.geometry import Mesh
from game.view.instrument_items import catheter_mesh
from game.view.renderer import Renderer
from game.view.scene import frame_from
from physics import anatomy, catheter, geometry, lab, tissue
from physics.anatomy import Anatomy
from physics.catheter import CATHETERS, CatheterSpec, Surroundings
from physics.catheter.contact import CANAL
from physics.catheter.kink import FOLDED_SHARE
from physics.catheter.spec import HINGE_SET
from physics.clock import TICK_S
from physics.lab_reading import LabReading, observe
from physics.lab_setup import SETUPS, MoveHand
from physics.observation import Observation

FloatArray = NDArray[np.float64]

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SPEC = CATHETERS["ascenda_8780"]
FINE = 2  # pictures are drawn so much larger
PAPER, INK, FAINT, GRID = "#15191e", "#e8ebee", "#9aa4ae", "#39424b"
MINT, PINK = "#2ee6a6", "#ff6ad5"  # stand out from every tissue
BLUE = "#56b4e9"  # Okabe-Ito
STRAINED = ("#8a5414", "#c47c1c", "#e0a040", "#f2cf90")  # of the lab's bent wall and of one grip
FRAME_MS, LAST_MS = 83, 2500
COLOURS = 88  # of a film's palette

# --- threading: series -------------------------------------------------------------------------

ELEVATION_RAD = math.radians(45.0)
STEEP_RAD = math.radians(75.0)
PAST_DURA_M = 4e-3  # as `physics.established` places the needle
SPEED_M_PER_S = 0.020
FED_PAST_TIP_M = 0.170
RECORD_TICKS = 8
WAYS: tuple[tuple[str, float | None, str], ...] = (("bare", None, MINT), ("with stylet", 0.0, PINK))


@dataclass(frozen=True, slots=True, eq=False)
class Approach:
    """A patient with a needle in the sac: where it enters, its direction, what the catheter touches."""

    body: Anatomy
    entry_m: FloatArray
    direction: FloatArray
    around: Surroundings
    length_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One moment: fed past the needle's tip [m], push [N], least radius in the canal [m], level of the tip, nodes."""

    past_tip_m: float
    push_n: float
    least_radius_m: float
    level: float
    nodes_m: FloatArray


def approach(elevation_rad: float = ELEVATION_RAD) -> Approach:
    """Return the typical adult with a paramedian needle at L3-4, bevel to the head."""
    body = anatomy.build_anatomy(gallery.typical_build())
    u, v, medial, depth = anatomy.reference_approach(body, elevation_rad)
    entry, normal, _, _ = geometry.surface_frame(body, u, v, 0.0)
    direction = anatomy.aim(entry, normal, elevation_rad, medial)
    needle = tissue.NeedleSpec()
    line = tissue.needle_centre_line(entry + direction * (depth + PAST_DURA_M), direction, 0.0, needle)
    around = geometry.surroundings(body, line, needle.bore_radius_m, u, v)
    return Approach(body, entry, direction, around, needle.length_m)


def threading(where: Approach, stylet_behind_tip_m: float | None, spec: CatheterSpec = SPEC) -> list[Moment]:
    """Return the moments of feeding at a steady hand until `FED_PAST_TIP_M` lies past the needle's tip."""
    state = catheter.open_catheter(spec, where.around.needle_line_m, 1)
    moments = []
    while catheter.fed_length(state) < where.length_m + FED_PAST_TIP_M:
        state, report = catheter.feed(
            state, spec, where.around, SPEED_M_PER_S * TICK_S, 0.0, stylet_behind_tip_m, TICK_S
        )
        arc, _, _ = anatomy.nearest_canal(where.body.spine, catheter.tip_point(state))
        bend = float(np.max(catheter.curvature(state)[state.status == CANAL], initial=0.0))
        moments.append(
            Moment(
                catheter.fed_length(state) - where.length_m, report.hand_force_n, 1.0 / max(bend, 1e-3),
                anatomy.level_at_arc(where.body.spine, arc), state.x,
            )
        )  # fmt: skip
    return moments


def averaged(moments: Sequence[Moment], window_m: float = 6e-3) -> FloatArray:
    """Return the push averaged over a window of fed length [N]: the rim's ripple has the pitch of the edges, 2 mm."""
    half = round(0.5 * window_m / (SPEED_M_PER_S * TICK_S))
    push = np.pad([m.push_n for m in moments], half, mode="edge")
    return np.convolve(push, np.full(2 * half + 1, 1.0 / (2 * half + 1)), mode="valid")


# --- loop: series ------------------------------------------------------------------------------

PAST_FOLD_M, OPENED_M, TICK_M = 2e-3, -0.046, 0.4e-3
PARTS = ("first pull", "held", "opened", "second pull")


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """One tick of the loop: which part of the film, and the lab's reading."""

    part: str
    seen: LabReading


def looped(model: str = "ascenda_8780") -> list[Pull]:
    """Return a loop pulled until it folds, a little farther, opened wide, and pulled again."""
    state, pulls, apart = lab.initial("loop", model), [Pull(PARTS[0], observe(lab.initial("loop", model)))], 0.0

    def draw_to(part: str, goal_m: float, step_m: float, until: Callable[[LabReading], bool]) -> None:
        nonlocal state, apart
        for _ in range(math.ceil(abs(goal_m - apart) / step_m)):
            apart += math.copysign(min(step_m, abs(goal_m - apart)), goal_m - apart)
            state, _ = lab.step(state, [_hand(0, -0.5 * apart), _hand(1, 0.5 * apart)])
            pulls.append(Pull(part, observe(state)))
            if until(pulls[-1].seen):
                return

    reach = SETUPS["loop"].length_m - pulls[0].seen.span_m
    draw_to(PARTS[0], reach, 0.5 * TICK_M, lambda seen: seen.n_folds > 0)
    farthest = apart + PAST_FOLD_M
    draw_to(PARTS[1], farthest, 0.2 * TICK_M, lambda seen: False)
    draw_to(PARTS[2], OPENED_M, TICK_M, lambda seen: False)
    draw_to(PARTS[3], farthest, TICK_M, lambda seen: False)
    return pulls


def radius_beside_fold(seen: LabReading) -> float:
    """Return the least radius of the arc [m]; where the wall has folded there is an angle, not a radius."""
    return 1.0 / float(seen.curvature_per_m[:-1][seen.fold_most_rad == 0.0].max())


def shut_at(pulls: Sequence[Pull]) -> tuple[Pull, Pull]:
    """Return when the wall folded, and when the fold had gone most of the way back on the second pull."""
    first = next(i for i, p in enumerate(pulls) if p.seen.n_folds > 0)
    for p in pulls:
        share = (p.seen.fold_rad_now / max(p.seen.fold_rad_most, 1e-9) - HINGE_SET) / (1.0 - HINGE_SET)
        if p.part == PARTS[3] and share > FOLDED_SHARE:
            return pulls[first - 1], p
    raise ValueError("the second pull does not shut the fold")


def _hand(index: int, shift_m: float) -> MoveHand:
    plan = SETUPS["loop"]
    x, y, z = plan.hands_m[index]
    return MoveHand(index, x + shift_m, y, z, plan.headings_rad[index], 0.0)


# --- film and plot -----------------------------------------------------------------------------


def _font(size: int, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)


def told(picture: Image.Image, at: tuple[int, int], text: str, size: int = 13, colour: str = INK) -> None:
    """Write text with a dark rim on a picture."""
    ImageDraw.Draw(picture).text(at, text, fill=colour, font=_font(size), stroke_width=2, stroke_fill=PAPER)


def plotted(size: tuple[int, int], n: int) -> tuple[Figure, list[Axes]]:
    """Return a dark figure of so many pixels with `n` axes side by side."""
    figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, n, k + 1) for k in range(n)]
    for axis in axes:
        axis.set_facecolor(PAPER)
        axis.tick_params(colors=FAINT, labelsize=8.5)
        axis.grid(color=GRID, lw=0.6)
        for side, spine in axis.spines.items():
            spine.set_visible(side in ("left", "bottom"))
            spine.set_color(FAINT)
        axis.xaxis.label.set_color(INK)
        axis.yaxis.label.set_color(INK)
    return figure, axes


def pixels(figure: Figure) -> Image.Image:
    """Return a figure as a picture."""
    figure.canvas.draw()
    return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")


def pasted(parts: Sequence[tuple[Image.Image, tuple[int, int]]], size: tuple[int, int]) -> Image.Image:
    """Return pictures laid on the paper."""
    sheet = Image.new("RGB", size, PAPER)
    for picture, at in parts:
        sheet.paste(picture, at)
    return sheet


def save_film(name: str, frames: Sequence[Image.Image]) -> None:
    """Write a looping GIF with one palette, so that what stays costs nothing."""
    some = [frames[k] for k in np.linspace(0, len(frames) - 1, 4).astype(int)]
    height = some[0].height
    sheet = pasted([(f, (0, k * height)) for k, f in enumerate(some)], (some[0].width, 4 * height + 80))
    for k, colour in enumerate((MINT, PINK, BLUE, INK, *STRAINED)):  # thin things keep their colour
        ImageDraw.Draw(sheet).rectangle((80 * k, 4 * height, 80 * k + 79, 4 * height + 79), fill=colour)
    palette = sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small = [f.quantize(palette=palette, dither=Image.Dither.NONE) for f in frames]
    times = [FRAME_MS] * (len(small) - 1) + [LAST_MS]
    path = FOLDER / f"{name}.gif"
    small[0].save(path, save_all=True, append_images=small[1:], duration=times, loop=0, optimize=True)
    say(f"{path.name}: {len(frames)} pictures, {path.stat().st_size / 1e6:.2f} MB")


def save_still(name: str, picture: Image.Image) -> None:
    """Write a PNG with a palette."""
    path = FOLDER / f"{name}.png"
    picture.quantize(224, dither=Image.Dither.NONE).save(path, optimize=True)
    say(f"{path.name}: {picture.width} x {picture.height}, {path.stat().st_size / 1e6:.2f} MB")


def strip(frames: Sequence[Image.Image], picks: Sequence[int], plot_height: int) -> Image.Image:
    """Return four pictures of a film in two rows, and its plot as it ends."""
    width, height = frames[0].size
    top = height - plot_height
    parts = [(frames[k].crop((0, 0, width, top)), ((i % 2) * (width + GAP), (i // 2) * (top + GAP))) for i, k in enumerate(picks)]
    plot = frames[-1].crop((0, top, width, height))
    parts.append((plot, ((width + GAP) // 2, 2 * (top + GAP))))
    return pasted(parts, (2 * width + GAP, 2 * (top + GAP) + plot_height))


def say(text: str) -> None:
    """Tell progress."""
    sys.stderr.write(text + "\n")


def shot(renderer: Renderer, frame: Frame, camera: Camera, size: tuple[int, int]) -> Image.Image:
    """Return a picture, drawn larger and brought down."""
    drawn = renderer.picture(frame, camera, (FINE * size[0], FINE * size[1]))
    return Image.fromarray(drawn).convert("RGB").resize(size, Image.Resampling.LANCZOS)


# --- threading: pictures -----------------------------------------------------------------------

WHOLE, NEAR = (236, 440), (300, 218)
GAP, PLOT_H = 4, 200
THREAD_SIZE = (2 * WHOLE[0] + NEAR[0] + 2 * GAP, WHOLE[1] + PLOT_H)
WHOLE_CAMERA = Camera((-2.2, 0.032, 0.096), (0.0, 0.032, 0.096), fov_rad=0.119)
NEAR_CAMERA = Camera((-2.2, 0.022, 0.042), (0.0, 0.022, 0.042), fov_rad=0.0273)
LEVELS = ((9, "T10"), (11, "T12"), (13, "L2"), (15, "L4"))  # rows of `level_centres_m`


def observed(where: Approach, moment: Moment) -> Observation:
    """Return what an eye with the body cut open would see."""
    o = gallery.start()
    needle = replace(
        o.needle, is_placed=True, entry_m=where.entry_m, tip_m=where.around.needle_line_m[-1],
        direction=where.direction, length_m=where.length_m,
    )  # fmt: skip
    nodes = moment.nodes_m
    tube = replace(
        o.catheter, is_open=True, nodes_m=nodes, patency=np.ones(len(nodes) - 1),
        curvature_per_m=np.zeros(len(nodes)), min_patency=1.0, tip_m=nodes[-1], radius_m=SPEC.radius_m,
    )  # fmt: skip
    return replace(o, needle=needle, catheter=tube)


def dyed(frame: Frame, seen: Observation, colour: str, thickness: float) -> Frame:
    """Return the frame with the catheter in a colour, drawn thicker than it is."""
    linear = tuple(float(c) ** 2.2 for c in to_rgb(colour))
    look = Material((linear[0], linear[1], linear[2]), 0.35, surface=Surface.EMISSIVE, casts_shadow=False)
    tube = catheter_mesh(seen.catheter, thickness * SPEC.radius_m)
    rim = catheter_mesh(seen.catheter, (thickness + 0.6) * SPEC.radius_m)
    rim = Mesh(rim.points_m, -rim.normals, np.ascontiguousarray(rim.faces[:, ::-1]))
    items = (
        Item("catheter outline", rim, materials.OUTLINE, is_through=0.6), Item("catheter", tube, look, is_through=1.0),
    )  # fmt: skip
    return replace(frame.without("catheter", "catheter outline"), items=frame.without("catheter", "catheter outline").items + items)


def panels(renderer: Renderer, where: Approach, moment: Moment, way: str) -> tuple[Image.Image, Image.Image]:
    """Return the whole way and the place where the catheter leaves the needle."""
    seen = observed(where, moment)
    colour = next(c for name, _, c in WAYS if name == way)
    frame = frame_from(seen, where.body, views.INSIDE)
    whole = shot(renderer, dyed(frame, seen, colour, 2.0), WHOLE_CAMERA, WHOLE)
    centres = np.asarray(where.body.spine.level_centres_m)
    for row, name in LEVELS:
        x, y = WHOLE_CAMERA.project(centres[row], WHOLE)[0]
        told(whole, (round(x) - 9, round(y) - 7), name, 11)
    told(whole, (8, 6), way, 15, colour)
    push = f"push {1e3 * max(moment.push_n, 0.0):.0f} mN"
    told(whole, (8, 26), push, 13)
    near = shot(renderer, dyed(frame, seen, colour, 1.3), NEAR_CAMERA, NEAR)
    bend = 1e3 * moment.least_radius_m
    told(near, (8, 6), way, 13, colour)
    told(near, (8, 24), f"tightest bend in the canal {bend:.0f} mm" if bend < 400.0 else "straight", 12)
    return whole, near


def push_plot(runs: dict[tuple[float, str], list[Moment]]) -> tuple[Figure, Axes]:
    """Return the plot of push against fed length, without the present."""
    figure, (axis,) = plotted((THREAD_SIZE[0], PLOT_H), 1)
    axis.set(xlim=(-8.0, 1e3 * FED_PAST_TIP_M), ylim=(0.0, 185.0), xlabel="fed past the needle's tip [mm]", ylabel="push at the hub [mN]")
    for (elevation, way), moments in runs.items():
        colour = next(c for name, _, c in WAYS if name == way)
        fed = [1e3 * m.past_tip_m for m in moments]
        if elevation == ELEVATION_RAD:
            axis.plot(fed, [1e3 * m.push_n for m in moments], color=colour, lw=0.5, alpha=0.35)
        dashes = "-" if elevation == ELEVATION_RAD else ":"
        label = f"{way}, needle at {math.degrees(elevation):.0f}°"
        axis.plot(fed, 1e3 * averaged(moments), dashes, color=colour, lw=2.0 if dashes == "-" else 1.3, label=label)
    some = runs[ELEVATION_RAD, WAYS[0][0]]
    conus = gallery.typical_build().conus_level
    for level, text in ((conus, "tip at the end of the cord"), (11.0 + 1.0, "T12"), (10.0 + 1.0, "T11")):
        fed = next(m.past_tip_m for m in some if m.past_tip_m > 0.0 and m.level <= level)
        axis.axvline(1e3 * fed, color=FAINT, lw=0.8, ls="--")
        axis.text(1e3 * fed + 1.0, 178.0, text, color=FAINT, fontsize=8.5, va="top")
    axis.legend(frameon=False, labelcolor=INK, fontsize=8.5, loc=(0.19, 0.47))
    return figure, axis


def draw_threading() -> None:
    """Draw the film and the strip of threading with and without stylet."""
    wheres = {angle: approach(angle) for angle in (ELEVATION_RAD, STEEP_RAD)}
    runs = {(a, w): threading(where, stylet) for a, where in wheres.items() for w, stylet, _ in WAYS}
    say("threaded")
    where = wheres[ELEVATION_RAD]
    renderer = Renderer(_context(), where.body, "software")
    figure, axis = push_plot(runs)
    dots = [axis.plot([], [], "o", color=c, ms=6, mec=PAPER)[0] for _, _, c in WAYS]
    smooth = {w: averaged(runs[ELEVATION_RAD, w]) for w, _, _ in WAYS}
    first = next(k for k, m in enumerate(runs[ELEVATION_RAD, WAYS[0][0]]) if m.past_tip_m > -8e-3)
    frames = []
    for k in range(first, len(smooth[WAYS[0][0]]), RECORD_TICKS):
        parts: list[tuple[Image.Image, tuple[int, int]]] = []
        for i, (way, _, _) in enumerate(WAYS):
            moment = runs[ELEVATION_RAD, way][k]
            whole, near = panels(renderer, where, replace(moment, push_n=float(smooth[way][k])), way)
            parts += [(whole, (i * (WHOLE[0] + GAP), 0)), (near, (2 * (WHOLE[0] + GAP), i * (NEAR[1] + GAP)))]
            dots[i].set_data([1e3 * moment.past_tip_m], [1e3 * smooth[way][k]])
        parts.append((pixels(figure), (0, WHOLE[1])))
        frames.append(pasted(parts, THREAD_SIZE))
        if len(frames) % 12 == 0:
            say(f"{len(frames)} pictures")
    save_film("threading", frames)
    save_still("threading", strip(frames, (6, 20, 38, -1), PLOT_H))


# --- loop: pictures ----------------------------------------------------------------------------

TABLE, LOUPE = (520, 230), (240, 230)
LOOP_PLOT_H = 250
LOOP_SIZE = (TABLE[0] + LOUPE[0] + GAP, TABLE[1] + LOOP_PLOT_H)
TABLE_CAMERA = Camera((0.0, -0.16, 0.36), (0.0, -0.006, 0.004), fov_rad=0.225, near_m=0.02, far_m=3.0)
PART_COLOUR = {"first pull": MINT, "held": MINT, "opened": BLUE, "second pull": PINK}


def loop_plot(pulls: Sequence[Pull]) -> tuple[Figure, list[Axes]]:
    """Return the plots of pull against radius and against the hands' distance, without the present."""
    figure, axes = plotted((LOOP_SIZE[0], LOOP_PLOT_H), 2)
    radius = np.geomspace(2.4e-3, 26e-3, 50)
    axes[0].plot(1e3 * radius, 1e3 * theory.loop_tension(radius, SPEC), "--", color=INK, lw=1.0, label="theory EI / 4R²")
    axes[0].set(xscale="log", yscale="log", xlabel="least radius of the arc [mm]", ylabel="pull [mN]", xlim=(2.4, 26), ylim=(0.3, 45))
    axes[1].set(xlabel="distance of the hands [mm]", ylabel="pull [mN]", xlim=(40, 164), ylim=(0, 32))
    for axis in (axes[0].xaxis, axes[0].yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")
    axes[0].set_xticks([3, 5, 10, 20])
    axes[0].set_yticks([0.5, 1, 2, 5, 10, 20, 40])
    for part in PARTS:
        seen = [p.seen for p in pulls if p.part == part]
        label = None if part == "held" else part
        pull = [1e3 * s.tension_n for s in seen]
        axes[0].plot([1e3 * radius_beside_fold(s) for s in seen], pull, color=PART_COLOUR[part], lw=1.8, label=label)
        axes[1].plot([1e3 * s.span_m for s in seen], pull, color=PART_COLOUR[part], lw=1.8)
    first, second = shut_at(pulls)
    kink = 1e3 * theory.kink_tension(SPEC)
    axes[1].axhline(kink, color=INK, lw=1.0, ls="--")
    axes[1].text(42, kink - 0.6, f"theory at the kink radius: {kink:.1f}", color=INK, fontsize=8.5, va="top")
    for p, text in ((first, "folds at"), (second, "shut again at")):
        at = (1e3 * p.seen.span_m, 1e3 * p.seen.tension_n)
        axes[1].plot(*at, "o", color=PART_COLOUR[p.part], ms=5, mec=INK)
        axes[1].annotate(
            f"{text} {at[1]:.1f}", at, (at[0] - 8, at[1] + (1.2 if p is first else 5.0)), color=INK, fontsize=8.5, ha="right",
            arrowprops={"arrowstyle": "-", "color": FAINT, "lw": 0.7},
        )  # fmt: skip
    axes[0].legend(frameon=False, labelcolor=INK, fontsize=8.5, loc="upper right")
    return figure, axes


def draw_loop() -> None:
    """Draw the film and the strip of a loop pulled into a fold, opened, and pulled again."""
    pulls = looped()
    say("pulled")
    renderer = Renderer(_context(), None, "software")
    figure, axes = loop_plot(pulls)
    dots = [axis.plot([], [], "o", color=INK, ms=6, mec=PAPER)[0] for axis in axes]
    frames = []
    for p in (*pulls[::15], pulls[-1]):
        frame = scene.frame_of(p.seen)
        table = shot(renderer, frame, TABLE_CAMERA, TABLE)
        near = shot(renderer, frame.without("glass"), scene.loupe_camera(p.seen, TABLE_CAMERA), LOUPE)
        told(table, (8, 6), p.part, 15, PART_COLOUR[p.part])
        told(table, (8, 26), f"pull {1e3 * p.seen.tension_n:.1f} mN", 13)
        told(near, (8, 6), f"least radius {1e3 * radius_beside_fold(p.seen):.1f} mm", 13)
        if p.seen.n_folds:
            told(near, (8, 24), f"fold {math.degrees(p.seen.fold_rad_now):.0f}°", 13)
        told(near, (8, LOUPE[1] - 22), f"lumen open {100 * p.seen.least_patency:.0f} %", 13)
        where = (1e3 * radius_beside_fold(p.seen), 1e3 * p.seen.span_m)
        for dot, x in zip(dots, where, strict=True):
            dot.set_data([x], [1e3 * p.seen.tension_n])
        at = ((0, 0), (TABLE[0] + GAP, 0), (0, TABLE[1]))
        frames.append(pasted(list(zip((table, near, pixels(figure)), at, strict=True)), LOOP_SIZE))
        if len(frames) % 12 == 0:
            say(f"{len(frames)} pictures")
    save_film("loop", frames)
    folded = next(i for i, p in enumerate(pulls[::15]) if p.seen.n_folds)
    opened = next(i for i, p in enumerate(pulls[::15]) if p.part == PARTS[3])
    save_still("loop", strip(frames, (folded - 1, folded, opened, -1), LOOP_PLOT_H))


FILMS = {"threading": draw_threading, "loop": draw_loop}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[1:] or FILMS:
        FILMS[wanted]()
