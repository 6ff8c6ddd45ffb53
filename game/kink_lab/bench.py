"""The lab being played: state, what the player asked since the last tick, traces, what is kept to compare. No GL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from game.kink_lab import theory
from game.kink_lab.cards import DECK, Notes, noted
from physics import lab, lab_setup
from physics.catheter.spec import CATHETERS
from physics.commands import Command
from physics.events import Event
from physics.lab_reading import LabReading, observe

MOST_POINTS = 1200
TRAVEL_STEP_M, TURN_STEP_RAD = 2e-5, math.radians(0.01)  # game design section 3: every input is quantised before use
REACH_M = (0.125, 0.085)  # hands and pins stay over the mat
CYCLE_COUNTS = (10, 1000, 40_000)


@dataclass(frozen=True, slots=True)
class Trace:
    """Points of the simulation for the plots, in the units of their axes, and what they were taken from."""

    setup: str
    model: str
    response: tuple[tuple[float, float], ...] = ()
    fold: tuple[tuple[float, float], ...] = ()
    oval: tuple[tuple[float, float], ...] = ()
    peak_n: float = 0.0
    least_radius_m: float = 1.0
    least_patency: float = 1.0
    most_fold_rad: float = 0.0
    flow_share: float = 1.0


@dataclass(slots=True)
class Wishes:
    """What the player set: the deck's card, the plot, cycles, amplitude."""

    card: int = 0
    plot: str = "fold"
    cycles: int = CYCLE_COUNTS[0]
    amplitude_m: float = 0.020
    head_m: float = 0.30
    ml_per_day: float = 0.5
    hand: int = 1  # the grip that keys move


@dataclass(slots=True)
class Bench:
    """One table at play."""

    state: lab.LabState = field(default_factory=lab.initial)
    queue: list[Command] = field(default_factory=list)
    wishes: Wishes = field(default_factory=Wishes)
    notes: Notes = field(default_factory=Notes)
    kept: Trace | None = None
    said: str = ""
    said_ticks: int = 0
    seen: LabReading = field(init=False)
    trace: Trace = field(init=False)

    def __post_init__(self) -> None:
        self.seen = observe(self.state)
        self.trace = Trace(self.state.setup, self.state.model)

    # --- asking -------------------------------------------------------------------------------

    def lay(self, setup: str | None = None, model: str | None = None) -> None:
        """Lay a fresh catheter, in the same or another set-up or model."""
        source, pins = self.state.lumen.source, self.state.pins
        self.state = lab.initial(setup or self.state.setup, model or self.state.model)
        self.queue, self.notes = [self._source(source)], Notes()
        if pins and self.state.pins:
            self.queue.append(lab_setup.SizePins(pins[0].radius_m))
        self.__post_init__()
        self.say("A new piece of catheter.")

    def move(self, hand: int, dx_m: float = 0.0, dy_m: float = 0.0, dz_m: float = 0.0, swing_rad: float = 0.0,
             turn_rad: float = 0.0) -> None:  # fmt: skip
        """Move the set point of a hand by so much, within reach."""
        now = self._goal(hand)
        self.place(hand, now.x_m + dx_m, now.y_m + dy_m, now.z_m + dz_m, now.heading_rad + swing_rad, now.turn_rad + turn_rad)

    def place(self, hand: int, x_m: float, y_m: float, z_m: float, heading_rad: float, turn_rad: float) -> None:
        """Put the set point of a hand at a place, within reach, quantised."""
        ranges = lab_setup.MoveHand.ranges | {"x_m": (-REACH_M[0], REACH_M[0]), "y_m": (-REACH_M[1], REACH_M[1])}
        values = {"x_m": x_m, "y_m": y_m, "z_m": z_m, "heading_rad": heading_rad, "turn_rad": turn_rad}
        steps = {"heading_rad": TURN_STEP_RAD, "turn_rad": TURN_STEP_RAD}
        inside = {
            name: min(max(round(v / (s := steps.get(name, TRAVEL_STEP_M))) * s, ranges[name][0]), ranges[name][1])
            for name, v in values.items()
        }
        self.queue = [c for c in self.queue if not (isinstance(c, lab_setup.MoveHand) and c.hand == hand)]
        self.queue.append(lab_setup.MoveHand(hand, **inside))

    def place_pin(self, pin: int, x_m: float, y_m: float) -> None:
        """Put the set point of a pin at a place, within reach."""
        x, y = (min(max(v, -most), most) for v, most in zip((x_m, y_m), REACH_M, strict=True))
        self.queue.append(lab_setup.MovePin(pin, round(x / TRAVEL_STEP_M) * TRAVEL_STEP_M, round(y / TRAVEL_STEP_M) * TRAVEL_STEP_M))

    def _goal(self, hand: int) -> lab_setup.MoveHand:
        for command in self.queue:
            if isinstance(command, lab_setup.MoveHand) and command.hand == hand:
                return command
        h = self.state.hands[hand]
        x, y, z = (float(v) for v in h.goal_m)
        return lab_setup.MoveHand(hand, x, y, max(z, 0.0), h.goal_heading_rad, h.goal_turn_rad)

    def grip(self, hand: int) -> None:
        """Open a closed hand, close an open one."""
        is_closed = not self.state.hands[hand].is_closed
        self.queue.append(lab_setup.GripHand(hand, is_closed))
        self.say("Holds it again." if is_closed else "Let go: what stays bent is the memory of the wall.")

    def bend(self) -> None:
        """Ask for posture cycles, or stop those that are running."""
        if self.state.cycles.left:
            self.state = replace(self.state, cycles=replace(self.state.cycles, left=0, tick=0, worst_before_rad=-1.0))
        else:
            self.queue.append(lab_setup.BendCycles(self.wishes.cycles, self.wishes.amplitude_m))

    def feed(self, source: str) -> None:
        """Drive the lumen by a water column or by the pump."""
        self.queue.append(self._source(source))

    def _source(self, source: str) -> lab_setup.FeedLumen:
        return lab_setup.FeedLumen(source, self.wishes.head_m, self.wishes.ml_per_day * 1e-6 / 86400.0)

    def compare(self) -> None:
        """Keep this trace as A; a second time, forget it."""
        self.kept = None if self.kept is not None else self.trace
        if self.kept is not None:
            self.trace = Trace(self.state.setup, self.state.model)
            self.say("Kept as A. What you do now is B.")

    def say(self, words: str) -> None:
        """Show a line for a few seconds."""
        self.said, self.said_ticks = words, 4 * 64

    # --- time ---------------------------------------------------------------------------------

    def tick(self) -> Sequence[Event]:
        """Run one tick with what was asked."""
        commands, self.queue = self.queue, []
        self.state, events = lab.step(self.state, commands)
        self.seen = observe(self.state)
        self.notes = noted(self.notes, self.seen)
        self.trace = traced(self.trace, self.seen)
        self.said_ticks = max(self.said_ticks - 1, 0)
        for event in events:
            if event.name == "CatheterKinked":
                self.say(f"The wall folds at a radius of {1e3 / max(event.magnitude, 1e-9):.1f} mm.")
            elif event.name == "LumenOccluded":
                self.say("The lumen is shut: less than 1 % of the flow is left.")
            elif event.name == "CatheterFractured":
                self.say(f"Torn by fatigue after {self.seen.cycles_done:,} bends.".replace(",", " "))
            elif event.name == "LumenReopened":
                self.say("Flow again.")
        return events

    @property
    def is_card_done(self) -> bool:
        """Whether the catheter has answered the card on top."""
        return DECK[self.wishes.card].is_done(self.seen, self.notes)


