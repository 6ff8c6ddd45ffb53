"""Draw the pictures of the README, kink lab and tablet: `python scripts/draw_pictures.py [views] [course] [lab] [tablet]`.

Needs OpenGL. Lab and tablet are played: hands are dragged and keys pressed by posted events.
"""

from __future__ import annotations

import os
import sys
import tempfile
from math import radians
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
SIZE, LAB_SIZE = (480, 300), (1280, 720)
CASE = "implant_adult_t10"
VIEWS = {"needle": "03_back_needle", "canal": "07_inside_threaded", "implant": "10_implant"}
FILM = "22_xray_catheter_ap"
FLEXIBLE = (("00:00", "3"), ("6:00", "5.5"), ("11:30", "2.75"), ("18:00", "4"), ("17:00", "3.5"))  # the last out of order
FOLD_RAD, PULL_PIXELS = radians(60.0), 6  # of the picture of the lab
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


def draw_lab() -> None:
    """Draw the kink lab with a loop that two hands have pulled until its wall folded."""
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
    from game.driver import Driver
    from game.start import build

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"THECAL_DATA_DIR": folder, "THECAL_CONFIG_DIR": folder}
        loop, app = build("kink-lab")
        hands = Driver(loop, lambda: app.n_ticks, stride=8)
        hands.frames(3)
        while app.table.bench.seen.fold_rad_now < FOLD_RAD:
            hands.drag("lab.grab.2", PULL_PIXELS, 0)
            hands.drag("lab.grab.1", -PULL_PIXELS, 0)
            hands.pass_frames(24)
        hands.screenshot(FOLDER / "kink_lab.png")
        loop.gui.close()
        loop.window.close()
    with Image.open(FOLDER / "kink_lab.png") as picture:
        small = picture.convert("RGB").resize(LAB_SIZE, Image.Resampling.LANCZOS)
    small.save(FOLDER / "kink_lab.png", optimize=True)  # all its colours: they mean something


def draw_tablet() -> None:
    """Draw the programmer with a flexible day by weekday, and a mistake that it refuses."""
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
    from game.driver import Driver
    from game.start import build

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"THECAL_DATA_DIR": folder, "THECAL_CONFIG_DIR": folder}
        loop, app = build("refill_routine_adult")
        hands = Driver(loop, lambda: app.n_ticks, stride=8)
        hands.frames(3)
        app.screen = "tablet"
        hands.frames(2)
        for address in ("tab.read", "tab.page.dose", "tab.mode.flex"):
            hands.click(address)
        for k, (start, rate) in enumerate(FLEXIBLE, 1):
            if k > 1:
                hands.click("tab.step.add")
            for field, words in (("time", start), ("rate", rate)):
                hands.click(f"tab.field.{field}.{k}")
                for char in words:
                    hands.click(f"tab.key.{'point' if char in '.:' else char}")
        hands.screenshot(FOLDER / "tablet.png")
        loop.gui.close()
        loop.window.close()
    with Image.open(FOLDER / "tablet.png") as picture:
        small = picture.convert("RGB").resize(LAB_SIZE, Image.Resampling.LANCZOS)
    small.save(FOLDER / "tablet.png", optimize=True)


DRAWN = {"views": draw_views, "course": draw_course, "lab": draw_lab, "tablet": draw_tablet}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for asked in sys.argv[1:] or DRAWN:
        DRAWN[asked]()
