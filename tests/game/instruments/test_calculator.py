"""The paper arithmetic: the worked examples to the last printed digit, units that cannot be mixed, slips that are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.instruments.calculator import CALCULATIONS, CalculatorError, explain, work

PAGE = Path(__file__).resolve().parents[3] / "docs" / "models" / "pump_arithmetic.md"
LINE = {"L_total": "114 cm", "L_cut": "22 cm"}


def _table(title):
    """Return the rows of the table under a heading, as they are printed."""
    part = PAGE.read_text("utf-8").split(f"\n## {title}")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    assert len(rows) > 3
    return rows[2:]


def _agrees(quantity, unit, printed):
    """Say whether a quantity is a printed number within half a unit of its last digit."""
    digits = len(printed.partition(".")[2])
    return abs(float(quantity.to(unit).magnitude) - float(printed)) <= 0.5 * 10.0**-digits * (1.0 + 1e-6)


def _agree(working, **printed):
    for symbol, (unit, text) in printed.items():
        assert _agrees(working.values[symbol], unit, text), (symbol, working.values[symbol], text)


def test_prime_p1():
    working = work("prime", **LINE, C="500 ug/mL")
    _agree(working, L=("cm", "92"), Vc=("mL", "0.202"), V=("mL", "0.342"), t=("minute", "20.5"))


@pytest.mark.parametrize("row", _table("Prime"), ids=lambda row: row[0])
def test_prime_and_its_errors(row):
    c, right, legacy, untrimmed, twice, all_three = row

    def drug(**typed):
        return work("prime", **(LINE | {"C": f"{c} ug/mL"} | typed)).values["m"]

    assert _agrees(drug(), "ug", right)
    assert _agrees(drug(Vt="0.199 mL") - drug(), "ug", legacy)
    assert _agrees(drug(L_cut="0 cm") - drug(), "ug", untrimmed)
    assert _agrees(drug() - drug(Vt="0 mL"), "ug", twice)
    assert _agrees(drug(Vt="0.199 mL", L_cut="0 cm") - drug(Vt="0 mL"), "ug", all_three)


@pytest.mark.parametrize("row", _table("Without a prime"), ids=lambda row: "-".join(row[:2]))
def test_transit_p2(row):
    dose, c, whole, catheter = row
    typed = LINE | {"D": f"{dose} ug/day", "C": f"{c} ug/mL"}
    _agree(work("transit", **typed), t=("hour", whole))
    _agree(work("transit", **typed, Vt="0 mL"), t=("hour", catheter))


@pytest.mark.parametrize("row", _table("Bridge"), ids=lambda row: "-".join(row[:2]))
def test_bridges(row):
    old, new, drug, hours, flow, dose, left_out = row
    typed = LINE | {"C_old": f"{old} ug/mL", "C_new": f"{new} ug/mL", "D_new": "300 ug/day"}
    _agree(work("bridge", **typed, D_old="300 ug/day"), m=("ug", drug), t=("hour", hours), Q_new=("mL/day", flow))
    _agree(work("no_bridge", **typed), D=("ug/day", dose), t=("hour", left_out), Q=("mL/day", flow))


@pytest.mark.parametrize("row", _table("Mixing"), ids=lambda row: row[0])
def test_mixing(row):
    for full, c, off in (("20 mL", row[1], row[2]), ("40 mL", row[3], row[4])):
        working = work("mixing", V_full=full, V_left=f"{row[0]} mL", C_old="500 ug/mL", C_new="2000 ug/mL")
        _agree(working, C=("ug/mL", c), e=("percent", off))


@pytest.mark.parametrize("row", _table("Refill interval"), ids=lambda row: "-".join(row[:3]))
def test_refill_interval(row):
    working = work("refill", V_full=f"{row[0]} mL", D=f"{row[1]} ug/day", C=f"{row[2]} ug/mL")
    _agree(working, Q=("mL/day", row[3]), t=("day", row[4]), t_fast=("day", row[5]))


@pytest.mark.parametrize("row", _table("What should be left"), ids=lambda row: row[0])
def test_residual(row):
    working = work("residual", V_full="20 mL", Q=f"{row[0]} mL/day", t=f"{row[1]} days")
    _agree(working, V_given=("mL", row[2]), V_left=("mL", row[3]), V_error=("mL", row[4]))


@pytest.mark.parametrize("row", _table("Ten-fold and strength"), ids=lambda row: "-".join(row[:3]))
def test_tenfold_and_strength(row):
    working = work("strength", V_full="20 mL", D=f"{row[0]} ug/day", C=f"{row[1]} ug/mL", C_true=f"{row[2]} ug/mL")
    _agree(working, Q=("mL/day", row[3]), D_true=("ug/day", row[4]), D_hour=("ug/hour", row[5]), t=("day", row[6]))


BRIDGE = LINE | {"C_old": "500 ug/mL", "C_new": "2000 ug/mL", "D_old": "300 ug/day", "D_new": "250 ug/day"}


def test_every_line_is_written_with_its_numbers_and_units():
    written = work("bridge", **BRIDGE).written
    assert written[0] == "implanted length: L = L_total - L_cut = 114 cm - 22 cm = 92 cm"
    assert written[3].startswith("bridge dose: m = V * C_old = 0.3424 ml * 500")
    assert written[3].endswith("= 171 ug")


@pytest.mark.parametrize(("told", "words"), [("0.1 mg/mL", "100"), ("100 mcg/mL", "100"), ("100", "100")])
def test_units_are_converted_and_a_bare_number_is_in_the_unit_of_its_field(told, words):
    assert work("prime", **LINE, C=told).values["C"].to("ug/mL").magnitude == pytest.approx(float(words))


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("prime", LINE | {"C": "500 ug"}, ("C = 500 ug", "ug/mL")),
        ("prime", LINE | {"C": "0 ug/mL"}, ("C = 0 ug/mL", "> 0")),
        ("prime", LINE | {"C": "nan"}, ("C = nan",)),
        ("prime", LINE | {"C": "-5 ug/mL"}, ("C = -5", "> 0")),
        ("prime", LINE | {"C": "five"}, ("C = five", "ug/mL")),
        ("prime", LINE, ("C (concentration) is missing",)),
        ("prime", LINE | {"C": "1", "Q": "1"}, ("Q; expected one of L_total",)),
        ("dose", {}, ("calculation = dose", "bridge")),
    ],
)
def test_what_cannot_be_computed_with_is_refused(name, typed, says):
    with pytest.raises(CalculatorError) as refused:
        work(name, **typed)
    assert all(words in str(refused.value) for words in says), refused.value


def test_a_right_answer_needs_no_slip():
    (found,) = explain("bridge", "t", "13.7", **BRIDGE)
    assert found.slips == ()


@pytest.mark.parametrize(
    ("symbol", "told", "says"),
    [
        ("m", "685", "exchanged"),
        ("m", "195", "trimmed length was not taken off"),
        ("m", "201", "0.199 mL"),
        ("m", "101", "tubing was left out"),
        ("t", "16.4", "new dose stands where the old belongs"),
        ("t", "137.0", "old concentration ten times too large"),
        ("t", "9.7", "tubing was left out, and the new dose"),
    ],
)
def test_a_wrong_answer_is_explained(symbol, told, says):
    assert any(says in found.text for found in explain("bridge", symbol, told, **BRIDGE))


def test_an_answer_from_nowhere_is_not_explained():
    assert explain("bridge", "t", "77.7", **BRIDGE) == ()


TYPED = {
    "prime": LINE | {"C": "500 ug/mL"},
    "transit": LINE | {"D": "137 ug/day", "C": "500 ug/mL"},
    "bridge": BRIDGE,
    "no_bridge": {k: v for k, v in BRIDGE.items() if k != "D_old"},
    "mixing": {"V_full": "20 mL", "V_left": "1.4 mL", "C_old": "500 ug/mL", "C_new": "2000 ug/mL"},
    "refill": {"V_full": "19 mL", "D": "137 ug/day", "C": "500 ug/mL"},
    "residual": {"V_full": "20 mL", "Q": "0.31 mL/day", "t": "47 days"},
    "strength": {"V_full": "20 mL", "D": "137 ug/day", "C": "500 ug/mL", "C_true": "2000 ug/mL"},
}


@pytest.mark.parametrize(("name", "slip"), [(n, s) for n, c in CALCULATIONS.items() for s in c.slips], ids=lambda x: getattr(x, "text", x))
def test_every_slip_is_found_again_from_the_answer_it_leads_to(name, slip):
    right = work(name, **TYPED[name])
    given = {i.symbol: right.values[i.symbol] for i in right.calculation.inputs}
    wrong = work(name, **slip.apply(given))
    changed = [x.symbol for x in right.calculation.lines if right.printed(x.symbol) != wrong.printed(x.symbol)]
    if not changed:  # the tubing is counted as it should be
        assert slip.text == "the tubing was counted though it is full"
        return
    for symbol in changed:
        assert any(slip in found.slips for found in explain(name, symbol, wrong.printed(symbol), **TYPED[name])), symbol


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(20.0, 140.0), st.floats(100.0, 4000.0), st.floats(25.0, 1500.0))
def test_a_bridge_holds_what_the_line_holds_and_lasts_as_long_as_the_old_dose_needs(length_cm, concentration, dose):
    found = work(
        "bridge", L_total=f"{length_cm} cm", C_old=f"{concentration} ug/mL", C_new="1000 ug/mL", D_old=f"{dose} ug/day", D_new="1"
    ).values
    assert (found["Q"] * found["t"]).to("mL").magnitude == pytest.approx(found["V"].to("mL").magnitude)
    assert (found["m"] / found["t"]).to("ug/day").magnitude == pytest.approx(dose)
