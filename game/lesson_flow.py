"""Levels of help in play: the tutor's verbs, what is stopped, undo to a safe point, cut-away on request, pauses that are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from game import settings as stored
from game.camerawork import looks
from game.host import CaseHost
from game.input.intent import Hands, Intent, Outcome, current_step
from game.instruments import lessons
from game.instruments.procedure import PROCEDURES
from physics import commands as c
from physics.events import Event
from scenarios.actions import SAFE_KEEP, SAFE_UNDO, Action

UNDO_LEVELS = ("tutor", "assisted")
MOST_PAUSES = 2  # of an examination [game_design 2.0]
NOTE_TICKS = 256
KEEP_BEFORE = (  # commands that cannot be taken back by hand: the state before them is a safe point
    c.PlaceNeedle, c.OpenCatheter, c.RemoveNeedle, c.PlaceAnchor, c.DissectPocket, c.TunnelCatheter, c.TrimCatheter, c.ConnectCatheter,
    c.CutCatheter, c.CloseWounds, c.FillOnTable, c.PlacePump, c.Drape, c.InciseLumbar, c.TiePurseString,
)  # fmt: skip
PLAN_KEYS = ("entry.x", "entry.z", "needle.aim.head", "needle.aim.mid")
KEEP_EVERY_TICKS = 640  # tuned: and at most 10 s of advancing a needle or a catheter are ever lost
CREEPING = (c.AdvanceNeedle, c.FeedCatheter, c.SweepPocket, c.CutSkin)


class LessonFlow:
    """The part of `game.app.App` that helps, holds back and goes back."""

    host: CaseHost | None
    hands: Hands
    level: str
    overlay: str
    screen: str
    said: str
    said_until: int
    n_ticks: int
    settings: stored.Settings
    trace: tuple[list[float], list[float]]
    marks: list[tuple[float, str]]
    lesson: str = ""
    safe: tuple[tuple[int, Hands, str], ...] = ()  # (tick, hands, words) of states that can be gone back to
    n_pauses: int = 0
    n_undone: int = 0
    _undo_why: str = ""
    _last_kept: int = -10_000
    queue: list[Intent]
    _plan: dict[str, float]

    def _start_lesson(self) -> None:
        self.lesson = "tutor" if self.level == "tutor" and self.hands.procedure == "implant" else ""
        self.safe, self.n_pauses, self.n_undone, self._undo_why, self._last_kept = (), 0, 0, "", -10_000

    def start_tutorial(self) -> None:
        """Turn the case just begun into the lesson of the controls."""
        self.lesson = "tutorial"
        self.hands = replace(self.hands, step=lessons.TUTORIAL[0].step)
        self._plan = {key: self.hands.values[key] for key in PLAN_KEYS}

    def _say(self, words: str) -> None:
        self.said, self.said_until = words, self.n_ticks + NOTE_TICKS

    def _guarded(self, out: Outcome) -> Outcome:
        """Return the outcome of a tick, or the hands as they were if the tutor stops it."""
        if self.lesson == "tutorial" and self.host is not None and not self.host.observation.needle.is_placed:
            out = replace(out, hands=replace(out.hands, values=out.hands.values | self._plan))  # the ring stays where it is good
        if not self.lesson or self.host is None or not out.commands:
            return out
        why = lessons.harm_ahead(self.host.observation, out.commands)
        why = why or lessons.held_back(self.lesson, out.hands.step, out.hands.verbs_done, out.commands)
        if not why:
            return out
        self._say(why)
        hands = replace(self.hands, rest_m={}, latched=(), due=(), touch=out.hands.touch, finger=out.hands.finger)
        return Outcome(hands, (), (), out.asks)

    def _safe_actions(self, before: Hands, out: Outcome) -> tuple[Action, ...]:
        """Return the actions that keep a state, or go back to one, with this tick."""
        if self.host is None or self.level not in UNDO_LEVELS or self.host.observation.pocket.is_closed:
            return ()
        if self._undo_why and self.safe:
            return (Action(SAFE_UNDO, self._undo_why[:60], float(self.safe[-1][0])),)
        tick = self.host.next_tick()
        creeps = any(isinstance(k, CREEPING) for k in out.commands) and tick - self._last_kept > KEEP_EVERY_TICKS
        if not self.safe or out.hands.step != before.step or creeps or any(isinstance(k, KEEP_BEFORE) for k in out.commands):
            words = current_step(out.hands).words
            self.safe = (*self.safe, (tick, replace(before, due=(), rest_m={}, latched=()), words))[-40:]
            self._last_kept = tick
            return (Action(SAFE_KEEP, words),)
        return ()

    def _went_back(self) -> None:
        """Put the hands back where they were at the safe point the world went back to."""
        _, hands, words = self.safe[-1]
        self.safe = self.safe[:-1]
        self.hands = replace(hands, arm=self.hands.arm, verbs_done=hands.verbs_done, note="")
        self._say(self._undo_why if self._undo_why != "undo" else f"Back to: {words}.")
        self._undo_why, self.n_undone = "", self.n_undone + 1
        self.trace, self.marks = ([], []), []

    def _taught(self, events: Sequence[Event], actions: Sequence[Action]) -> tuple[Action, ...]:
        """Move the lesson on after a tick; the tutor takes harm back."""
        if not self.lesson or self.host is None:
            return ()
        for event in events:
            if event.name in lessons.HARM and self.safe:
                self._undo_why = f"{lessons.HARM[event.name]} Taken back: try again."
                return ()
        verb = lessons.current(self.lesson, self.hands.step, self.hands.verbs_done)
        if verb is None or not (verb.done(self.host.observation) or any(a.name == verb.action for a in actions if verb.action)):
            return ()
        self._next_verb(verb)
        return (Action("lesson", f"done {verb.key}"),)

    def _next_verb(self, verb: lessons.Verb) -> None:
        self.hands = replace(self.hands, verbs_done=(*self.hands.verbs_done, verb.key), latched=(), rest_m={})
        if self.lesson != "tutorial":
            return
        following = lessons.current(self.lesson, self.hands.step, self.hands.verbs_done)
        if following is None:
            self._say("That is all it takes. Menu: choose a case.")
        elif following.step in [s.key for s in PROCEDURES[self.hands.procedure]]:
            self.hands = replace(self.hands, step=following.step)

    # --- asked by the player ----------------------------------------------------------------------

    def _on_undo(self, tail: str, intent: Intent) -> None:
        if self.level not in UNDO_LEVELS:
            self._say("No undo at this level.")
        elif not self.safe:
            self._say("Nothing to go back to.")
        else:
            self._undo_why = "undo"

    def _on_lesson(self, tail: str, intent: Intent) -> None:
        verb = lessons.current(self.lesson, self.hands.step, self.hands.verbs_done)
        if verb is not None and tail == "skip":
            self._next_verb(verb)
            self.queue.append(Intent("told.lesson", text=f"skipped {verb.key}"))

    def _on_cutaway(self, tail: str, intent: Intent) -> None:
        if self.level == "assisted":
            is_on = not self.hands.is_cutaway
            self.hands = replace(self.hands, is_cutaway=is_on)
            self.queue.append(Intent("told.cutaway", text="on" if is_on else "off"))
        elif self.level != "tutor":
            self._say("No inside view at this level.")

    def _on_look(self, tail: str, intent: Intent) -> None:
        """Show the next picture that this level of help allows: the field, the whole room, labelled cut-aways."""
        if self.host is None or self.screen != "play":
            return
        allowed = looks(self.level, self.hands)
        at = allowed.index(self.hands.look) if self.hands.look in allowed else 0
        self.hands = replace(self.hands, look=allowed[(at + 1) % len(allowed)])
        self.queue.append(Intent("told.view", text=self.hands.look or self.hands.step))

    def _may_pause(self) -> bool:
        """Return whether the clock may be stopped, counting it; an examination has two pauses."""
        if self.level == "examination" and self.n_pauses >= MOST_PAUSES:
            self._say("No pause is left.")
            return False
        self.n_pauses += 1
        self.queue.append(Intent("told.pause", text="on"))
        return True