def response(seen: LabReading) -> tuple[float, float] | None:
    """Return this moment's point of the set-up's own plot, or None where the plot has no meaning."""
    spec = CATHETERS[seen.model]
    if seen.setup == "loop":
        if seen.n_folds or seen.least_radius_m > 0.02 or seen.tension_n < 1e-4:
            return None
        return seen.least_radius_m * 1e3, seen.hands[0].pull_n * 1e3
    if seen.setup == "arch":
        share = 1.0 - seen.span_m / lab_setup.SETUPS["arch"].length_m
        push = -seen.hands[0].pull_n * lab_setup.SETUPS["arch"].length_m ** 2 / spec.bending_stiffness
        return (share * 100.0, push) if share > 2e-3 else None
    if seen.setup == "twist":
        turns = abs(theory.full_turns(seen.hands[1].turn_rad + seen.hands[0].turn_rad))
        return turns, abs(seen.hands[1].torque) * 1e6
    pulls = sorted(abs(hand.pull_n) for hand in seen.hands)
    if pulls[0] < 5e-3:
        return None
    return math.degrees(theory.wrap(seen.nodes_m)), pulls[1] / pulls[0]


def traced(trace: Trace, seen: LabReading) -> Trace:
    """Return the trace with this moment added where something moved."""
    spec = CATHETERS[seen.model]
    bend = spec.kink_radius_m / seen.least_radius_m
    points = {
        "response": response(seen),
        "fold": (math.degrees(seen.fold_rad_now), seen.moment_share) if seen.moment_share > 0.02 else None,
        "oval": None if seen.n_folds else (bend, float(seen.flattening.max()) * 100.0),
    }
    grown = {name: _appended(getattr(trace, name), point) for name, point in points.items()}
    share = seen.flow_m3_per_s / seen.open_flow_m3_per_s if seen.open_flow_m3_per_s > 0.0 else 1.0
    return replace(
        trace, **grown, peak_n=max(trace.peak_n, *(abs(h.pull_n) for h in seen.hands)),
        least_radius_m=min(trace.least_radius_m, seen.least_radius_m), flow_share=min(trace.flow_share, share),
        least_patency=min(trace.least_patency, seen.least_patency), most_fold_rad=max(trace.most_fold_rad, seen.fold_rad_most),
    )  # fmt: skip


def _appended(
    points: tuple[tuple[float, float], ...], point: tuple[float, float] | None
) -> tuple[tuple[float, float], ...]:
    if point is None or not np.isfinite(point).all():
        return points
    if points and all(abs(a - b) <= 0.004 * max(abs(b), 0.5) for a, b in zip(point, points[-1], strict=True)):
        return points
    return (*points[-(MOST_POINTS - 1) :], point)
