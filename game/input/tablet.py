"""What the tablet's addresses do: reading, pages, typing, steps, the calculator, confirming and sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from game.input.hands import Intent, Tick
from game.instruments import programmer, review, worksheet
from game.instruments.programmer import Form
from physics.commands import InterrogatePump


def interrogate(tick: Tick) -> None:
    """Read the pump by telemetry; nothing in it changes."""
    tick.do("interrogate", "after" if tick.hands.form.sent_tick is not None else "before")
    tick.set(form=programmer.read(tick.hands.form, tick.obs.pump))
    tick.commands.append(InterrogatePump())


def send(tick: Tick) -> None:
    """Send the programme, if everything was looked at, nothing is refused and every warning is confirmed."""
    form = tick.hands.form
    if review.can_send(form):
        tick.commands.append(programmer.command(form))
        tick.do("programmer.review", "all lines")
        tick.set(form=programmer.sent(form, tick.obs.tick))


def tablet(tick: Tick, tail: str, intent: Intent) -> None:
    """Handle one intent on the tablet; what it does not know goes on to whoever asked."""
    head, _, rest = tail.partition(".")
    if head in ("back", "home") or rest == "home":
        tick.asks.append(Intent("tablet.leave"))
    elif head in ("read", "read_again"):
        interrogate(tick)
    elif head == "second":
        _second_person(tick)
    elif head == "confirm":
        _confirm(tick, rest)
    elif intent.kind == "look":
        tick.set(form=programmer.look(tick.hands.form, rest, intent.amount))
    elif head in _CHANGES:
        tick.set(form=_CHANGES[head](tick.hands.form, intent.text or rest))
    elif head != "send":
        tick.asks.append(intent)


def _second_person(tick: Tick) -> None:
    tick.do("call.help", "second person")
    if tick.hands.procedure == "implant":
        tick.set(ticked=tick.hands.ticked | {"IM67": "second person"})
        tick.do("item.IM67", "second person")


def _confirm(tick: Tick, key: str) -> None:
    for finding in programmer.open_warnings(tick.hands.form):
        if finding.key == key:
            tick.do("programmer.confirm", key)
    tick.set(form=programmer.confirm(tick.hands.form, key))


def _step(form: Form, rest: str) -> Form:
    what, _, index = rest.partition(".")
    if what == "remove":
        return programmer.remove_step(form, int(index))
    return {"add": programmer.add_step, "sort": programmer.sort_steps, "copy": programmer.copy_day}[what](form)


def _sheet(change: Callable[[worksheet.Sheet, str], worksheet.Sheet]) -> Callable[[Form, str], Form]:
    return lambda form, rest: replace(form, sheet=change(form.sheet, rest))


def _calculation(form: Form, name: str) -> Form:
    return programmer.open_page(replace(form, sheet=worksheet.choose(form.sheet, name)), programmer.SHEET)


def _answer(form: Form, symbol: str) -> Form:
    return programmer.choose(replace(form, sheet=worksheet.answer_for(form.sheet, symbol)), f"{programmer.SHEET}.{worksheet.ANSWER}")


_CHANGES: dict[str, Callable[[Form, str], Form]] = {
    "page": programmer.open_page, "next": lambda form, _: programmer.turn_page(form, 1), "previous": lambda form, _: programmer.turn_page(form, -1),
    "reading": lambda form, rest: replace(form, reading=rest), "field": programmer.choose, "key": programmer.press_key,
    "mode": programmer.set_mode, "modes": lambda form, _: replace(form, is_mode_open=not form.is_mode_open), "pattern": programmer.set_pattern, "day": programmer.show_day, "step": _step,
    "clock_day": programmer.set_clock_day, "keep_clock": lambda form, _: programmer.set_clock_day(form, ""),
    "calc": _calculation, "line": _answer, "check": _sheet(lambda sheet, _: worksheet.check(sheet)),
    "working": _sheet(lambda sheet, _: worksheet.show(sheet)),
    "takeover": lambda form, _: replace(form, sheet=worksheet.taken_over(form.sheet, form.old, form.new)),
}  # fmt: skip
