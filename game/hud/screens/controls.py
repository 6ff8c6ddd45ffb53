"""Every act with its key and its pad button; press one to give it another (`settings`, page keys)."""

from __future__ import annotations

from typing import Any

from imgui_bundle import imgui

from game.hud.gui import Gui
from game.hud.widgets import button, caption, card, room, same, segmented, soft, state, text
from game.input import bindings
from game.instruments.procedure import ACTS, PROCEDURES

PAGES = (("everywhere", "Everywhere"), ("implant", "Implant"), ("refill", "Refill"), ("clinic", "On call"))
PAGE_WORDS = dict(PAGES)
KEY_W, PAD_W, ROW_H = 104.0, 84.0, 30.0
PAGE_W = 84.0  # least width of a page's tab; more of them begin another row


def draw(g: Gui, view: Any) -> None:
    """Draw the page; `view` is an `OptionsView`."""
    hands = view.settings.hands
    now = bindings.Bindings(hands.keys, hands.pads)
    clashes = bindings.clashes(now)
    w, _ = room(g)
    pages = [(key, PAGE_WORDS.get(key, key.capitalize())) for key in bindings.pages()]
    with g.font("small"):
        columns = max(1, min(len(pages), int((w - 8) / PAGE_W)))
        segmented(g, "keys.page", pages, view.key_page, min((w - 8) / columns, 140.0), ROW_H, columns)
    _head(g, view, clashes, w)
    with card(g, "keys", w, room(g)[1] - 2, scrolls=True, pad=10):
        for title, addresses in bindings.pages()[view.key_page]:
            caption(g, title)
            for x, words in ((0.0, "key"), (KEY_W + 8, "gamepad")):
                imgui.same_line(g.px(10 + _column(room(g)[0]) + x))
                soft(g, words, "caption")
            for address in addresses:
                _row(g, view, now, address, clashes.get(address, []))


def _head(g: Gui, view: Any, clashes: dict[str, list[bindings.Clash]], w: float) -> None:
    address, what = view.capture
    if address:
        words = "a key" if what == "key" else "a button of the gamepad"
        state(g, "now", f"{bindings.bindable()[address]}: press {words}. Esc leaves it.", "body", wrap=0, address="keys.asks")
        button(g, "keys.none", "No key" if what == "key" else "No button", h=ROW_H)
        same(g)
        button(g, "keys.leave", "Leave it", kind="quiet", h=ROW_H)
        return
    if clashes:
        n = sum(len(lines) for lines in clashes.values()) // 2
        imgui.align_text_to_frame_padding()
        state(g, "warn", f"{n} clash{'es' if n > 1 else ''}, marked below", "body", address="keys.state")
    else:
        imgui.align_text_to_frame_padding()
        state(g, "ok", "No clashes", "body", address="keys.state")
    same(g, 16)
    button(g, "keys.reset", "Reset all", "redo", "quiet", h=ROW_H)
    soft(g, "Press a key or a button in the list to give the act another.", wrap=w)


def _row(g: Gui, view: Any, now: bindings.Bindings, address: str, clashes: list[bindings.Clash]) -> None:
    w, _ = room(g)
    act = ACTS.get(address)
    words = bindings.bindable()[address]
    left = imgui.get_cursor_pos_x()
    imgui.align_text_to_frame_padding()
    with g.font("body" if w > 460 else "small"):
        text(g, words, size="body" if w > 460 else "small")
    if act is not None and act.is_held and w > 560:
        same(g, 8)
        imgui.align_text_to_frame_padding()
        soft(g, "goes on while held" if not view.settings.hands.is_toggle else "until pressed again", "caption")
    imgui.same_line(left + g.px(_column(w)))
    for what, key, wide in (("key", now.key(address), KEY_W), ("pad", now.pad(address) or _trigger_words(address), PAD_W)):
        is_asked = view.capture == (address, what)
        is_bad = any(clash.is_pad == (what == "pad") for clash in clashes)
        kind = "on" if is_asked else ("danger" if is_bad else "normal")
        shown = "press" if is_asked else (key or "-")
        with g.font("small"):
            button(g, f"keys.{what}.{address}", shown, kind=kind, w=wide, h=ROW_H)
        if what == "key":
            same(g)
    for clash in clashes:
        pad = "pad " if clash.is_pad else ""
        state(g, "warn", f"{pad}{clash.key} is also {clash.other}, in {clash.step}", "small", wrap=0, address=f"keys.clash.{address}")


def _column(w: float) -> float:
    """Return where the keys begin in a row: near the words, so that the eye finds the line."""
    return min(w - KEY_W - PAD_W - 8, 380.0)


def _trigger_words(address: str) -> str:
    """Return which trigger does an act that is travel along the tool, "" if none."""
    for step in (s for steps in PROCEDURES.values() for s in steps):
        if address in step.wheel:
            return ("RT", "LT")[step.wheel.index(address)]
    return ""
