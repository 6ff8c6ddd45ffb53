"""What is heard, felt and said in the room while hands work: captions, the force trace, one line that answers a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from game import settings as stored
from game.follow_flow import QUESTIONS
from game.input.intent import Hands
from game.instruments import syringe
from game.sound.speaker import Speaker
from physics.clock import TICK_HZ
from physics.events import Event
from physics.observation import Observation

TRACE_POINTS = 900
NEW_PASS_MM = 15.0  # drawn back so far, the next push is a new trace
MARKED = ("LossOfResistance", "BoneContacted", "FasciaPunctured", "SkinPunctured")  # thin lines on the trace
TUG_WORDS = {  # what a hand feels that tugs at the anchor or at the connector
    ("CatheterHeld", "pull"): "It holds", ("CatheterDisplaced", "pull"): "It comes with the hand",
    ("ConnectorHeld", "tug test"): "It holds", ("ConnectorSlipped", "tug test"): "It gives a little",
    ("CatheterDisconnected", "tug test"): "It comes off",
}  # fmt: skip
BREAK_WORDS = {  # what the scrub nurse says, where the level of help lets her
    "glove": "Your glove is not sterile any more: fresh gloves.", "tool": "That instrument is not sterile any more: take a fresh one.",
}  # fmt: skip
RIM_WORDS = ((2.0, "tight"), (6.0, "snug"), (12.0, "loose"), (1e9, "wide"))  # mm between dummy and wall, as a fingertip says it [A]


class RoomFlow:
    """The part of `game.app.App` that listens, keeps the force trace and lets the room speak."""

    speaker: Speaker | None
    settings: stored.Settings
    screen: str
    level: str
    hands: Hands
    trace: tuple[list[float], list[float]]
    marks: list[tuple[float, str]]
    said: str
    said_until: int
    n_ticks: int
    question: str
    is_playing: bool
    heard: str = ""
    _is_beam_on: bool = False

    def _listen(self, obs: Observation, events: Sequence[Event]) -> None:
        """Let the speaker hear this tick; time that is skipped makes no sound."""
        if self.speaker is None or self.screen == "follow":
            return
        self.speaker.hear(obs, events, self._is_beam_on, self.settings.sound)
        self._is_beam_on = False
        self.heard = self.speaker.caption if self.settings.sight.has_captions else ""

    def _felt(self, obs: Observation) -> None:
        """Keep the force trace of the pass in hand."""
        depth, force = self.trace
        n = obs.refill if self.hands.procedure == "refill" else obs.needle
        now = n.depth_m * 1e3
        if not n.is_placed or (depth and now < depth[-1] - NEW_PASS_MM):
            if depth:
                self.trace, self.marks = ([], []), []
            return
        if not depth or abs(now - depth[-1]) > 0.05:
            depth.append(now)
            force.append(n.force_n)
            if len(depth) > TRACE_POINTS:
                del depth[0], force[0]

    def _answered(self, obs: Observation, event: Event) -> None:
        """Let the room answer an event: a mark on the trace, a line that is said, a question that stops the time-lapse."""
        if event.name in MARKED:
            self.marks = [*self.marks[-20:], (obs.needle.depth_m * 1e3, event.name)]
        if self.screen == "follow" and event.name in QUESTIONS and not self.question:
            self.question, self.is_playing = QUESTIONS[event.name], False
            self.hands = replace(self.hands, due=())
        elif self.screen != "play":
            return
        elif event.name == "PortUsed":
            self._line(syringe.port_words(event.where, event.magnitude, obs.port.time_s), 6)
        elif (event.name, event.where) in TUG_WORDS:
            self._line(TUG_WORDS[event.name, event.where], 4)
        elif event.name == "AsepsisBroken" and event.where in BREAK_WORDS:
            if self.level in ("tutor", "assisted"):
                self._line(BREAK_WORDS[event.where], 6)
        elif event.name == "PumpTried":
            self._line(rim_line(obs.field.rim_gaps_m, self.level in ("tutor", "assisted")), 8)
        elif event.name == "CatheterRemoved":
            out = f"The piece that came out measures {100.0 * event.magnitude:.1f} cm."
            self._line("The catheter is out, its tip whole." if event.where == "whole" else out, 8)
        elif event.name == "SegmentMisfit":
            off_cm = 100.0 * event.magnitude
            self._line(f"{abs(off_cm):.1f} cm too {'long' if off_cm > 0.0 else 'short'} for tunnel and coil.", 8)
        elif event.name == "CsfLeaked" and obs.patient.is_anaesthetised:
            if obs.is_lumbar_open:
                self._line("Clear fluid wells up from the hole in the dura.", 6)
        elif event.name in QUESTIONS:
            self._line(QUESTIONS[event.name], 6)

    def _line(self, words: str, seconds: int) -> None:
        self.said, self.said_until = words, self.n_ticks + seconds * TICK_HZ


def rim_line(gaps_m: tuple[float, ...], is_measured: bool) -> str:
    """Return what a fingertip finds round the dummy: words, or mm where the level measures for the hand."""
    places = ("head", "left", "foot", "right")
    if is_measured:
        return "Play round the dummy: " + ", ".join(f"{p} {1e3 * gap:.0f} mm" for p, gap in zip(places, gaps_m, strict=False)) + "."
    words = [next(w for most, w in RIM_WORDS if 1e3 * gap < most) for gap in gaps_m]
    return "Round the dummy: " + ", ".join(f"{p} {w}" for p, w in zip(places, words, strict=False)) + "."
