"""Draw the pictures of the README into docs/pictures: `python scripts/draw_pictures.py` (needs OpenGL)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from game.educator.pictures import _context
from game.outcome import series
from game.players.performance import Performance, played
from game.players.registry import player_for
from game.view import gallery, views
from game.view.renderer import Renderer
from game.view.scene import frame_from
from physics.anatomy import build_anatomy
from scenarios.load import load

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (480, 300)
CASE = "implant_adult_t10"
VIEWS = {"needle": "03_back_needle", "canal": "07_inside_threaded", "implant": "10_implant"}
FILM = "22_xray_catheter_ap"
HANDS = {"attending": ("all done", "#0072b2", "-"), "no-anchor": ("anchor left out", "#d55e00", "--")}


def save(name: str, pixels: np.ndarray) -> None:
    """Write one picture at the size of the README."""
    picture = Image.fromarray(pixels).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def draw_views() -> None:
    """Draw the views and the film of the gallery."""
    anatomy = build_anatomy(gallery.typical_build())
    renderer = Renderer(_context(), anatomy, "full")
    cases = gallery.cases(anatomy)
    for name, key in VIEWS.items():
        seen, view, options = cases[key]
        frame = frame_from(seen, anatomy, view, options)
        save(name, renderer.picture(frame, views.camera_for(view, seen, anatomy), (1280, 800)))
    seen, c_arm = gallery.beams(anatomy)[FILM]
    film, _ = renderer.pulse_picture(frame_from(seen, anatomy, views.BACK), c_arm, 800)
    grey = Image.fromarray(film[150:650]).convert("L").resize(SIZE, Image.Resampling.LANCZOS)
    grey.quantize(32).save(FOLDER / "film.png", optimize=True)


def draw_course() -> None:
    """Draw tone over three months, with and without the anchor, from two played cases."""
    scenario = load(CASE)
    figure = Figure(figsize=(4.8, 3.0), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for player, (text, colour, dashes) in HANDS.items():
        session = played(Performance(scenario, player_for(player, CASE), player))
        course = series(session)
        axes.plot(course["day"], course["ashworth_legs"], dashes, color=colour, linewidth=2.2, label=text)
    axes.set(xlabel="days after surgery", ylabel="tone of the legs (Ashworth)", ylim=(1.0, 4.4))
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FOLDER / "course.png")
    with Image.open(FOLDER / "course.png") as picture:
        picture.convert("RGB").quantize(64).save(FOLDER / "course.png", optimize=True)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw_views()
    draw_course()
