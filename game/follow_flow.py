"""The clock of the follow-up: how fast it runs, what stops it, when it is over."""

from __future__ import annotations

from game.host import CaseHost
from game.input.intent import Hands, Intent
from physics.clock import TICK_HZ
from physics.commands import AdvanceClinicalTime, Command

SECONDS_PER_DAY = 86400.0
STEPS_PER_S = {"day": (SECONDS_PER_DAY / 4, 4), "week": (SECONDS_PER_DAY, 7), "month": (SECONDS_PER_DAY, 30)}
QUESTIONS: dict[str, str] = {  # events a clinic would hear of; the clock of the follow-up stops on them
    "ToneReturned": "The family says the legs are stiff again.",
    "WithdrawalBegan": "Itching, restless, stiffer since yesterday.",
    "SevereWithdrawal": "Fever, rigid, confused. Brought to the emergency room.",
    "SedationBegan": "Drowsy and hard to wake since this morning.",
    "ComaBegan": "Cannot be woken. Ambulance called.",
    "RespiratoryDepression": "Breathing slowly.", "Apnoea": "Not breathing.",
    "DysreflexiaBegan": "Pounding headache, flushed, a very high pressure.",
    "InfectionShown": "Feverish since yesterday.",
    "LowReservoirAlarm": "The pump beeps once an hour.", "EmptyReservoirAlarm": "The pump gives a two-tone alarm.",
    "CsfLeaked": "Headache on sitting up, and a soft swelling at the back.",
    "PumpFlipped": "The pump feels odd under the skin.",
}  # fmt: skip


class FollowFlow:
    """The part of `game.app.App` that lets weeks pass."""

    host: CaseHost | None
    hands: Hands
    screen: str
    is_playing: bool
    speed_key: str
    question: str
    queue: list[Intent]
    _step_debt: float

    def _time_lapse(self) -> list[Command]:
        """Return the time step due in this tick while the follow-up plays."""
        if not self.is_playing or self.hands.due:
            return []
        size_s, per_s = STEPS_PER_S[self.speed_key]
        self._step_debt += per_s / TICK_HZ
        if self._step_debt < 1.0:
            return []
        self._step_debt -= 1.0
        return [AdvanceClinicalTime(size_s)]

    def _is_follow_over(self) -> bool:
        assert self.host is not None
        return self._follow_day() >= self.host.followup_days - 0.01

    def _follow_day(self) -> float:
        assert self.host is not None
        course = self.host.course()
        return course.days[-1] if course.days else 0.0

    def _on_time(self, tail: str, intent: Intent) -> None:
        if self.screen != "follow" or self.host is None:
            return
        if tail == "play" and not self._is_follow_over():
            self.is_playing = not self.is_playing
            self.question = "" if self.is_playing else self.question
        elif tail == "speed":
            self.speed_key = intent.text
        elif tail in ("step_day", "step_week") and not self._is_follow_over():
            self.queue.append(Intent("time.day" if tail == "step_day" else "time.week"))
            self.question = ""
