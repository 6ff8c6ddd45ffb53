"""The paper arithmetic of a pump, line by line with its units, and where somebody's went wrong.

Every calculation is a list of lines, each computed from what stands above it; the units are kept by pint, so that
hours cannot be added to millilitres. To explain a wrong answer the same lines are computed again with one slip (or
two) in what was put in: what then comes out as printed is what was done.

Formulas: device_and_procedure sections 1.3, 1.7, 4.1 and 6 (their constants carry their marks there and in
`physics.pump`). For education only: no dose of a real patient is to be taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import combinations
from typing import Any

Quantity = Any  # pint's own is made by its registry
Given = dict[str, Quantity]

TUBING, LEGACY_TUBING = "0.140 mL", "0.199 mL"  # [S01] H; displayed before 2016
LUMEN = "0.0022 mL/cm"  # [device 0.1, UGK-M]
FULL_RATE = "1 mL/hour"  # [UGK-M]
LABEL_ERROR = "0.145"  # [S02] H
MOST_SLIPS = 2
FACTORS = (
    (10.0, "ten times too large"), (0.1, "ten times too small"),
    (1e3, "a thousand times too large (milli for micro?)"), (1e-3, "a thousand times too small (micro for milli?)"),
)  # fmt: skip


class CalculatorError(ValueError):
    """What was put in cannot be computed with; one readable line."""


@cache
def units() -> Any:
    """Return the registry of units; `mcg` is read as microgram."""
    from pint import UnitRegistry

    return UnitRegistry()


def quantity(text: str | Quantity, unit: str, name: str = "value") -> Quantity:
    """Return a quantity from words such as "500 mcg/mL", in a unit.

    Raises
    ------
    CalculatorError
        If it is no number, has another kind of unit, or is not finite.
    """
    from pint.errors import PintError

    try:
        told = units()(text) if isinstance(text, str) else text
        told = units().Quantity(told)
        if told.dimensionless and unit:  # a bare number is in the unit of the field
            told = told.to("").magnitude * units()(unit)
        value = told.to(unit)
        is_finite = abs(float(value.magnitude)) < float("inf")
    except (PintError, ValueError, TypeError, AttributeError) as error:
        raise CalculatorError(f"{name} = {text}; expected a quantity in {unit or 'no unit'}") from error
    if not is_finite:
        raise CalculatorError(f"{name} = {text}; expected a finite number")
    return value


@dataclass(frozen=True, slots=True)
class Input:
    """What is put in: symbol, unit, words, least value and, where there is one, the usual value."""

    symbol: str
    unit: str
    text: str
    usual: str | None = None
    least: float = 0.0
    may_be_least: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line: symbol = formula, printed in a unit to some digits."""

    symbol: str
    unit: str
    formula: str
    compute: Callable[[Mapping[str, Quantity]], Quantity]
    digits: int
    text: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A way to go wrong: what it does to what was put in."""

    text: str
    symbols: tuple[str, ...]  # what has to be there
    apply: Callable[[Given], Given]


@dataclass(frozen=True, slots=True)
class Calculation:
    """Inputs, lines and slips under a title."""

    title: str
    inputs: tuple[Input, ...]
    lines: tuple[Line, ...]
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Working:
    """A calculation carried out: all quantities by symbol, and the lines as they are written down."""

    calculation: Calculation
    values: Mapping[str, Quantity]
    written: tuple[str, ...]

    def printed(self, symbol: str) -> str:
        """Return the number of a line as printed, without its unit."""
        line = next(x for x in self.calculation.lines if x.symbol == symbol)
        return f"{self.values[symbol].to(line.unit).magnitude:.{line.digits}f}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a line came out as it did: the slips, and the whole wrong working."""

    slips: tuple[Slip, ...]
    working: Working

    @property
    def text(self) -> str:
        """The slips in words."""
        return ", and ".join(s.text for s in self.slips)


def work(name: str, **given: str | Quantity) -> Working:
    """Return a calculation with every line of it.

    Parameters
    ----------
    name : str
        One of `CALCULATIONS`.
    given : str or quantity
        By symbol, such as `C_old="500 ug/mL"`; a bare number is in the unit of the field.

    Raises
    ------
    CalculatorError
        For a name, symbol, unit or value that does not belong, or a division by zero.
    """
    if name not in CALCULATIONS:
        raise CalculatorError(f"calculation = {name}; expected one of {', '.join(CALCULATIONS)}")
    calculation = CALCULATIONS[name]
    return _carried_out(calculation, _read(calculation, given))


