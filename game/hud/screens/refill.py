"""Refill panels: the volume account and the proof that the needle is in."""

from __future__ import annotations

from game.hud import refill_account
from game.hud import theme as T
from game.hud.clinical import volume_account
from game.hud.gui import Gui
from game.hud.screens.frame import PlayView
from game.hud.widgets import button, caption, pair, right, room, same, soft, space, state, text, text_width


def account_panel(g: Gui, view: PlayView, w: float, h: float) -> None:
    """Expected, drawn, in the pump now, and what the difference asks."""
    account = refill_account.account(view.hands, view.obs)
    caption(g, "Volume account")
    if account.expected_ml is not None and account.drawn_ml is not None:
        off = abs(account.drawn_ml - account.expected_ml) > account.allowed_ml
        words = "difference unexplained" if off else "inside the band"
        right(g, text_width(g, f"X  {words}", "small", "bold") + 6)
        state(g, "warn" if off else "ok", words, address="account.state")
    bars = (("Expected", account.expected_ml, "now"), ("Drawn", account.drawn_ml, "warn"), ("In pump now", account.in_pump_ml, "ok"))
    bars_h = min(max(h - 250, 120.0), 300.0)
    volume_account(g, bars, account.allowed_ml, account.capacity_ml, w, bars_h)
    for label, value, unit in account.rows:
        if room(g)[1] > 100:
            pair(g, label, value, unit, offset=min(w - 110, 250))
    if room(g)[1] > 118:
        space(g, 1)
        text(g, "Name the difference and what you will do about it.", face="bold", wrap=0)
    each = (w - 8) / 2
    button(g, "account.write", "Write difference", "pen", "primary", each, 36)
    same(g)
    button(g, "interrogate", "Read event log", "list", "normal", each, 36)
    if view.hands.form.is_read and view.obs.pump.event_log and room(g)[1] > 24:
        soft(g, "; ".join(view.obs.pump.event_log[-2:]), wrap=0)


def proof_rows(g: Gui, view: PlayView, w: float, most: int) -> None:
    """Only what was done and seen counts as proof."""
    for kind, words, note in refill_account.proofs(view.hands, view.obs)[:most]:
        state(g, kind, words, "body")
        if text_width(g, words, "body", "bold") + text_width(g, note, "caption") + 60 < w:
            same(g, 10)
            soft(g, note, "caption")
    if view.obs.refill.complaint and room(g)[1] > 24:
        text(g, f'Patient: "{view.obs.refill.complaint}"', T.INK, "body", "bold")
