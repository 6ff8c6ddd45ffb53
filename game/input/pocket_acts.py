"""Hands at pocket and pump: pinch of the cover, lifting the pump to look, the rim by finger, seating; and what is not sterile."""

from __future__ import annotations

import math
from collections.abc import Callable

from game.input.hands import Tick, si
from game.instruments import coil
from physics import commands as c

FINGER_MM = 16.0  # thickness of an index finger, the measure of a pinch [A]
PINCHES = ((0.35, "Hardly any skin between the fingers: thin"), (0.75, "Less than a finger thick"), (1.4, "About a finger thick"),
           (2.3, "About two fingers thick"), (math.inf, "More than two fingers: thick"))  # fmt: skip
UNSTERILE = ("marker", "tablet", "monitor", "sponge")  # lie beyond the sterile line once the drapes are on
GLOVED = ("exam", "finger", "fingers", "swab")  # what touches is the glove


def pinch_word(cover_mm: float) -> str:
    """Return what two fingers say of the tissue between them."""
    return next(words for most, words in PINCHES if cover_mm < most * FINGER_MM)


def _pinch(tick: Tick) -> None:
    pocket = tick.obs.pocket
    tick.say(f"{pinch_word(1e3 * pocket.cover_m)}." if pocket.is_dissected else "No pocket to pinch yet.")


def _lift(tick: Tick) -> None:
    if not tick.obs.pocket.is_pump_in:
        tick.say("No pump is in.")
        return
    tick.set(is_pump_lifted=True)
    tick.say("Lifted: the floor and what lies behind are seen.")


def _seat(tick: Tick) -> None:
    """Push the pump down where it is; what lies behind is hidden again."""
    if not tick.obs.pocket.is_pump_in:
        tick.say("No pump is in.")
        return
    tick.set(is_pump_lifted=False)
    tick.commands.append(c.PlacePump(si(tick.hands, "pump.outlet"), tick.hands.choices["pump.face"] == "out"))
    tick.say("Seated. A finger round the rim tells what rides over it.")


def _sweep_rim(tick: Tick) -> None:
    if not tick.obs.pocket.is_pump_in:
        tick.say("No pump is in.")
    elif tick.hands.is_pump_lifted:
        tick.say("Seat the pump first.")
    else:
        tick.say(coil.rim_words(coil.rim_spots(tick.obs)))


def feel_rim(tick: Tick, angle_rad: float) -> None:
    """Say what one finger finds at the rim, at an angle from the outlet."""
    spot = round(angle_rad / (2.0 * math.pi / coil.N_SPOTS)) % coil.N_SPOTS
    tick.say("Soft: something rides over the rim." if coil.rim_spots(tick.obs)[spot] else "Hard rim.")


def _fresh(tick: Tick) -> None:
    tick.commands.append(c.ReplaceSterile("glove"))
    tick.set(due=(*tick.hands.due, c.ReplaceSterile("tool")))
    tick.say("Fresh gloves, fresh instruments.")


# --- the sterile line -----------------------------------------------------------------------------------


def is_sterile(tick: Tick) -> bool:
    """Return whether drapes are on and a wound is still open or to come."""
    return tick.obs.field.is_draped and not tick.obs.pocket.is_closed


def reached_for(tick: Tick, tool: str) -> None:
    """Note a hand that reaches over the sterile line for a tool."""
    if is_sterile(tick) and tool in UNSTERILE:
        _break(tick, "glove")


def touched(tick: Tick, tool: str, u_mm: float, v_mm: float) -> None:
    """Note a glove or tool that touches bare skin in the window: not painted before the drapes came."""
    field = tick.obs.field
    if not is_sterile(tick) or not _is_bare(tick, u_mm, v_mm) or tool in UNSTERILE:
        return
    u0, u1, v0, v1 = field.window_m
    if u0 <= 1e-3 * u_mm <= u1 and v0 <= 1e-3 * v_mm <= v1:
        _break(tick, "glove" if tool in GLOVED else "tool")


def _break(tick: Tick, what: str) -> None:
    """Tell physics once; it stays broken until it is replaced."""
    if not any(b.what == what and not b.is_repaired for b in tick.obs.field.breaks):
        tick.commands.append(c.TouchUnsterile(what))


def _is_bare(tick: Tick, u_mm: float, v_mm: float) -> bool:
    field = tick.obs.field
    iu, iv = (int((1e-3 * x - low) // field.prep_cell_m) for x, low in zip((u_mm, v_mm), field.prep_origin_m, strict=True))
    rows, columns = field.prep_is_painted.shape
    return not (0 <= iv < rows and 0 <= iu < columns and bool(field.prep_is_painted[iv, iu]))


POCKET_HANDLERS: dict[str, Callable[[Tick], None]] = {
    "pocket.pinch": _pinch, "pump.lift": _lift, "pump.seat": _seat, "coil.sweep": _sweep_rim, "glove.change": _fresh,
}  # fmt: skip


def lowered(tick: Tick) -> None:
    """Let go of a lifted pump: another step, or it was taken out."""
    if tick.hands.is_pump_lifted and (tick.hands.step != "pump" or not tick.obs.pocket.is_pump_in):
        tick.set(is_pump_lifted=False)
