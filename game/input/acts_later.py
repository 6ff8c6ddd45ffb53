"""What the acts of later operations do: from the hands and the observation to commands and actions."""

from __future__ import annotations

from collections.abc import Callable

from game.input.hands import Tick, si
from game.instruments.procedure import SETTINGS
from physics import commands as c

UG = 1e-9  # kg


def _open_pocket(tick: Tick) -> None:
    """Cut along the old scar, at a height over the middle of the pump as it is felt."""
    h, body = tick.hands, tick.obs.pocket
    is_hot = h.choices["scar.tool"] == "diathermy"
    tick.commands.append(c.OpenPocket(
        round(body.pump_u_m, 4), round(body.pump_v_m, 4) + si(h, "scar.offset"), si(h, "scar.length"), is_hot))  # fmt: skip


def _open_back(tick: Tick) -> None:
    h = tick.hands
    is_hot = h.choices["scar.tool"] == "diathermy"
    tick.commands.append(c.OpenLumbar(si(h, "entry.x"), si(h, "entry.z"), si(h, "scar.back"), si(h, "scar.blade"), is_hot))


def _lay_new(tick: Tick) -> None:
    tick.commands.append(c.PlaceNewPump(si(tick.hands, "pump.outlet"), tick.hands.choices["pump.face"] == "out"))


def _unpack(tick: Tick) -> None:
    model = tick.hands.choices["pump.model"]
    tick.commands.append(c.UnpackPump(model))
    words = dict(SETTINGS["pump.model"].options)[model]
    tick.say(f"On the back table: {words}. Warm it, draw its water, fill it." if not tick.obs.pocket.is_pump_in
             else "The old pump is still in: lift it out first.")  # fmt: skip


def _remove(part: str) -> Callable[[Tick], None]:
    def draw(tick: Tick) -> None:
        h = tick.hands
        place = "back" if part == "spinal" else h.choices["remove.from"]
        tick.commands.append(c.RemoveCatheter(part, si(h, "remove.force"), place))

    return draw


def _lumbar(tick: Tick) -> None:
    tick.commands.append(c.GiveTreatment("lumbar_baclofen", tick.hands.values["bridge.dose"] * UG))


LATER_HANDLERS: dict[str, Callable[[Tick], None]] = {
    "later.cause": lambda t: t.do("decide", t.hands.choices["cause"]),
    "later.open_pocket": _open_pocket,
    "later.open_back": _open_back,
    "later.disconnect": lambda t: t.commands.append(c.DisconnectCatheter()),
    "later.take_out": lambda t: t.commands.append(c.TakeOutPump()),
    "later.unpack": _unpack,
    "later.lay_new": _lay_new,
    "later.release": lambda t: t.commands.append(c.ReleaseAnchor()),
    "later.remove_spinal": _remove("spinal"),
    "later.remove_whole": _remove("whole"),
    "later.remove_pump": _remove("pump"),
    "later.lay_segment": lambda t: t.commands.append(c.LaySegment(si(t.hands, "segment.length"))),
    "later.join": lambda t: t.commands.append(c.JoinSegments(si(t.hands, "join.force"))),
    "treat.antibiotic": lambda t: t.commands.append(c.GiveTreatment("antibiotic", 1.0)),
    "treat.lumbar": _lumbar,
}
