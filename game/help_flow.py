"""What a call for help brings: an explanation, hints in three grades, or a senior who needs time to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from game.host import CaseHost
from game.input.intent import Hands, Intent, current_step
from game.instruments import lessons
from physics.clock import TICK_HZ
from scenarios.actions import Action

GRADES = 3
COSTS = ("counted in the debrief", "counted in the debrief", "this step is not independent any more")
SENIOR_S = 120.0  # from the call until somebody senior stands scrubbed beside [A]
SENIOR_GRADE = 4
SHOWN_S = 12


class HelpFlow:
    """The part of `game.app.App` that answers `call.help` by the level of help."""

    host: CaseHost | None
    hands: Hands
    level: str
    queue: list[Intent]
    n_ticks: int
    senior_at: int = 0  # tick at which the senior comes, 0 if not called

    def _line(self, words: str, seconds: int) -> None:
        raise NotImplementedError

    def _helped(self, actions: Iterable[Action]) -> tuple[Action, ...]:
        """Answer a call made in this tick, let the senior arrive; return what the record is told."""
        if self.host is None or self.hands.procedure not in lessons.HELPED:
            return ()
        if self.senior_at and self.n_ticks >= self.senior_at:
            self.senior_at = 0
            return self._senior()
        if not any(a.name == "call.help" and a.value == "senior" for a in actions):
            return ()
        if self.level == "tutor":
            self._line(self._words(GRADES), SHOWN_S)
            return ()
        return self._hint() if self.level == "assisted" else self._called()

    def _hint(self) -> tuple[Action, ...]:
        taken = dict(self.hands.n_hints)
        step = self.hands.step
        grade = min(taken.get(step, 0) + 1, GRADES)
        self.hands = replace(self.hands, n_hints=tuple((taken | {step: grade}).items()))
        dearer = f" Call again: {COSTS[grade]}." if grade < GRADES else ""
        self._line(f"Hint {grade} of {GRADES}. {self._words(grade)}\nCost: {COSTS[grade - 1]}.{dearer}", SHOWN_S)
        return (Action("help", step, float(grade)),)

    def _words(self, grade: int) -> str:
        """Return what to look to, then what to do, then how."""
        assert self.host is not None
        step = current_step(self.hands)
        verb = lessons.next_open(self.hands.step, self.host.observation)
        if grade == 1 or verb is None:
            return step.hint
        return verb.words if grade == 2 else verb.how

    def _called(self) -> tuple[Action, ...]:
        if self.senior_at:
            self._line(f"Called already: about {max(self.senior_at - self.n_ticks, 0) // TICK_HZ} s more.", 4)
            return ()
        self.senior_at = self.n_ticks + round(SENIOR_S * TICK_HZ)
        self._line(f"Called. A senior comes in about {SENIOR_S:.0f} s: make it safe meanwhile.", 6)
        return ()

    def _senior(self) -> tuple[Action, ...]:
        self._line(f"Senior: {self._words(GRADES)}\nThis step is not independent any more.", SHOWN_S)
        return (Action("help", self.hands.step, float(SENIOR_GRADE)),)


def independence(actions: Sequence[Action], words: dict[str, str]) -> tuple[str, ...]:
    """Return the debrief's lines on help that was taken, from the record; `words` names the steps."""
    given = [(a.value, a.number) for a in actions if a.name == "help"]
    hints = sum(grade <= GRADES for _, grade in given)
    alone_no_more = dict.fromkeys(words.get(step, step) for step, grade in given if grade >= GRADES)
    out = (f"{hints} hint{'s' if hints != 1 else ''} taken.",) if hints else ()
    return out + tuple(f"Not independent: {step}." for step in alone_no_more)
