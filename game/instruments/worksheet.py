"""The calculator as a page: which calculation, what was typed, the working line by line, and where an answer went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from game.instruments import calculator
from game.instruments.calculator import CALCULATIONS, CalculatorError, Input, Line
from game.instruments.programme import Programme, number

NAMES: tuple[tuple[str, str], ...] = (
    ("prime", "Prime"), ("transit", "No prime"), ("bridge", "Bridge"), ("no_bridge", "No bridge"), ("mixing", "Mixing"),
    ("refill", "Refill"), ("residual", "Residual"), ("strength", "Strength"),
)  # fmt: skip
ANSWER = "answer"  # the field of the player's own number
UNITS = {"ug/mL": "µg/mL", "ug/day": "µg/day", "ug/hour": "µg/h", "ug": "µg", "mL/hour": "mL/h", "minute": "min", "hour": "h", "day": "days",
         "percent": "%"}  # fmt: skip
USUAL = {"e": "0.145", "k": "0.0022", "R": "1", "Vt": "0.140", "L_cut": "0", "V_alarm": "2"}  # as `calculator` has them


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on the page: entries by "calculation.symbol", the line that is answered, and what came out."""

    name: str = "prime"
    entries: dict[str, str] = field(default_factory=dict)
    symbol: str = ""  # of the line that the answer is for
    written: tuple[str, ...] = ()
    fault: str = ""
    verdict: tuple[str, ...] = ()  # first whether it is right, then the working that gives what was written
    is_right: bool | None = None
    is_shown: bool = False  # the working, once somebody asked for it or answered right


def inputs(sheet: Sheet) -> tuple[Input, ...]:
    """Return what has to be put in."""
    return CALCULATIONS[sheet.name].inputs


def lines(sheet: Sheet) -> tuple[Line, ...]:
    """Return the lines of the calculation."""
    return CALCULATIONS[sheet.name].lines


def unit_words(unit: str) -> str:
    """Return a unit as it is printed."""
    return UNITS.get(unit, unit)


def first(sheet: Sheet) -> str:
    """Return the first field that is still empty."""
    return next((x.symbol for x in inputs(sheet) if not entry(sheet, x.symbol)), inputs(sheet)[0].symbol)


def entry(sheet: Sheet, symbol: str) -> str:
    """Return the text of a field of the calculation in work."""
    return sheet.entries.get(f"{sheet.name}.{symbol}", "" if symbol == ANSWER else USUAL.get(symbol, ""))


def write(sheet: Sheet, symbol: str, text: str) -> Sheet:
    """Return the sheet with a field's text replaced and the working done again."""
    changed = replace(sheet, entries=sheet.entries | {f"{sheet.name}.{symbol}": text}, verdict=(), is_right=None)
    return changed if symbol == ANSWER else opened(changed)


def opened(sheet: Sheet) -> Sheet:
    """Return the sheet with the working of what stands in its fields, or with what is missing."""
    symbol = sheet.symbol if sheet.symbol in [x.symbol for x in lines(sheet)] else lines(sheet)[-1].symbol
    sheet = replace(sheet, symbol=symbol, written=(), fault="", is_shown=sheet.is_shown)
    try:
        working = calculator.work(sheet.name, **_given(sheet))
    except CalculatorError as error:
        return replace(sheet, fault=str(error))
    return replace(sheet, written=working.written)


def _given(sheet: Sheet) -> dict[str, str]:
    return {x.symbol: text for x in inputs(sheet) if (text := entry(sheet, x.symbol))}


def printed(words: str) -> str:
    """Return a line of the working with its units as they are printed."""
    for raw, shown in ((r"\bml\b", "mL"), (r"µg/d\b", "µg/day"), (r"mL/d\b", "mL/day"), (r"\bug\b", "µg"), ("percent", "%"), (r"\bhour\b", "h")):
        words = re.sub(raw, shown, words)
    return words


def choose(sheet: Sheet, name: str) -> Sheet:
    """Return the sheet with another calculation; what was typed for the others is kept."""
    return opened(Sheet(name, sheet.entries))


def answer_for(sheet: Sheet, symbol: str) -> Sheet:
    """Return the sheet with another line to answer."""
    return replace(sheet, symbol=symbol, verdict=(), is_right=None, entries=sheet.entries | {f"{sheet.name}.{ANSWER}": ""})


def show(sheet: Sheet) -> Sheet:
    """Return the sheet with its working in sight, or out of it."""
    return replace(sheet, is_shown=not sheet.is_shown)


def check(sheet: Sheet) -> Sheet:
    """Return the sheet with the answer judged: right, or the slips that lead to it with their whole working."""
    told = entry(sheet, ANSWER)
    if sheet.fault or not told:
        return replace(sheet, verdict=(sheet.fault or "No answer is written.",), is_right=None)
    try:
        found = calculator.explain(sheet.name, sheet.symbol, told, **_given(sheet))
    except CalculatorError as error:
        return replace(sheet, verdict=(str(error),), is_right=None)
    if found and not found[0].slips:
        return replace(sheet, verdict=(f"{sheet.symbol} = {told}: right.",), is_right=True, is_shown=True)
    if not found:
        words = f"{sheet.symbol} = {told}: not right, and no single or double slip that is known leads there."
        return replace(sheet, verdict=(words,), is_right=False)
    words = f"{sheet.symbol} = {told}: not right. It comes out when {found[0].text}:"
    last = [x.symbol for x in lines(sheet)].index(sheet.symbol)
    wrong = [bad for bad, good in zip(found[0].working.written[: last + 1], sheet.written, strict=False) if bad != good]
    return replace(sheet, verdict=(words, *wrong), is_right=False)


# --- from the tablet ---------------------------------------------------------------------------

_FROM: dict[str, tuple[bool, str]] = {  # symbol: (from the pump as it is?, field)
    "L_total": (False, "length"), "C": (False, "conc"), "C_old": (True, "conc"), "C_new": (False, "conc"), "D": (False, "dose"),
    "D_old": (True, "dose"), "D_new": (False, "dose"), "V_full": (False, "reservoir"), "V_alarm": (False, "alarm"), "V_left": (True, "reservoir"),
}  # fmt: skip


def taken_over(sheet: Sheet, old: Programme | None, new: Programme) -> Sheet:
    """Return the sheet with its empty fields copied from the pump as read and the programme in work."""
    copied = {}
    for item in inputs(sheet):
        is_old, key = _FROM.get(item.symbol, (False, ""))
        source = old if is_old else new
        if key and source is not None and number(source, key) and not sheet.entries.get(f"{sheet.name}.{item.symbol}"):
            copied[f"{sheet.name}.{item.symbol}"] = source.entries[key]
    return opened(replace(sheet, entries=sheet.entries | copied, verdict=(), is_right=None))
