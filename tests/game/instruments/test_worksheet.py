"""The calculator as a page: nothing typed is lost, the working is the calculator's, a slip is named and shown."""

from __future__ import annotations

import pytest

from game.instruments import calculator, programmer, worksheet

BRIDGE = {"L_total": "114", "L_cut": "22", "C_old": "500", "C_new": "2000", "D_old": "300", "D_new": "300"}


def _filled(name="bridge", **typed):
    sheet = worksheet.choose(worksheet.Sheet(), name)
    for symbol, text in (BRIDGE | typed).items():
        sheet = worksheet.write(sheet, symbol, text)
    return sheet


def _answered(symbol, text, **typed):
    return worksheet.check(worksheet.write(worksheet.answer_for(_filled(**typed), symbol), worksheet.ANSWER, text))


def test_the_working_of_b1_is_written_line_by_line():
    sheet = _filled()
    assert sheet.fault == "" and len(sheet.written) == 7
    assert sheet.written[3].endswith("= 171 ug") and sheet.written[5].endswith("= 13.7 hour")


def test_what_is_missing_is_named_and_the_rest_stays():
    sheet = _filled(C_new="")
    assert "C_new (new concentration) is missing" in sheet.fault and sheet.written == ()
    assert worksheet.entry(sheet, "D_old") == "300" and worksheet.first(sheet) == "C_new"
    assert "expected > 0" in _filled(C_old="0").fault


@pytest.mark.parametrize(("symbol", "text", "is_right", "says"), [
    ("m", "171", True, "m = 171: right."), ("t", "13.7", True, "right"), ("m", "685", False, "old and new concentration were exchanged"),
    ("V", "0.391", False, "the trimmed length was not taken off"), ("m", "200", False, "no single or double slip"), ("m", "much", None, "expected a number"),
    ("m", "", None, "No answer is written."),
])  # fmt: skip
def test_an_answer_is_right_or_its_slip_is_named(symbol, text, is_right, says):
    sheet = _answered(symbol, text)
    assert sheet.is_right is is_right and says in sheet.verdict[0]


def test_only_the_lines_that_went_wrong_are_shown():
    (_, *wrong) = _answered("m", "195").verdict  # 22 cm too long: catheter, line and dose
    assert [line.split(":")[0] for line in wrong] == ["implanted length", "catheter", "line", "bridge dose"]
    assert worksheet.printed(wrong[-1]).endswith("0.3908 mL * 500 µg/mL = 195 µg")


def test_another_calculation_keeps_what_was_typed_for_this_one():
    sheet = worksheet.choose(worksheet.choose(_filled(), "mixing"), "bridge")
    assert sheet.written == _filled().written


def test_empty_fields_are_copied_from_the_pump_and_the_pages(form):
    form = programmer.write(programmer.write(form, "conc", "2000"), "dose", "210")
    sheet = worksheet.taken_over(worksheet.write(worksheet.choose(worksheet.Sheet(), "bridge"), "L_total", "114"), form.old, form.new)
    got = {x.symbol: worksheet.entry(sheet, x.symbol) for x in worksheet.inputs(sheet)}
    assert got == {"L_total": "114", "L_cut": "0", "k": "0.0022", "Vt": "0.140", "C_old": "500", "C_new": "2000", "D_old": "180", "D_new": "210"}


def test_every_calculation_is_on_the_page_and_its_usual_values_are_the_calculators():
    assert {key for key, _ in worksheet.NAMES} == set(calculator.CALCULATIONS)
    for name in calculator.CALCULATIONS:
        sheet = worksheet.choose(worksheet.Sheet(), name)
        for item in worksheet.inputs(sheet):
            usual = calculator.quantity(item.usual, item.unit).magnitude if item.usual is not None else None
            assert (float(worksheet.entry(sheet, item.symbol)) if worksheet.entry(sheet, item.symbol) else None) == usual


def test_the_keypad_types_into_the_sheet(form):
    form = programmer.open_page(programmer.open_page(form, "bridge"), programmer.SHEET)
    for key in ("9", "2"):
        form = programmer.press_key(form, key)
    assert form.focus == "sheet.L_total" and worksheet.entry(form.sheet, "L_total") == "92"
    assert form.new.entries["length"] == "92"  # of the pump; the sheet is apart
