"""Everything that hands can ask of matter has a button: no command of physics is out of the player's reach."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import game.input
from game.input.acts import CONTRAST_SHOT_M3, HANDLERS
from game.input.hands import Hands, Tick
from game.instruments.procedure import ACTS, PROCEDURES
from game.view.gallery import start
from physics import commands as c

NO_BUTTON: dict[str, str] = {}  # command -> why no act sends it
# acts outside the rails: the C-arm's panel, the programmer, the ward's clock
ELSEWHERE = ("carm.", "tab.", "programmer.", "time.", "case.")


def sent_by_hands() -> set[str]:
    """Return the names of `physics.commands` that modules of game.input use as `c.Name` or import."""
    out: set[str] = set()
    for path in Path(game.input.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "c":
                out.add(node.attr)
            if isinstance(node, ast.ImportFrom) and node.module == "physics.commands":
                out |= {alias.name for alias in node.names}
    return out


def test_every_command_of_physics_is_sent_by_some_hand():
    known = {n for n in c.__all__ if inspect.isclass(kind := getattr(c, n)) and issubclass(kind, c.Command) and kind is not c.Command}
    by_tablet = {"ProgramPump", "InterrogatePump"}  # `game.input.tablet`, through `game.instruments.programmer`
    assert known - sent_by_hands() - by_tablet == set(NO_BUTTON)


def test_the_tablet_programs_and_reads_the_pump():
    text = Path(game.input.__path__[0], "tablet.py").read_text("utf-8")
    assert "programmer.command(" in text and "InterrogatePump" in text


def test_every_handler_has_a_button_in_a_step():
    offered = {act for steps in PROCEDURES.values() for step in steps for act in step.acts}
    lost = {key for key in HANDLERS if key not in offered and not key.startswith(ELSEWHERE)}
    assert not lost
    assert offered <= set(ACTS)
    assert offered - set(HANDLERS) <= {"stitch.tie"}  # a drag of the thread, made in `game.input.touch`


def needle_in(is_stylet_in: bool, contents: str = "") -> Tick:
    seen = start()
    needle = replace(seen.needle, is_placed=True, is_stylet_in=is_stylet_in)
    seen = replace(seen, needle=needle, refill=replace(seen.refill, syringe_contents=contents))
    return Tick(Hands(step="needle"), seen)


def test_contrast_goes_through_the_needle_with_its_stylet_out():
    tick = needle_in(is_stylet_in=False)
    HANDLERS["needle.contrast"](tick)
    take, shot = tick.commands
    assert isinstance(take, c.TakeSyringe) and take.contents == "contrast" and take.iodine_kg_per_m3 == 240.0
    assert shot == c.InjectThroughNeedle(CONTRAST_SHOT_M3)
    tick = needle_in(is_stylet_in=False, contents="contrast")
    HANDLERS["needle.contrast"](tick)
    assert tick.commands == [shot]
    tick = needle_in(is_stylet_in=True)
    HANDLERS["needle.contrast"](tick)
    assert tick.commands == []


def test_drying_the_pocket_swabs_all_of_it():
    tick = needle_in(is_stylet_in=True)
    HANDLERS["pocket.dry"](tick)
    spots = {(k.u_m, k.v_m) for k in tick.hands.due if isinstance(k, c.Dab)}
    assert len(spots) == len(tick.hands.due) == 7
    middle = (tick.hands.values["pocket.u"] * 1e-3, tick.hands.values["pocket.v"] * 1e-3)
    assert max(abs(u - middle[0]) for u, _ in spots) < tick.hands.values["pocket.radius"] * 1e-3
