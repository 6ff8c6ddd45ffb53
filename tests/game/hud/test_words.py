"""Words come from what is felt; layouts from the effective width; settings from a checked file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game import settings as stored
from game.hud import felt, guide, models
from game.hud.layout import layout_for, layout_kind
from game.hud.felt import needle_word
from game.input.intent import Hands
from game.instruments import palpation
from game.loop import MAX_TICKS, Accumulator
from game.room_flow import rim_line
from physics.clock import TICK_S
from physics.wound import Mark


@pytest.mark.parametrize(("force", "slope", "rough", "word"), [
    (0.3, 0, 0, "Free"), (1.0, 100, 0, "Soft"), (1.0, 100, 0.5, "Soft, gritty"), (3.0, 100, 0, "Firm"),
    (6.8, 800, 0, "Firm, springy"), (9.0, 9000, 0, "Hard stop"),
])  # fmt: skip
def test_needle_word_follows_force_slope_and_roughness(force, slope, rough, word):
    assert felt.needle_word(force, slope, rough) == word


def test_a_word_changes_only_past_its_limit_by_15_percent_and_not_back_at_once():
    assert needle_word(2.2, 0, 0, "Soft") == "Soft" and needle_word(2.4, 0, 0, "Soft") == "Firm"
    assert needle_word(1.8, 0, 0, "Firm") == "Firm" and needle_word(1.6, 0, 0, "Firm") == "Soft"
    assert needle_word(0.45, 0, 0, "Soft") == "Soft" and needle_word(0.4, 0, 0, "Soft") == "Free"
    assert needle_word(3.0, 430, 0, "Firm") == "Firm" and needle_word(3.0, 470, 0, "Firm") == "Firm, springy"


def test_a_shaking_force_changes_the_word_at_most_four_times_a_second(fakes):
    hands, words = Hands(step="needle"), []
    for tick in range(128):
        needle = {"is_placed": True, "force_n": 1.0 if tick % 4 < 2 else 6.0}
        hands = felt.steadied(hands, replace(fakes.observation(needle=needle), tick=tick))
        words.append(hands.felt_word)
    changes = sum(a != b for a, b in zip(words, words[1:], strict=False))
    assert 2 <= changes <= 8


def test_a_finger_says_nothing_before_it_has_stayed_and_hard_bone_sounds_higher():
    down = replace(Hands().finger, is_down=True, hardness_n_per_mm=3.0)
    assert felt.finger_word(replace(Hands(), finger=down)) == "..."
    assert felt.finger_word(replace(Hands(), finger=replace(down, stay_ticks=30))).startswith("Hard")
    assert felt.finger_word(replace(Hands(), finger=replace(down, speed_mm_per_s=60.0))) == "Too fast to feel"
    assert palpation.tone_hz(3.0) > palpation.tone_hz(0.7)


def test_hidden_tissue_is_named_only_by_the_tutor(fakes):
    obs = fakes.observation(needle={"is_placed": True, "depth_m": 0.03, "force_n": 3.0, "layer": "ligamentum_flavum"})
    hands = Hands(step="needle")
    assert "flavum" in guide.message(hands, obs, "tutor")[0]
    assert "flavum" not in guide.message(hands, obs, "free")[0]


def test_rail_tells_nothing_in_the_examination(fakes):
    obs = fakes.observation(needle={"is_placed": True, "elevation_rad": 1.5, "csf_drops": 3}, catheter={"is_open": True})
    rail = guide.rail(Hands(step="thread"), obs, "examination")
    assert {s.state for s in rail} == {"now", "todo"} and not any(s.note for s in rail if s.state != "now")


def test_numbers_have_three_digits_and_no_trailing_zeros():
    assert [models.number(v, 3) for v in (10.0, 0.105, 123.456, 2000.0)] == ["10", "0.105", "123", "2000"]
    assert models.level_words(10.2) == "T10" and models.level_words(15) == "L3"


@pytest.mark.parametrize(("size", "scale", "kind"), [
    ((1600, 900), 1.0, "wide"), ((1280, 720), 1.0, "compact"), ((1280, 720), 1.25, "focus"), ((1600, 900), 2.0, "focus"),
])  # fmt: skip
def test_layout_follows_the_effective_width(size, scale, kind):
    assert layout_kind(size[0] / scale) == kind


def test_areas_tile_the_window_without_overlap():
    lay = layout_for(1280, 720)
    areas = [lay.top, lay.rail, lay.view, lay.side, lay.hand, lay.strip, lay.vitals]
    assert sum(w * h for _, _, w, h in areas) == pytest.approx(1280 * 720)


def test_accumulator_runs_whole_ticks_and_caps_the_catch_up():
    clock, ticks, blend = Accumulator().advance(2.5 * TICK_S)
    assert ticks == 2 and blend == pytest.approx(0.5)
    assert Accumulator().advance(1.0)[1] == MAX_TICKS


def test_settings_come_back_as_they_were_saved(tmp_path):
    changed = stored.changed(stored.changed(stored.Settings(), "sight.scale", 1.5), "hands.keys", {"needle.brace": "N"})
    stored.save(changed, tmp_path)
    assert stored.load(tmp_path) == changed


@pytest.mark.parametrize(("text", "words"), [
    ("[sight]\nscale = 9.0\n", ["sight.scale", "9.0", "<= 2.0"]), ("[sight]\nsize = 1\n", ["sight.size", "not a setting"]),
    ("[case]\nlevel = 'easy'\n", ["case.level", "easy", "tutor"]), ("scale = = 1", ["TOML"]),
])  # fmt: skip
def test_a_bad_settings_file_is_named_and_left_alone(tmp_path, text, words):
    path = tmp_path / stored.FILE_NAME
    path.write_text(text)
    with pytest.raises(stored.SettingsError) as error:
        stored.load(tmp_path)
    assert str(path) in str(error.value) and all(w in str(error.value) for w in words)
    assert path.read_text() == text


def test_play_round_the_dummy_is_said_in_words_and_in_mm_only_where_the_level_measures():
    gaps = (0.001, 0.004, 0.009, 0.02)
    assert rim_line(gaps, False) == "Round the dummy: head tight, left snug, foot loose, right wide."
    assert "left 4 mm" in rim_line(gaps, True)


def test_the_passers_nose_sounds_lower_the_deeper_it_goes(fakes):
    tones = [felt.passer_tone_hz(mm) for mm in (3.0, 5.0, 12.0, 25.0, 40.0)]
    assert tones[0] == tones[1] == 600.0 and tones[3] == tones[4] == pytest.approx(200.0) and tones[1] > tones[2] > tones[3]
    on_bone = felt.feel(fakes.observation(), Hands(step="tunnel", passer_mm=50.0, waypoints=((0.0, 0.0, 12.0), (-100.0, 0.0, 12.0)), is_grating=True))
    assert on_bone.word == "Grates on bone"


def test_cover_is_a_number_only_where_the_level_measures(fakes):
    obs = fakes.observation(pocket={"is_dissected": True, "cover_m": 0.016})
    for level, is_told in (("tutor", True), ("assisted", True), ("free", False), ("examination", False)):
        rows = guide.readout(Hands(step="pocket"), obs, level)
        notes = [s.note for s in guide.rail(Hands(step="pocket"), obs, level)]
        assert any(row[0] == "Cover" for row in rows) == is_told
        assert any("cover 16 mm" in note for note in notes) == is_told


def test_a_false_midline_mark_gives_a_false_number_of_the_hub(fakes):
    needle = {"is_placed": True, "entry_m": np.array([0.01, 0.1, 0.0]), "direction": np.array([0.0, -1.0, 0.0]), "length_m": 0.089}
    for at, shown in ((0.0, "10"), (0.006, "4")):
        obs = fakes.observation(needle=needle, field={"marks": (Mark("midline", at, 0.0, 0.0, "sitting", 0.05),)})
        row = next(r for r in guide.readout(Hands(step="needle"), obs, "free") if r[0] == "Hub off your midline")
        assert row[1] == shown
