"""Key and button maps as data: a key and a context give the address of an act. Rebinding changes data, not code.

The keys of a step are its acts' hotkeys; the keys that work everywhere stand in `GLOBAL_KEYS`. Arrow keys,
the wheel, drags and sticks are spatial and belong to the step (`Step.arrows`, `.wheel`, `.drag`). On the pad, A does
the act in hand (`main_act`, or what the tool wheel chose), the D-pad walks over what is on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from game.input.gamepad import BINDABLE
from game.instruments.procedure import ACTS, PROCEDURES, Step

GLOBAL_KEYS: dict[str, str] = {
    "P": "bar.pause", "F1": "bar.help", "H": "call.help", "Escape": "nav.back", "G": "carm.next", "Space": "carm.beam",
    "PageDown": "rail.next", "PageUp": "rail.previous", "F2": "panel.view", "F3": "panel.act", "F4": "panel.xray",
    "F5": "panel.list", "F6": "panel.map", "F7": "panel.steps", "F8": "panel.patient",
    "Backspace": "undo.last", "F9": "cutaway.toggle", "F10": "look.next",
}  # fmt: skip
GLOBAL_WORDS: dict[str, str] = {
    "bar.pause": "Pause", "bar.help": "Help on this step", "call.help": "Call for help", "nav.back": "Back, never loses work",
    "carm.next": "Next view of the C-arm", "carm.beam": "One X-ray pulse", "rail.next": "Next step", "rail.previous": "Step before",
    "panel.view": "Panel: picture", "panel.act": "Panel: do", "panel.xray": "Panel: X-ray", "panel.list": "Panel: list",
    "panel.map": "Panel: map or volumes", "panel.steps": "Panel: steps", "panel.patient": "Panel: patient",
    "cutaway.toggle": "Inside view", "look.next": "Other picture: field, room, cut-aways", "undo.last": "Back to the last safe point",
    "panel.next": "Next side panel", "pad.act": "Act in hand, or the framed control", "pad.wheel": "Tool wheel (hold)",
}  # fmt: skip
ARROWS: dict[str, tuple[float, float]] = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}
FIXED_KEYS = (*ARROWS, "Tab", "Return", "Escape", "Delete", "Backspace")  # never offered for another act
MENU_KEYS: dict[str, str] = {
    "C": "menu.continue", "1": "menu.career", "2": "menu.scenarios", "3": "menu.lab", "4": "menu.replays",
    "5": "menu.educator", "6": "menu.settings",
}  # fmt: skip
PAD_GLOBAL: dict[str, str] = {
    "A": "pad.act", "B": "carm.beam", "Y": "pad.wheel", "Start": "bar.pause", "Back": "panel.next", "RS": "carm.next",
}  # fmt: skip
PAD_ACTS: dict[str, str] = {  # address -> button, where the step has the act; triggers press what has no wheel
    "needle.brace": "LS", "needle.stylet": "X", "needle.roll_left": "LB", "needle.roll_right": "RB",
    "thread.roll_left": "LB", "thread.roll_right": "RB", "anchor.tug": "X", "tunnel.palpate": "X",
    "connect.clamp": "X", "syringe.push": "RT", "syringe.pull": "LT", "port.push": "RT", "port.draw": "LT",
    "palpate.press": "RT", "palpate.softer": "LB", "palpate.harder": "RB", "stitch.tie": "RT", "pump.turn_left": "LB",
    "pump.turn_right": "RB",
}  # fmt: skip
PAD_MAIN = ("or.choose_entry", "refill.place")  # what A does first in their steps (others: the step's chief act)
PAD_RAIL = {"LB": "rail.previous", "RB": "rail.next"}  # while the tool wheel is open


@dataclass(frozen=True, slots=True)
class Bindings:
    """Changes to the defaults: address -> key, address -> pad button; "" for none."""

    custom: Mapping[str, str] = field(default_factory=dict)
    pads: Mapping[str, str] = field(default_factory=dict)

    def key(self, address: str) -> str:
        """Return the key of an act, "" if none."""
        return self.custom.get(address, default_key(address))

    def pad(self, address: str) -> str:
        """Return the pad button of an act, "" if none."""
        return self.pads.get(address, default_pad(address))


def default_key(address: str) -> str:
    """Return the key an act has by default."""
    if address in ACTS and ACTS[address].hotkey:
        return ACTS[address].hotkey
    return next((key for key, global_act in GLOBAL_KEYS.items() if global_act == address), "")


def default_pad(address: str) -> str:
    """Return the pad button an act has by default."""
    return PAD_ACTS.get(address) or next((b for b, act in PAD_GLOBAL.items() if act == address), "")


@cache
def bindable() -> Mapping[str, str]:
    """Return the words of everything that can have a key or a button, by address."""
    return MappingProxyType(GLOBAL_WORDS | {a.key: a.words for a in ACTS.values() if a.key not in GLOBAL_WORDS})


def step_keys(step: Step, bindings: Bindings) -> dict[str, str]:
    """Return key -> address for a step: the global keys, overridden by the step's own."""
    out = {bindings.key(address): address for address in GLOBAL_KEYS.values()}
    out |= {bindings.key(name): name for name in step.acts if bindings.key(name)}
    out.pop("", None)
    return out


