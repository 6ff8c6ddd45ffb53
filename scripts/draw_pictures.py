"""Draw the README's course and the pictures of kink lab and tablet: `python scripts/draw_pictures.py [course] [lab] [tablet]`.

Needs OpenGL. Lab and tablet are played: hands are dragged and keys pressed by posted events.
"""

from __future__ import annotations

import os
import sys
import tempfile
from math import radians
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from game.outcome import series
from game.players.performance import Performance, played
from game.players.registry import player_for
from scenarios.load import load

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LAB_SIZE = (1280, 720)
CASE = "implant_adult_t10"
FLEXIBLE = (("00:00", "3"), ("6:00", "5.5"), ("11:30", "2.75"), ("18:00", "4"), ("17:00", "3.5"))  # the last out of order
FOLD_RAD, PULL_PIXELS = radians(60.0), 6  # of the picture of the lab
HANDS = {"attending": ("all done", "#0072b2", "-"), "no-anchor": ("anchor left out", "#d55e00", "--")}


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


DRAWN = {"course": draw_course, "lab": draw_lab, "tablet": draw_tablet}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for asked in sys.argv[1:] or DRAWN:
        DRAWN[asked]()
