"""Raw device state: pygame events folded into what is held, pressed, turned and dragged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pygame

from game.input import gamepad

NAMES: dict[int, str] = {
    pygame.K_SPACE: "Space", pygame.K_RETURN: "Return", pygame.K_KP_ENTER: "Return", pygame.K_ESCAPE: "Escape",
    pygame.K_LEFT: "Left", pygame.K_RIGHT: "Right", pygame.K_UP: "Up", pygame.K_DOWN: "Down", pygame.K_TAB: "Tab",
    pygame.K_PAGEUP: "PageUp", pygame.K_PAGEDOWN: "PageDown", pygame.K_BACKSPACE: "Backspace", pygame.K_DELETE: "Delete",
    pygame.K_PERIOD: ".", pygame.K_KP_PERIOD: ".", pygame.K_HOME: "Home", pygame.K_END: "End",
    **{pygame.K_F1 + i: f"F{i + 1}" for i in range(12)},
    **{pygame.K_KP_1 + i: str(i + 1) for i in range(9)}, pygame.K_KP_0: "0",
}  # fmt: skip


_LOST = {pygame.AUDIODEVICEREMOVED: "sound", pygame.RENDER_DEVICE_RESET: "picture", pygame.RENDER_TARGETS_RESET: "picture"}
REPEATING = ("Left", "Right", "Up", "Down", "Backspace")


def key_name(code: int) -> str:
    """Return our name of a pygame key ("A", "1", "Space", "F2"); "" if we do not use it."""
    if code in NAMES:
        return NAMES[code]
    name = pygame.key.name(code).upper()
    return name if len(name) == 1 else ""


@dataclass(frozen=True, slots=True)
class RawInput:
    """What the devices did since the last frame (`held` lasts)."""

    held: tuple[str, ...] = ()
    pressed: tuple[str, ...] = ()
    wheel: float = 0.0
    drag: tuple[float, float] = (0.0, 0.0)
    drag_button: str = ""
    pointer: tuple[float, float] = (-1.0, -1.0)
    drag_from: tuple[float, float] = (-1.0, -1.0)
    clicked: tuple[float, float] | None = None
    is_shift: bool = False
    is_ctrl: bool = False
    is_quit: bool = False
    resized: tuple[int, int] | None = None
    is_fine_flipped: bool = False  # the middle button was clicked: fine steps on or off, for a single hand
    is_hidden: bool = False  # minimised (lasts)
    is_left: bool = False  # the window lost the focus in this frame
    lost: tuple[str, ...] = ()  # devices that went in this frame: "sound", "picture"
    pad: gamepad.Pad = field(default_factory=gamepad.Pad)


def next_frame(raw: RawInput) -> RawInput:
    """Return the state with everything momentary cleared."""
    return replace(
        raw, pressed=(), wheel=0.0, drag=(0.0, 0.0), is_quit=False, resized=None, clicked=None, is_fine_flipped=False,
        is_left=False, lost=(), pad=gamepad.next_frame(raw.pad),
    )  # fmt: skip


def fold(raw: RawInput, event: pygame.event.Event) -> RawInput:
    """Return the state after one pygame event."""
    kind = event.type
    if kind in gamepad.EVENTS:
        return replace(raw, pad=gamepad.fold(raw.pad, event))
    if kind in (pygame.KEYDOWN, pygame.KEYUP):
        shift, ctrl = bool(event.mod & pygame.KMOD_SHIFT), bool(event.mod & pygame.KMOD_CTRL)
        raw = replace(raw, is_shift=shift, is_ctrl=ctrl)
        name = key_name(event.key)
        if not name:
            return raw
        if name in raw.held and kind == pygame.KEYDOWN and name not in REPEATING:
            return raw
        if kind == pygame.KEYUP:
            return replace(raw, held=tuple(k for k in raw.held if k != name))
        return replace(raw, held=raw.held if name in raw.held else raw.held + (name,), pressed=raw.pressed + (name,))
    if kind == pygame.MOUSEMOTION:
        moved = replace(raw, pointer=(float(event.pos[0]), float(event.pos[1])))
        if raw.drag_button:
            moved = replace(moved, drag=(raw.drag[0] + event.rel[0], raw.drag[1] + event.rel[1]))
        return moved
    if kind == pygame.MOUSEBUTTONDOWN and event.button in (1, 3):
        at = (float(event.pos[0]), float(event.pos[1]))
        return replace(raw, drag_button="left" if event.button == 1 else "right", pointer=at, drag_from=at)
    if kind == pygame.MOUSEBUTTONUP and event.button in (1, 3):
        at = (float(event.pos[0]), float(event.pos[1]))
        near = abs(at[0] - raw.drag_from[0]) + abs(at[1] - raw.drag_from[1]) < 5
        return replace(raw, drag_button="", pointer=at, clicked=at if near and event.button == 1 else raw.clicked)
    if kind == pygame.MOUSEBUTTONUP and event.button == 2:
        return replace(raw, is_fine_flipped=True)
    if kind == pygame.MOUSEWHEEL:
        return replace(raw, wheel=raw.wheel + float(getattr(event, "precise_y", event.y) or event.y))
    if kind == pygame.QUIT:
        return replace(raw, is_quit=True)
    if kind in (pygame.VIDEORESIZE, pygame.WINDOWRESIZED):
        size = (int(event.w), int(event.h)) if kind == pygame.VIDEORESIZE else (int(event.x), int(event.y))
        return replace(raw, resized=size)
    if kind == pygame.WINDOWFOCUSLOST:
        return replace(raw, held=(), drag_button="", is_shift=False, is_ctrl=False, is_left=True, pad=gamepad.at_rest(raw.pad))
    if kind in (pygame.WINDOWMINIMIZED, pygame.WINDOWRESTORED):
        return replace(raw, is_hidden=kind == pygame.WINDOWMINIMIZED, held=(), drag_button="")
    if kind in _LOST:
        return replace(raw, lost=(*raw.lost, _LOST[kind]))
    return raw