def step_pad(step: Step, bindings: Bindings) -> dict[str, str]:
    """Return button -> address for a step, as `step_keys`."""
    out = {bindings.pad(address): address for address in PAD_GLOBAL.values()}
    out |= {bindings.pad(name): name for name in step.acts if bindings.pad(name)}
    out.pop("", None)
    return out


def main_act(step: Step) -> str:
    """Return what A does in a step before the wheel chose anything: its chief act that no trigger does ("" if none)."""
    for name in PAD_MAIN:
        if name in step.acts:
            return name
    free = [name for name in step.acts if name not in step.wheel and not PAD_ACTS.get(name)]
    chief = [name for name in free if ACTS[name].kind == "primary"]
    return (chief or free or [""])[0]


def wheel_acts(step: Step) -> tuple[str, ...]:
    """Return the acts on the tool wheel of a step: all that the triggers do not do as it is."""
    return tuple(name for name in step.acts if name not in step.wheel)


def conflicts(step: Step, bindings: Bindings) -> list[str]:
    """Return a line for each key or button that two acts of a step would share."""
    out = []
    for what, wanted in (("", bindings.key), ("pad ", bindings.pad)):
        changed = bindings.pads if what else bindings.custom
        seen: dict[str, str] = {}
        everywhere = PAD_GLOBAL if what else GLOBAL_KEYS
        for name in (*step.acts, *(a for a in everywhere.values() if a not in step.acts)):
            key = wanted(name)
            is_known_shadow = key in seen and name not in step.acts and name not in changed and seen[key] not in changed
            if key and key in seen and not is_known_shadow:
                out.append(f"{step.key}: {what}{key} is used by {seen[key]} and {name}")
            seen.setdefault(key, name)
    return out


@dataclass(frozen=True, slots=True)
class Clash:
    """One key or button that two acts of a step share: in `step` (words), with `other` (words)."""

    key: str
    other: str
    step: str
    is_pad: bool


def clashes(bindings: Bindings) -> dict[str, list[Clash]]:
    """Return the clashes of each act, by address, over all procedures."""
    out: dict[str, list[Clash]] = {}
    words = bindable()
    for step in (s for steps in PROCEDURES.values() for s in steps):
        for line in conflicts(step, bindings):
            head, pair = line.split(": ", 1)[1].split(" is used by ")
            first, second = pair.split(" and ")
            for one, other in ((first, second), (second, first)):
                clash = Clash(head.removeprefix("pad "), words[other], step.words, head.startswith("pad "))
                out.setdefault(one, []).append(clash)
    return out


def pages() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return what can be bound, by page: (heading, addresses), each address once on its page."""
    out: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {"everywhere": (("Everywhere", tuple(GLOBAL_WORDS)),)}
    for procedure, steps in PROCEDURES.items():
        seen: set[str] = set(GLOBAL_WORDS)
        groups = []
        for step in steps:
            fresh = tuple(name for name in step.acts if name not in seen)
            seen |= set(fresh)
            groups += [(step.words, fresh)] if fresh else []
        out[procedure] = tuple(groups)
    return out


def fault(address: str, key: str, is_pad: bool) -> str:
    """Return why an act cannot have a key or button, "" if it can."""
    if address not in bindable():
        return f"{address} is not an act; remove the line"
    if is_pad:
        return "" if key in ("", *BINDABLE) else f"{address} = {key!r}; expected one of {', '.join(BINDABLE)}, or nothing"
    is_known = len(key) == 1 or key in GLOBAL_KEYS or key in ("", "Return", "Home", "End") or (key[:1] == "F" and key[1:].isdigit())
    if not is_known or (key in FIXED_KEYS and key != default_key(address)):
        return f"{address} = {key!r}; expected a letter, a digit, a sign, F1 to F12, Space, PageUp, PageDown, Home, End, or nothing"
    return ""
