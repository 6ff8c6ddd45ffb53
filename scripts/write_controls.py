"""Write the tables of docs/controls.md from the bindings and the tuning file.

    python scripts/write_controls.py

Everything between `<!-- NAME -->` and `<!-- end -->` is made anew; the words around it are written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from game.input import bindings  # noqa: E402
from game.input.tuning import gains  # noqa: E402
from game.instruments.procedure import ACTS, PROCEDURES, SETTINGS, Step  # noqa: E402
from physics.tissue.needle_way import NeedleSpec  # noqa: E402

DOC = ROOT / "docs" / "controls.md"
TITLES = {"implant": "Implant", "refill": "Refill", "clinic": "On call"}


def _trigger(address: str, steps: tuple[Step, ...]) -> str:
    for step in steps:
        if address in step.wheel:
            return ("RT", "LT")[step.wheel.index(address)]
    return ""


def everywhere() -> list[str]:
    """Return the table of keys and buttons that work everywhere."""
    rows = ["| act | key | gamepad | address |", "|---|---|---|---|"]
    for address, words in bindings.GLOBAL_WORDS.items():
        rows.append(f"| {words} | {bindings.default_key(address)} | {bindings.default_pad(address)} | `{address}` |")
    return rows


def acts() -> list[str]:
    """Return the tables of acts by procedure and step."""
    rows: list[str] = []
    for procedure, steps in PROCEDURES.items():
        rows += [f"### {TITLES.get(procedure, procedure.capitalize())}", "", "| step | act | key | gamepad | address |", "|---|---|---|---|---|"]
        for step in steps:
            for name in step.acts:
                act = ACTS[name]
                how = " (held)" if act.is_held else (f" (hold {act.confirm_s:g} s)" if act.confirm_s else "")
                pad = _trigger(name, steps) or bindings.default_pad(name) or "Y, A"
                rows.append(f"| {step.words} | {act.words}{how} | {bindings.default_key(name)} | {pad} | `{name}` |")
        rows.append("")
    return rows[:-1]


def spatial() -> list[str]:
    """Return what wheel, drag, arrows and sticks do in each step that has them."""
    rows = ["| procedure, step | wheel, triggers | left drag, right stick | arrows, left stick |", "|---|---|---|---|"]
    for procedure, steps in PROCEDURES.items():
        for step in steps:
            if not (any(step.wheel) or any(step.drag) or any(step.arrows)):
                continue
            wheel = f"{ACTS[step.wheel[0]].words} / {ACTS[step.wheel[1]].words}" if step.wheel[0] else ""
            drag, arrows = (", ".join(SETTINGS[k].words for k in pair if k) for pair in (step.drag, step.arrows))
            rows.append(f"| {TITLES.get(procedure, procedure.capitalize())}, {step.words} | {wheel} | {drag} | {arrows} |")
    return rows


def tuning() -> list[str]:
    """Return the gains, and the law of the hand that physics keeps."""
    rows = ["| gain | value | range | source |", "|---|---|---|---|"]
    for key, gain in gains().items():
        rows.append(f"| `{key}` | {gain.value:g} {gain.unit} | {gain.low:g} to {gain.high:g} | {gain.source} |".replace("  ", " "))
    return rows


def hand() -> list[str]:
    """Return the spring of the hand as physics has it."""
    spec = NeedleSpec()
    return [
        "| hand | stiffness | limit |", "|---|---|---|",
        f"| free | {spec.free_n_per_m / 1e3:g} N/mm | {spec.free_limit_n:g} N |",
        f"| braced (`B`, left stick pressed) | {spec.braced_n_per_m / 1e3:g} N/mm | {spec.braced_limit_n:g} N |",
    ]  # fmt: skip


TABLES = {"everywhere": everywhere, "acts": acts, "spatial": spatial, "tuning": tuning, "hand": hand}


def written(text: str) -> str:
    """Return the page with every table made anew."""
    for name, make in TABLES.items():
        block = f"<!-- {name} -->\n" + "\n".join(make()) + "\n<!-- end -->"
        text, n = re.subn(rf"<!-- {name} -->\n.*?<!-- end -->", lambda _, b=block: b, text, flags=re.S)
        if n != 1:
            raise SystemExit(f"{DOC.name}: the marks of {name!r} stand there {n} times; expected once")
    return text


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text(encoding="utf-8")), encoding="utf-8")
