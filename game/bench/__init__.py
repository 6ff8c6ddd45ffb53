"""Measure the program against its budgets and its rods against their peers, in one run.

rows.py    what a line of the report is
play.py    ticks of a played case, months, therapy, frames, memory (design section 6)
compile.py the first start of a machine, and a later one
rod.py     the rod alone: push, cantilever, helix; peers_mujoco.py and peers_elastica.py do the same
catheter.py the whole catheter: threaded, living, twisted to a coil
tube.py    the push, for every solver
drug.py    drug and patient over days, beside scipy's BDF on the same equations
patients.py a thousand drawn patients on the drug for 90 days; only when asked for (--patients)
window.py  frames, X-ray pulses and the start of the window
"""

from __future__ import annotations

from collections.abc import Callable

from game import kernels
from game.bench import catheter, compile, drug, play, rod
from game.bench.rows import Row

Tell = Callable[[float, str], None]

__all__ = ["measure"]


def measure(quick: bool = False, advance: Tell | None = None) -> list[Row]:
    """Return all rows: start, rod and peers, catheter, ticks by phase, follow-up, frames, memory."""
    tell = advance or (lambda done, text: None)
    rows = []
    if not quick:
        tell(0.0, "compiling in an empty cache")
        rows.extend(compile.start_rows())
    tell(0.0, "compiling")
    kernels.prepare(lambda what, share: tell(share, what))
    rows.extend(rod.push_rows(tell))
    if not quick:
        rows.extend(rod.accuracy_rows(tell))
    rows.extend(catheter.twist_rows(tell))
    rows.extend(catheter.state_rows(tell))
    tell(0.0, "ticks")
    play.played(play.opened())  # compiles what is left
    session = play.opened()
    rows.extend(play.tick_rows(session))
    tell(0.0, "follow-up")
    rows.extend(play.follow_up_rows(session, quick))
    tell(0.0, "frames")
    rows.extend(play.frame_rows(8 if quick else 24))
    if not quick:  # after the memory of play has been read: the peer keeps every step
        tell(0.0, "drug")
        rows.extend(drug.drug_rows())
    return rows
