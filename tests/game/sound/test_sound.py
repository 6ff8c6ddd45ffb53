"""What is heard follows from observation and events; a machine without sound goes on with captions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from game.settings import Sound
from game.sound import synth
from game.sound.cues import AGAIN_TICKS, GRAINS_PER_M, HEARD, Ear, listen
from game.sound.speaker import NO_SOUND, Speaker
from game.view.gallery import start
from physics.events import EVENT_NAMES, Event
from physics.observation import Observation


def seen() -> Observation:
    """Return a quiet, healthy moment with the needle in the tissue."""
    o = start()
    patient = replace(o.patient, heart_rate_per_min=72.0, spo2_percent=98.0, respiratory_rate_per_min=14.0)
    needle = replace(o.needle, is_placed=True, depth_m=0.030, force_n=2.0, roughness=0.5)
    return replace(o, patient=patient, needle=needle, pocket=replace(o.pocket, cover_m=0.010))


def dominant_hz(name: str, value: float = 0.0) -> float:
    """Return the strongest frequency of a wave."""
    x = synth.wave(name, value)
    spectrum = np.abs(np.fft.rfft(x, 1 << 17))
    return float(np.fft.rfftfreq(1 << 17, 1.0 / synth.RATE_HZ)[int(np.argmax(spectrum))])


def test_every_heard_event_exists_and_has_a_wave() -> None:
    """The table names events of physics and waves that can be rendered."""
    assert set(HEARD) <= set(EVENT_NAMES)
    for _, name, caption in HEARD.values():
        assert synth.wave(name).size > 0
        assert caption.startswith("[")


@pytest.mark.parametrize("name", [
    "SkinCut", "VesselsSealed", "StitchPlaced", "SkinPainted", "BloodTaken", "WoundWashed", "SweepBlocked", "PocketSwept",
    "TubingPurged", "WaterDrawn", "CatheterBurnt", "PumpTakenOut", "SegmentsJoined", "CatheterTorn",
])  # fmt: skip
def test_work_on_the_field_is_heard_once(name: str) -> None:
    """A stroke sounds with its caption; strokes of the next ticks belong to the same sound, a later one to a new one."""
    ear, first = listen(Ear(), seen(), (Event(5, 0.0, name, 1.0),))
    assert [(c.wave, c.caption) for c in first if c.caption == HEARD[name][2]] == [HEARD[name][1:]]
    ear, at_once = listen(ear, seen(), (Event(6, 0.0, name, 1.0),))
    assert HEARD[name][2] not in {c.caption for c in at_once}
    _, later = listen(ear, seen(), (Event(5 + AGAIN_TICKS, 0.0, name, 1.0),))
    assert HEARD[name][2] in {c.caption for c in later}


def test_a_break_of_asepsis_and_a_bleed_make_no_sound() -> None:
    """What nobody hears in the room is not given away."""
    quiet = {"AsepsisBroken", "VesselsCut", "HaematomaFormed", "SeromaFormed", "PseudomeningoceleFormed", "PumpEroded"}
    assert not quiet & set(HEARD)


@pytest.mark.parametrize("name", [*synth.WAVES, "grain", "beat"])
def test_waves_are_bounded_and_end_quietly(name: str) -> None:
    """No wave clips, is silent or ends with a click."""
    x = synth.wave(name, 98.0 if name == "beat" else 3.0)
    assert 0.05 < np.abs(x).max() <= 1.0
    assert abs(float(x[-1])) < 0.06


def test_pulse_falls_a_semitone_for_each_percent() -> None:
    """The pitch of the pulse tells the saturation."""
    assert dominant_hz("beat", 98.0) == pytest.approx(523.25, rel=0.01)
    assert dominant_hz("beat", 86.0) == pytest.approx(523.25 / 2.0, rel=0.02)


def test_grain_doubles_its_pitch_each_five_newtons() -> None:
    """A harder push sounds higher."""
    assert dominant_hz("grain", 10.0) / dominant_hz("grain", 5.0) == pytest.approx(2.0, rel=0.12)


def test_bone_ticks_where_the_design_says() -> None:
    """Bone is a tick at 1150 Hz."""
    assert dominant_hz("bone") == pytest.approx(1150.0, rel=0.03)


def test_grains_count_the_way_of_the_needle() -> None:
    """Twelve grains a millimetre, whatever the speed; none from a needle at rest."""
    a = seen()
    ear, _ = listen(Ear(), a, ())
    total, steps = 0, 80
    for i in range(1, steps + 1):
        b = replace(a, tick=i, needle=replace(a.needle, depth_m=0.030 + 0.005 * i / steps))
        ear, cues = listen(ear, b, ())
        total += sum(c.wave == "grain" for c in cues)
    assert total == pytest.approx(0.005 * GRAINS_PER_M, abs=1)
    _, cues = listen(ear, b, ())
    assert not any(c.wave == "grain" for c in cues)


def test_beats_follow_the_heart() -> None:
    """A minute of ticks at 72 a minute holds 72 beats."""
    ear, beats = Ear(), 0
    for _ in range(60 * 64):
        ear, cues = listen(ear, seen(), ())
        beats += sum(c.wave == "beat" for c in cues)
    assert beats == pytest.approx(72, abs=1)


def test_a_deep_pump_is_hard_to_hear() -> None:
    """The tone of a pump under 30 mm is weaker than under 10 mm, and its caption says so."""
    a = seen()
    ear, _ = listen(Ear(), a, ())
    gains = []
    for cover_m in (0.010, 0.030):
        b = replace(a, pump=replace(a.pump, tone="two-tone", is_sounding=True), pocket=replace(a.pocket, cover_m=cover_m))
        (cue,) = [c for c in listen(ear, b, ())[1] if c.wave == "pump two-tone"]
        gains.append(cue.gain)
    assert gains[0] == 1.0
    assert gains[1] == pytest.approx(10.0 ** (-8.0 / 20.0))
    assert "faint" in cue.caption


def test_marks_tick_each_centimetre_and_twice_each_five() -> None:
    """The length fed can be counted by ear."""
    a = seen()
    a = replace(a, catheter=replace(a.catheter, is_open=True, fed_m=0.0))
    ear, _ = listen(Ear(), a, ())
    heard = []
    for mm in range(1, 101):
        a = replace(a, catheter=replace(a.catheter, fed_m=mm * 1e-3 + 1e-6))
        ear, cues = listen(ear, a, ())
        heard += [c.wave for c in cues if c.wave.startswith("mark")]
    assert heard == ["mark"] * 4 + ["mark50"] + ["mark"] * 4 + ["mark50"]


def test_alarm_tells_low_saturation_and_not_each_tick() -> None:
    """The high alarm sounds once in eight seconds while it lasts."""
    bad = replace(seen(), patient=replace(seen().patient, spo2_percent=80.0))
    ear, n = Ear(), 0
    for _ in range(16 * 64):
        ear, cues = listen(ear, bad, ())
        n += sum(c.wave == "alarm" for c in cues)
    assert n == 2


def test_a_machine_without_sound_keeps_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    """No device: one line says so, nothing fails, captions come and go."""
    monkeypatch.setattr("game.sound.speaker._opened", lambda: False)
    speaker = Speaker()
    assert speaker.notes == (NO_SOUND,)
    a = seen()
    speaker.hear(a, (Event(0, 0.0, "BoneContacted", 2.0),), False, Sound())
    assert speaker.caption == "[needle] sharp tick"
    speaker.hear(replace(a, tick=200), (), False, Sound())
    assert speaker.caption == ""


def test_a_muted_bus_plays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Volume nought is not rendered at all."""
    played: list[str] = []
    monkeypatch.setattr("game.sound.speaker._opened", lambda: True)
    monkeypatch.setattr("game.sound.speaker._sound", lambda cue: played.append(cue.wave))
    monkeypatch.setattr("pygame.mixer.find_channel", lambda: None)
    speaker = Speaker()
    speaker.hear(seen(), (Event(0, 0.0, "BoneContacted", 2.0),), True, Sound(tissue=0.0))
    assert played == []
    speaker.hear(seen(), (Event(0, 0.0, "BoneContacted", 2.0),), False, Sound())
    assert played == ["bone"]
