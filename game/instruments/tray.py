"""The instrument tray: what is in hand, ready, put away or not opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from game.instruments.procedure import TOOLS, Step

CHANGE_S = 0.8  # tuned: time one change of tool takes (game design 1.6)


@dataclass(frozen=True, slots=True)
class Tray:
    """The tool in hand and those used so far."""

    held: str = ""
    used: tuple[str, ...] = ()
    ready_at_tick: int = 0


def take(tray: Tray, tool: str, tick: int) -> Tray:
    """Return the tray with another tool in hand, ready after the change time."""
    if tool == tray.held or tool not in TOOLS:
        return tray
    used = tray.used + ((tray.held,) if tray.held and tray.held not in tray.used else ())
    return replace(tray, held=tool, used=used, ready_at_tick=tick + round(CHANGE_S * 64))


def rows(tray: Tray, step: Step) -> list[tuple[str, str, str, str]]:
    """Return (key, words, icon, state) for the tools of a step."""
    out = []
    for key in step.tools:
        words, icon = TOOLS[key]
        how = "held" if key == tray.held else ("used" if key in tray.used else "ready")
        out.append((key, words, icon, how))
    return out