def _read(calculation: Calculation, given: Mapping[str, str | Quantity]) -> Given:
    known = {i.symbol: i for i in calculation.inputs}
    for symbol in given:
        if symbol not in known:
            raise CalculatorError(f"{symbol}; expected one of {', '.join(known)}")
    out: Given = {}
    for symbol, field in known.items():
        told = given.get(symbol, field.usual)
        if told is None:
            raise CalculatorError(f"{symbol} ({field.text}) is missing; expected a quantity in {field.unit}")
        value = quantity(told, field.unit, symbol)
        too_low = value.magnitude < field.least or (value.magnitude == field.least and not field.may_be_least)
        if too_low:
            sign = ">=" if field.may_be_least else ">"
            raise CalculatorError(f"{symbol} = {told}; expected {sign} {field.least:g} {field.unit}")
        out[symbol] = value
    return out


def _carried_out(calculation: Calculation, given: Given) -> Working:
    values, written = dict(given), []
    for line in calculation.lines:
        try:
            values[line.symbol] = line.compute(values).to(line.unit)
        except ZeroDivisionError as error:
            raise CalculatorError(f"{line.symbol} = {line.formula} divides by zero; expected values above 0") from error
        written.append(_written(line, values))
    return Working(calculation, values, tuple(written))


def _written(line: Line, values: Mapping[str, Quantity]) -> str:
    """Return a line as it is written down: symbol, formula, numbers put in, result."""
    words = []
    for word in line.formula.split():
        bare = word.strip("()")
        put = f"{values[bare]:.6g~P}" if bare in values and bare != line.symbol else bare
        words.append(word.replace(bare, put) if bare else word)
    result = f"{values[line.symbol].magnitude:.{line.digits}f} {line.unit}".strip()
    return f"{line.text}: {line.symbol} = {line.formula} = {' '.join(words)} = {result}"


def explain(name: str, symbol: str, told: str, **given: str | Quantity) -> tuple[Explanation, ...]:
    """Return what would make a line come out as told, fewest slips first; empty if nothing known does.

    Parameters
    ----------
    symbol : str
        The line that was answered.
    told : str
        The number as written, in the unit of the line: what counts is how many digits it has.
    given : str or quantity
        What should have been put in.

    Returns
    -------
    tuple of Explanation
        Empty slips if the answer is right. Two slips are tried only where one does not do.
    """
    calculation = work(name, **given).calculation
    line = next((x for x in calculation.lines if x.symbol == symbol), None)
    if line is None:
        raise CalculatorError(f"{symbol}; expected one of {', '.join(x.symbol for x in calculation.lines)}")
    number, half = _answer(told)
    right = _read(calculation, given)
    known = list(calculation.slips)
    for count in range(MOST_SLIPS + 1):
        for slips in (known, [*known, *_unit_slips(calculation)]):  # a slip with a name before a factor
            found = [e for e in _tried(calculation, right, slips, count) if _matches(e, line, number, half)]
            if found:
                return tuple(found)
    return ()


def _answer(told: str) -> tuple[float, float]:
    """Return the number and half a unit of its last digit."""
    try:
        number = Decimal(told.strip())
        exponent = number.as_tuple().exponent
    except InvalidOperation as error:
        raise CalculatorError(f"answer = {told}; expected a number") from error
    if not isinstance(exponent, int):
        raise CalculatorError(f"answer = {told}; expected a finite number")
    return float(number), 0.5 * 10.0**exponent


def _tried(calculation: Calculation, right: Given, slips: list[Slip], count: int) -> Iterator[Explanation]:
    for chosen in combinations(slips, count):
        given = dict(right)
        for slip in chosen:
            given = slip.apply(given)
        if count and all(given[k] == right[k] for k in right):
            continue  # the slip changes nothing here
        try:
            yield Explanation(chosen, _carried_out(calculation, given))
        except CalculatorError:
            continue


def _matches(found: Explanation, line: Line, number: float, half: float) -> bool:
    value = float(found.working.values[line.symbol].to(line.unit).magnitude)
    return abs(value - number) <= half * (1.0 + 1e-9)


def _unit_slips(calculation: Calculation) -> Iterator[Slip]:
    """Yield a factor of ten and of a thousand for each input that the trainee types."""
    for field in calculation.inputs:
        if field.symbol in ("k", "R", "e"):
            continue
        for factor, words in FACTORS:
            yield Slip(f"{field.text} {words}", (field.symbol,), _scaled(field.symbol, factor))


def _scaled(symbol: str, factor: float) -> Callable[[Given], Given]:
    return lambda given: given | {symbol: given[symbol] * factor}


def _put(symbol: str, text: str) -> Callable[[Given], Given]:
    return lambda given: given | {symbol: units()(text).to(given[symbol].units)}


