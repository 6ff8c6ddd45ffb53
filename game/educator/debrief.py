"""The debrief: one self-contained HTML file that prints well; every point shows its measure, tick and source."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from game.educator.plots import plots
from game.outcome import events_of, level_word, outcome
from game.session import Session
from game.xray_account import xray_line
from physics.events import EVENT_NAMES
from scenarios.advised import advised
from scenarios.chain import Link, causal_chain
from scenarios.scoring import ScoreSheet
from scenarios.steps import Record, record_from

DISCLAIMER = "For education only. Not advice for any real patient, device or dose."
COLUMNS = ("hands", "tissue", "catheter", "drug", "patient")
TISSUE_QUANTITIES = ("pump", "pocket", "anchor", "septum", "reservoir")
MOST_EVENTS = 120
SHOWN_SHARE = 0.01  # tuned: less of the contrast is not told
STROKES = frozenset((  # of which one operation has many; their amounts add up
    "SkinPainted", "BloodTaken", "VesselsSealed", "VesselsCut", "PocketSwept", "SweepBlocked", "StitchPlaced", "WoundWashed",
))  # fmt: skip
FOLD_TICKS = 64 * 60  # tuned: a minute of hands
WARD_UNITS = {"m": (1e3, "mm"), "m3": (1e6, "mL"), "m2": (1e4, "cm2"), "rad": (57.29578, "deg"), "Pa": (1e-3, "kPa"),
              "kg": (1e9, "ug"), "1/s": (60.0, "a minute"), "d": (1.0, "days")}  # fmt: skip


def _column(link: Link) -> str:
    if link.stage == "act":
        return "hands"
    if link.stage == "mechanics":
        return "tissue" if any(word in link.quantity for word in TISSUE_QUANTITIES) else "catheter"
    return link.stage


def _chains(links: Sequence[Link]) -> list[dict[str, list[Link]]]:
    """Return one row per chain: its links sorted into the five columns."""
    rows: dict[str, dict[str, list[Link]]] = {}
    for link in links:
        row = rows.setdefault(link.chain, {name: [] for name in COLUMNS})
        row[_column(link)].append(link)
    return list(rows.values())


def _embedded(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return "-" if value is None else str(value)


def _amount(name: str, magnitude: float) -> str:
    """Return how much an event was, in the unit that a ward reads."""
    unit = EVENT_NAMES.get(name, "1")
    scale, shown = WARD_UNITS.get(unit, (1.0, unit))
    return f"{_shown(magnitude * scale)} {'' if shown == '1' else shown}".strip()


def _folded(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events with strokes, dabs and stitches that follow each other told once, with how many they were."""
    rows: list[dict[str, Any]] = []
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        key = (event["name"], event["where"])
        row = last.get(key)
        if event["name"] in STROKES and row is not None and event["tick"] - row["until"] <= FOLD_TICKS:
            row |= {"times": row["times"] + 1, "until": event["tick"], "sum": row["sum"] + event["magnitude"]}
            continue
        rows.append(event | {"times": 1, "until": event["tick"], "sum": event["magnitude"]})
        last[key] = rows[-1]
    return [row | {"amount": _amount(row["name"], row["sum"])} for row in rows]


def contrast_rows(record: Record) -> list[dict[str, Any]]:
    """Return where contrast lay after each injection: tick, place of injection, share [%] per space, levels reached."""
    rows = []
    for event in record.named("InjectedThroughNeedle", "PortUsed"):
        seen = record.at(event.tick)
        dye = None if seen is None else seen.contrast
        if dye is None or not dye.csf_edge_levels:
            continue
        spaces = {
            "CSF": sum(dye.csf_kg), "catheter": sum(dye.line_kg), "epidural fat": dye.epidural_kg,
            "subdural": dye.subdural_kg, "soft tissue": dye.tissue_kg, "pocket": dye.pocket_kg,
        }  # fmt: skip
        whole = sum(spaces.values())
        if whole <= 0.0:
            continue
        filled = [k for k, mass in enumerate(dye.csf_kg) if mass > SHOWN_SHARE * whole]
        reach = f"{level_word(dye.csf_edge_levels[filled[-1] + 1])} to {level_word(dye.csf_edge_levels[filled[0]])}" if filled else "-"
        shares = ", ".join(f"{name} {100.0 * mass / whole:.0f} %" for name, mass in spaces.items() if mass > SHOWN_SHARE * whole)
        through = "needle" if event.name == "InjectedThroughNeedle" else "port"
        rows.append({"tick": event.tick, "through": through, "iodine_mg": whole * 1e6, "shares": shares, "reach": reach})
    return rows


def debrief_html(
    session: Session, sheet: ScoreSheet, player: str, pictures: Sequence[tuple[Path, str]] = ()
) -> str:
    """Return the debrief of a session as one HTML document."""
    template = resources.files("game.educator").joinpath("debrief.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["shown"] = _shown
    environment.filters["wanted"] = lambda text: text.removesuffix(" 1")  # the unit of a share is not said
    events, record = _folded(events_of(session)), record_from(session.steps)
    facts: dict[str, Any] = {
        "scenario": session.scenario, "sheet": sheet, "player": player, "seed": session.seed,
        "outcome": outcome(session), "plots": plots(session), "columns": COLUMNS,
        "chains": _chains(causal_chain(session.scenario, session.steps, sheet)),
        "advised": advised(session.scenario, record),
        "contrast": contrast_rows(record), "xray": xray_line(session.scenario, (a for _, a in record.actions)),
        "events": events[:MOST_EVENTS], "n_more": max(0, len(events) - MOST_EVENTS),
        "pictures": [(_embedded(path), caption) for path, caption in pictures], "disclaimer": DISCLAIMER,
    }  # fmt: skip
    return environment.from_string(template).render(facts)


def write_debrief(
    path: Path, session: Session, sheet: ScoreSheet, player: str, pictures: Sequence[tuple[Path, str]] = ()
) -> None:
    """Write the debrief of a session to a file."""
    path.write_text(debrief_html(session, sheet, player, pictures), "utf-8")
