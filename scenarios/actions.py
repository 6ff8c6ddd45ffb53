"""Judged acts that move no matter: they are recorded and scored, never simulated."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Action:
    """One judged act.

    Attributes
    ----------
    name : str
        Dotted address, e.g. "beam.pulse", "item.IM05", "record.length", "programmer.review",
        "confirm.csf", "call.help", "interrogate". The full table is `ACTION_NAMES`.
    value : str
        Detail in words ("ap", "lateral", "20 mL", "right").
    number : float
        Detail as a number, in the unit the table gives.
    """

    name: str
    value: str = ""
    number: float = 0.0


SAFE_KEEP, SAFE_UNDO = "safe.keep", "safe.undo"
ACTION_NAMES: dict[str, str] = {
    "item": "a checklist item done (item.IM05, item.RF03); value = what was chosen",
    "beam.pulse": "one X-ray pulse; value = ap | lateral | oblique; number = orbit angle [deg]",
    "beam.time": "beam time that a pulse counts; value = view; number = time [s], 0 for a spot film",
    "beam.off_true": "an AP or lateral pulse; value = view; number = how far off this patient's true one [deg]",
    "beam.dose": "dose-area product of a pulse; value = view; number = dose [Gy m2]",
    "beam.open": "collimation of a pulse; value = view; number = open share of the field's area",
    "beam.keep": "kept a picture as baseline; value = view",
    "confirm.csf": "said that CSF was seen; value = needle | catheter | after-needle | pump-end",
    "confirm.backflow": "said that the refill aspirate came back",
    "record.length": "wrote the implanted length down; number = length [m]",
    "record.residual": "wrote the measured residual; number = volume [m3]",
    "record.account": "wrote the refill account; number = drawn - expected [m3]",
    "calc.expected_residual": "said the expected residual; number = volume [m3]",
    "calc.line_volume": "said the line volume; number = volume [m3]",
    "calc.alarm_date": "told the alarm date; number = days from now",
    "interrogate": "read the pump; value = before | after",
    "programmer.review": "looked at every line of the review screen",
    "programmer.confirm": "confirmed a warning of the programmer; value = the limit",
    "call.help": "called for help; value = who",
    "help": "help that came; value = step; number = grade of the hint 1 to 3, 4 = a senior",
    "decide": "a follow-up decision; value = choice",
    "tool.take": "took a tool; value = tool",
    "view": "changed the view; value = view",
    "time.monitor": "ordered monitoring after start; number = hours",
    "palpate": "felt the skin with a finger; value = where (u,v mm); number = push [N]",
    "safe.keep": "kept the state before this tick to come back to; value = what was about to be done",
    "safe.undo": "went back to a kept state; value = why; number = its tick",
    "cutaway": "asked for the inside view; value = on | off",
    "pause": "stopped the clock; value = on | off",
    "lesson": "went on in a lesson; value = done | skipped, and which",
    "assist": "an assist of the hands set; value = slow | steady; number = 1 or 0 | ms; it lowers no score",
    "tug.test": "tugged the anchored or connected catheter; value = anchor | connector",
}


def action_to_dict(action: Action) -> dict[str, Any]:
    """Return an action as plain data."""
    return asdict(action)


def action_from_dict(data: dict[str, Any]) -> Action:
    """Return the action that `action_to_dict` wrote.

    Raises
    ------
    ValueError
        If a field is missing, unknown or of the wrong type.
    """
    allowed = {"name": str, "value": str, "number": (int, float)}
    for key, value in data.items():
        if key not in allowed:
            raise ValueError(f"action.{key} is unknown; expected one of {', '.join(allowed)}")
        if not isinstance(value, allowed[key]) or isinstance(value, bool):  # type: ignore[arg-type]
            raise ValueError(f"action.{key} = {value!r}; expected {allowed[key]}")
    name = data.get("name", "")
    head = ".".join(name.split(".")[:2])
    if head not in ACTION_NAMES and name.split(".")[0] not in ACTION_NAMES:
        raise ValueError(f"action.name = {name!r}; expected one of {', '.join(ACTION_NAMES)}")
    return Action(name, data.get("value", ""), float(data.get("number", 0.0)))