def _copied(symbol: str, source: str) -> Callable[[Given], Given]:
    return lambda given: given | {symbol: given[source]}


def _swapped(a: str, b: str) -> Callable[[Given], Given]:
    return lambda given: given | {a: given[b], b: given[a]}


TOTAL = Input("L_total", "cm", "length out of the box", least=0.0, may_be_least=False)
REMOVED = Input("L_cut", "cm", "length trimmed off", "0 cm")
PER_LENGTH = Input("k", "mL/cm", "lumen per length", LUMEN, may_be_least=False)
TUBE = Input("Vt", "mL", "volume of the pump's tubing (0 where it is full)", TUBING)
RATE = Input("R", "mL/hour", "fastest rate", FULL_RATE, may_be_least=False)
OLD = Input("C_old", "ug/mL", "old concentration", may_be_least=False)
NEW = Input("C_new", "ug/mL", "new concentration", may_be_least=False)

LENGTH = Line("L", "cm", "L_total - L_cut", lambda q: q["L_total"] - q["L_cut"], 0, "implanted length")
CATHETER = Line("Vc", "mL", "k * L", lambda q: q["k"] * q["L"], 3, "catheter")
VOLUME = Line("V", "mL", "Vt + Vc", lambda q: q["Vt"] + q["Vc"], 3, "line")

UNRECORDED = Slip("the trimmed length was not taken off", ("L_cut",), _put("L_cut", "0 cm"))
LEGACY = Slip("the tubing of the older display (0.199 mL) was used", ("Vt",), _put("Vt", LEGACY_TUBING))
NO_TUBE = Slip("the tubing was left out", ("Vt",), _put("Vt", "0 mL"))
TWICE = Slip("the tubing was counted though it is full", ("Vt",), _put("Vt", TUBING))
LINE_SLIPS = (UNRECORDED, LEGACY, NO_TUBE, TWICE)
EXCHANGED = Slip("old and new concentration were exchanged", ("C_old", "C_new"), _swapped("C_old", "C_new"))
NEW_FOR_OLD = Slip("the new concentration stands where the old belongs", ("C_old", "C_new"), _copied("C_old", "C_new"))
OLD_FOR_NEW = Slip("the old concentration stands where the new belongs", ("C_old", "C_new"), _copied("C_new", "C_old"))

