"""Key maps as data: a key and a context give the address of an act. Rebinding changes data, not code.

The keys of a step are its acts' hotkeys; the keys that work everywhere stand in `GLOBAL_KEYS`. Arrow keys,
the wheel and drags are spatial and belong to the step (`Step.arrows`, `.wheel`, `.drag`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from game.instruments.procedure import ACTS, Step

GLOBAL_KEYS: dict[str, str] = {
    "P": "bar.pause", "F1": "bar.help", "H": "call.help", "Escape": "nav.back", "G": "carm.next", "Space": "carm.beam",
    "PageDown": "rail.next", "PageUp": "rail.previous", "F2": "panel.view", "F3": "panel.act", "F4": "panel.xray",
    "F5": "panel.list", "F6": "panel.map", "F7": "panel.steps", "F8": "panel.patient",
}  # fmt: skip
ARROWS: dict[str, tuple[float, float]] = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}
MENU_KEYS: dict[str, str] = {
    "C": "menu.continue", "1": "menu.career", "2": "menu.scenarios", "3": "menu.lab", "4": "menu.replays",
    "5": "menu.educator", "6": "menu.settings",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bindings:
    """Changes to the default keys: address -> key."""

    custom: Mapping[str, str] = field(default_factory=dict)


def step_keys(step: Step, bindings: Bindings) -> dict[str, str]:
    """Return key -> address for a step: the global keys, overridden by the step's own."""
    out = {bindings.custom.get(address, key): address for key, address in GLOBAL_KEYS.items()}
    for name in step.acts:
        act = ACTS[name]
        key = bindings.custom.get(act.key, act.hotkey)
        if key:
            out[key] = act.key
    return out


def conflicts(step: Step, bindings: Bindings) -> list[str]:
    """Return a line for each key that two acts of a step would share."""
    seen: dict[str, str] = {}
    out = []
    for name in step.acts:
        key = bindings.custom.get(name, ACTS[name].hotkey)
        if key and key in seen:
            out.append(f"{step.key}: {key} is used by {seen[key]} and {name}")
        seen[key] = name
    return out
