"""The instrument tray: what is in hand, ready, put away or not opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from game.input.tuning import gain
from game.instruments.procedure import TOOLS, Step
from physics.observation import Observation

CHANGE_S = gain("hold.tool_change")  # one change of tool takes its time
PACKED = ("catheter", "anchor")  # of the catheter's pack


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


def rows(tray: Tray, step: Step, seen: Observation | None = None) -> list[tuple[str, str, str, str]]:
    """Return (key, words, icon, state) for the tools of a step; without a tool taken, the first is in hand."""
    held = tray.held if tray.held in step.tools else (step.tools[0] if step.tools else "")
    is_packed = seen is not None and not seen.catheter.is_open
    out = []
    for key in step.tools:
        words, icon = TOOLS[key]
        how = "held" if key == held else ("used" if key in tray.used else "ready")
        if is_packed and key in PACKED and how != "held":
            how = "missing"
        out.append((key, words, icon, how))
    return out