CALCULATIONS: dict[str, Calculation] = {
    "prime": Calculation(
        "Prime: bring drug to the tip of an empty line",
        (TOTAL, REMOVED, PER_LENGTH, TUBE, RATE, Input("C", "ug/mL", "concentration", may_be_least=False)),
        (
            LENGTH, CATHETER, VOLUME,
            Line("t", "minute", "V / R", lambda q: q["V"] / q["R"], 1, "time of the prime"),
            Line("m", "ug", "V * C", lambda q: q["V"] * q["C"], 0, "drug in the line, as the programmer shows it"),
        ),
        LINE_SLIPS,
    ),
    "transit": Calculation(
        "Without a prime: when drug reaches the tip",
        (TOTAL, REMOVED, PER_LENGTH, TUBE, Input("D", "ug/day", "dose", may_be_least=False),
         Input("C", "ug/mL", "concentration", may_be_least=False)),
        (
            LENGTH, CATHETER, VOLUME,
            Line("Q", "mL/day", "D / C", lambda q: q["D"] / q["C"], 3, "flow"),
            Line("t", "hour", "V / Q", lambda q: q["V"] / q["Q"], 0, "time to the tip"),
        ),
        LINE_SLIPS,
    ),
    "bridge": Calculation(
        "Bridge: the drug left in the line runs out at the old dose",
        (TOTAL, REMOVED, PER_LENGTH, TUBE, OLD, NEW, Input("D_old", "ug/day", "old dose", may_be_least=False),
         Input("D_new", "ug/day", "new dose", may_be_least=False)),
        (
            LENGTH, CATHETER, VOLUME,
            Line("m", "ug", "V * C_old", lambda q: q["V"] * q["C_old"], 0, "bridge dose"),
            Line("Q", "mL/hour", "D_old / C_old", lambda q: q["D_old"] / q["C_old"], 5, "rate of the bridge"),
            Line("t", "hour", "V / Q", lambda q: q["V"] / q["Q"], 1, "duration of the bridge"),
            Line("Q_new", "mL/day", "D_new / C_new", lambda q: q["D_new"] / q["C_new"], 2, "flow after it"),
        ),
        (*LINE_SLIPS, EXCHANGED, NEW_FOR_OLD,
         Slip("the new dose stands where the old belongs", ("D_old", "D_new"), _copied("D_old", "D_new"))),
    ),
    "no_bridge": Calculation(
        "Bridge left out: old drug at the new rate",
        (TOTAL, REMOVED, PER_LENGTH, TUBE, OLD, NEW, Input("D_new", "ug/day", "new dose", may_be_least=False)),
        (
            LENGTH, CATHETER, VOLUME,
            Line("Q", "mL/day", "D_new / C_new", lambda q: q["D_new"] / q["C_new"], 2, "flow"),
            Line("D", "ug/day", "Q * C_old", lambda q: q["Q"] * q["C_old"], 0, "dose that arrives meanwhile"),
            Line("t", "hour", "V / Q", lambda q: q["V"] / q["Q"], 1, "for so long"),
        ),
        (*LINE_SLIPS, EXCHANGED, OLD_FOR_NEW),
    ),
    "mixing": Calculation(
        "Mixing: a fill on what was left",
        (Input("V_full", "mL", "volume after the fill", may_be_least=False), Input("V_left", "mL", "residual"), OLD, NEW),
        (
            Line("V_fill", "mL", "V_full - V_left", lambda q: q["V_full"] - q["V_left"], 1, "filled"),
            Line(
                "C", "ug/mL", "( V_fill * C_new + V_left * C_old ) / V_full",
                lambda q: (q["V_fill"] * q["C_new"] + q["V_left"] * q["C_old"]) / q["V_full"], 0, "concentration",
            ),
            Line("e", "percent", "C / C_new - 1", lambda q: q["C"] / q["C_new"] - 1.0, 1, "off the new one"),
        ),
        (EXCHANGED, Slip("the residual was forgotten", ("V_left",), _put("V_left", "0 mL"))),
    ),
    "refill": Calculation(
        "Refill: days to the low-reservoir alarm",
        (Input("V_full", "mL", "volume in the reservoir", may_be_least=False), Input("V_alarm", "mL", "alarm volume", "2 mL"),
         Input("D", "ug/day", "dose", may_be_least=False), Input("C", "ug/mL", "concentration", may_be_least=False),
         Input("e", "", "share by which the pump runs fast", LABEL_ERROR)),
        (
            Line("Q", "mL/day", "D / C", lambda q: q["D"] / q["C"], 3, "flow"),
            Line("t", "day", "( V_full - V_alarm ) / Q", lambda q: (q["V_full"] - q["V_alarm"]) / q["Q"], 1, "days to the alarm"),
            Line("t_fast", "day", "t / ( 1 + e )", lambda q: q["t"] / (1.0 + q["e"]), 1, "days if the pump runs fast"),
        ),
        (Slip("the alarm volume was not taken off", ("V_alarm",), _put("V_alarm", "0 mL")),),
    ),
    "residual": Calculation(
        "Discrepancy: what should be left in the reservoir",
        (Input("V_full", "mL", "volume after the last fill", may_be_least=False), Input("Q", "mL/day", "flow", may_be_least=False),
         Input("t", "day", "days since", may_be_least=False), Input("e", "", "labelled error", LABEL_ERROR)),
        (
            Line("V_given", "mL", "Q * t", lambda q: q["Q"] * q["t"], 1, "delivered"),
            Line("V_left", "mL", "V_full - V_given", lambda q: q["V_full"] - q["V_given"], 1, "expected"),
            Line("V_error", "mL", "e * V_given", lambda q: q["e"] * q["V_given"], 1, "act above a difference of"),
        ),
    ),
    "strength": Calculation(
        "Strength: what arrives when the pump holds another concentration than was entered",
        (Input("V_full", "mL", "volume in the reservoir", may_be_least=False), Input("V_alarm", "mL", "volume left at the end", "2 mL"),
         Input("D", "ug/day", "dose as entered", may_be_least=False),
         Input("C", "ug/mL", "concentration as entered", may_be_least=False),
         Input("C_true", "ug/mL", "concentration in the pump", may_be_least=False)),
        (
            Line("Q", "mL/day", "D / C", lambda q: q["D"] / q["C"], 3, "flow"),
            Line("D_true", "ug/day", "Q * C_true", lambda q: q["Q"] * q["C_true"], 0, "dose that arrives"),
            Line("D_hour", "ug/hour", "D_true", lambda q: q["D_true"], 1, "in an hour"),
            Line("t", "day", "( V_full - V_alarm ) / Q", lambda q: (q["V_full"] - q["V_alarm"]) / q["Q"], 1, "reservoir lasts"),
        ),
        (Slip("the two concentrations were exchanged", ("C", "C_true"), _swapped("C", "C_true")),
         Slip("the pump was taken to hold what was entered", ("C", "C_true"), _copied("C_true", "C"))),
    ),
}
