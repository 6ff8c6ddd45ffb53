"""From two observations and the events between them to the cues of a tick. Pure; the log knows nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from physics.clock import TICK_S
from physics.events import Event
from physics.observation import Observation

GRAINS_PER_M = 12_000.0  # 12 a millimetre [game_design 3]
MARK_M, LONG_MARK_M = 0.010, 0.050  # marks printed on the catheter [game_design 3, item 6]
QUIET_M = 0.010  # tissue over a pump from which its tone is heard as it is [A]
DB_PER_M = 400.0  # loss beyond that: 4 dB a centimetre of tissue and clothing [A]
LOW_SATURATION, FEW_BREATHS, SLOW_HEART = 90.0, 8.0, 45.0  # limits of the monitor in the room [assessment 4, A]
ALARM_EVERY_S = 8.0
AGAIN_TICKS = round(0.25 / TICK_S)  # tuned: strokes and sweeps that follow faster are one sound

# event -> (bus, wave, caption)
HEARD: dict[str, tuple[str, str, str]] = {
    "SkinPunctured": ("tissue", "scratch", "[needle] through the skin"),
    "FasciaPunctured": ("tissue", "give", "[needle] a give"),
    "LossOfResistance": ("tissue", "give", "[needle] silence, then a thump"),
    "DuraPunctured": ("tissue", "give", "[needle] a soft pop"),
    "BoneContacted": ("tissue", "bone", "[needle] sharp tick"),
    "AnteriorWallTouched": ("tissue", "give", "[needle] dull thud"),
    "NerveTouched": ("tissue", "scratch", "[patient] the leg jerks"),
    "CatheterPulledOverBevel": ("tissue", "scrape", "[catheter] scrapes over the bevel"),
    "CatheterSheared": ("tissue", "snap", "[catheter] short snap"),
    "CatheterForced": ("tissue", "scrape", "[catheter] rubs, springs back"),
    "CatheterConnected": ("tissue", "click", "[connector] pushed on"),
    "CatheterJoined": ("tissue", "click", "[connector] joined"),
    "CatheterTrimmed": ("tissue", "snip", "[scissors] snip"),
    "CatheterCut": ("tissue", "snip", "[scissors] snip"),
    "CatheterClamped": ("tissue", "click", "[clamp] closes"),
    "CatheterUnclamped": ("tissue", "click", "[clamp] opens"),
    "CatheterTunnelled": ("tissue", "scrape", "[passer] pushes through fat"),
    "AnchorPlaced": ("tissue", "thread", "[suture] anchor tied"),
    "PurseStringTied": ("tissue", "thread", "[suture] purse-string tied"),
    "PumpSutured": ("tissue", "thread", "[suture] loop tied"),
    "CatheterStitched": ("tissue", "thread", "[suture] drawn through"),
    "WoundsClosed": ("tissue", "thread", "[suture] wounds closed"),
    "PocketDissected": ("tissue", "blade", "[pocket] tissue parts"),
    "NeedleStopFelt": ("tissue", "metal", "[needle] metal tick"),
    "InjectedThroughNeedle": ("tissue", "water", "[syringe] plunger goes in"),
    "PatientTurned": ("tissue", "cloth", "[table] patient turned"),
    "SkinMarked": ("tissue", "cloth", "[pen] draws on the skin"),
    "SkinPainted": ("tissue", "swab", "[sponge] wet over the skin"),
    "Draped": ("tissue", "cloth", "[drapes] rustle"),
    "AsepsisRestored": ("tissue", "snap", "[glove] snaps on"),
    "LocalInjected": ("tissue", "scratch", "[needle] local under the skin"),
    "SkinCut": ("tissue", "blade", "[blade] tissue parts"),
    "VesselsSealed": ("tissue", "cautery", "[cautery] crackles"),
    "CatheterBurnt": ("tissue", "cautery", "[cautery] hisses on plastic"),
    "MonopolarNearPump": ("tissue", "cautery", "[cautery] close to the pump"),
    "BloodTaken": ("tissue", "swab", "[swab] takes up blood"),
    "SwabPacked": ("tissue", "swab", "[swab] packed in"),
    "SwabsTaken": ("tissue", "swab", "[swab] taken out"),
    "WoundWashed": ("tissue", "water", "[wound] saline, then suction"),
    "RetractorSet": ("tissue", "click", "[retractor] ratchet clicks"),
    "PocketSwept": ("tissue", "swab", "[finger] fat parts"),
    "SweepBlocked": ("tissue", "scrape", "[finger] tissue does not part"),
    "PumpTried": ("tissue", "swab", "[dummy] laid in and felt round"),
    "PumpPlaced": ("tissue", "swab", "[pump] slides in"),
    "PumpWarmed": ("tissue", "water", "[bath] pump goes in"),
    "WaterDrawn": ("tissue", "water", "[syringe] water drawn out"),
    "TubingPurged": ("tissue", "drop", "[pump] a drop at the outlet"),
    "StitchPlaced": ("tissue", "thread", "[suture] stitch tied"),
    "TrayCounted": ("tissue", "metal", "[tray] counted aloud"),
    "BinderApplied": ("tissue", "cloth", "[binder] closed"),
    "PocketOpened": ("tissue", "blade", "[blade] old scar opens"),
    "LumbarOpened": ("tissue", "blade", "[blade] old back scar opens"),
    "PumpUnpacked": ("tissue", "swab", "[pack] torn open"),
    "PumpTakenOut": ("tissue", "swab", "[pump] comes out of its capsule"),
    "AnchorReleased": ("tissue", "snip", "[scissors] anchor cut loose"),
    "CatheterRemoved": ("tissue", "scrape", "[catheter] slides out"),
    "CatheterTorn": ("tissue", "snap", "[catheter] snaps, a part stays"),
    "SegmentsJoined": ("tissue", "click", "[connector] segments joined"),
    "PumpSutureBroke": ("tissue", "snap", "[suture] snaps"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """One sound.

    Attributes
    ----------
    bus : str
        "tissue", "tissue", "monitor", "alarms".
    wave : str
        Name of the wave in `synth`.
    value : float
        What the wave depends on (force [N] of a grain, saturation [%] of a beat).
    gain : float
        0 .. 1 before the volumes of the settings.
    caption : str
        What a reader sees instead; "" for sounds that the screen shows anyway (beats, grains).
    """

    bus: str
    wave: str
    value: float = 0.0
    gain: float = 1.0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Ear:
    """What was heard last, so that the next tick knows what is new."""

    before: Observation | None = None
    grain_rest: float = 0.0
    beat_s: float = 0.0
    alarm_s: float = ALARM_EVERY_S
    struck: tuple[tuple[str, int], ...] = ()  # event and tick of what sounded last


def listen(ear: Ear, seen: Observation, events: Sequence[Event], is_beam_on: bool = False) -> tuple[Ear, tuple[Cue, ...]]:
    """Return (ear, cues) of one tick."""
    out: list[Cue] = []
    for event in events:
        if event.name in HEARD and not 0 < event.tick - dict(ear.struck).get(event.name, event.tick) < AGAIN_TICKS:
            bus, name, caption = HEARD[event.name]
            out.append(Cue(bus, name, caption=caption))
            ear = replace(ear, struck=(*(s for s in ear.struck if s[0] != event.name), (event.name, event.tick)))
    before = ear.before
    if before is not None:
        ear, grains = _grains(ear, before, seen)
        out += grains + _drops(before, seen) + _marks(before, seen) + _pump(before, seen)
    if is_beam_on:
        out.append(Cue("tissue", "beam", caption="[X-ray] beam on"))
    ear, told = _monitor(ear, seen)
    return replace(ear, before=seen), tuple(out + told)


def _grains(ear: Ear, before: Observation, seen: Observation) -> tuple[Ear, list[Cue]]:
    """Return the rustle of a needle that moves: more grains the faster, higher the harder, louder the rougher."""
    needle = seen.needle
    if not (needle.is_placed and before.needle.is_placed):
        return replace(ear, grain_rest=0.0), []
    due = ear.grain_rest + abs(needle.depth_m - before.needle.depth_m) * GRAINS_PER_M
    n = int(due)
    ear = replace(ear, grain_rest=due - n)
    level = max(needle.roughness, 0.0) ** 0.6
    if n == 0 or level < 0.02 or needle.force_n < 0.05:
        return ear, []
    return ear, [Cue("tissue", "grain", round(2.0 * min(needle.force_n, 12.0)) / 2.0, min(level, 1.0))] * min(n, 2)


def _drops(before: Observation, seen: Observation) -> list[Cue]:
    if seen.needle.csf_drops > before.needle.csf_drops:
        return [Cue("tissue", "drop", caption="[hub] a drop falls")]
    if seen.catheter.is_csf_at_end and not before.catheter.is_csf_at_end:
        return [Cue("tissue", "drop", caption="[catheter end] a drop falls")]
    return []


def _marks(before: Observation, seen: Observation) -> list[Cue]:
    """Return the tick of a mark that passed the hub, double each fifth."""
    was, now = before.catheter.fed_m, seen.catheter.fed_m
    if not (before.catheter.is_open and seen.catheter.is_open) or int(was / MARK_M) == int(now / MARK_M):
        return []
    is_long = int(was / LONG_MARK_M) != int(now / LONG_MARK_M)
    return [Cue("tissue", "mark50" if is_long else "mark", gain=0.5)]


def _pump(before: Observation, seen: Observation) -> list[Cue]:
    """Return the pump's own tone, weaker through a thicker cover."""
    if not seen.pump.is_sounding or before.pump.is_sounding or seen.pump.tone == "none":
        return []
    loss_db = DB_PER_M * max(seen.pocket.cover_m - QUIET_M, 0.0)
    words = "faint, " if loss_db > 3.0 else ""
    kind = "one tone, 1 s" if seen.pump.tone == "single" else "two tones, 3 s"
    return [Cue("alarms", f"pump {seen.pump.tone}", gain=10.0 ** (-loss_db / 20.0), caption=f"[pump] {words}{kind}")]


def _monitor(ear: Ear, seen: Observation) -> tuple[Ear, list[Cue]]:
    patient = seen.patient
    beat_s = ear.beat_s + TICK_S * max(patient.heart_rate_per_min, 0.0) / 60.0
    out: list[Cue] = []
    if beat_s >= 1.0:
        beat_s -= int(beat_s)
        out.append(Cue("monitor", "beat", float(round(min(max(patient.spo2_percent, 60.0), 100.0))), 0.5))
    is_alarm = (
        patient.spo2_percent < LOW_SATURATION or patient.heart_rate_per_min < SLOW_HEART
        or (patient.respiratory_rate_per_min < FEW_BREATHS and not patient.is_anaesthetised)
    )  # fmt: skip
    alarm_s = min(ear.alarm_s + TICK_S, ALARM_EVERY_S)
    if is_alarm and alarm_s >= ALARM_EVERY_S:
        alarm_s = 0.0
        out.append(Cue("alarms", "alarm", caption="[monitor] high alarm"))
    return replace(ear, beat_s=beat_s, alarm_s=alarm_s), out
