"""The loudspeaker: plays cues with the volumes of the settings; a machine without sound stays silent and goes on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pygame

from game.settings import Sound
from game.sound.cues import Cue, Ear, listen
from game.sound.synth import RATE_HZ, wave
from physics.events import Event
from physics.observation import Observation

CHANNELS = 16
NO_SOUND = "No sound device: captions tell what would be heard. A loudspeaker and its driver cure this."
CAPTION_TICKS = 128  # two seconds on the screen: as long as a short line is read [A]


class Speaker:
    """Hears ticks, plays cues, keeps the caption that is on show.

    Attributes
    ----------
    is_silent : bool
        No sound device: captions go on.
    notes : tuple of str
        One line with the cure if there was no device at the start.
    caption : str
        What a reader sees now; "" after two seconds.
    """

    def __init__(self) -> None:
        self.is_silent = not _opened()
        self.notes = (NO_SOUND,) if self.is_silent else ()
        self.caption = ""
        self._ear = Ear()
        self._until = 0
        self._cache: dict[tuple[str, float], pygame.mixer.Sound] = {}

    def start(self) -> None:
        """Forget what was heard: another case begins."""
        self._ear, self.caption, self._until = Ear(), "", 0

    def hear(self, seen: Observation, events: Sequence[Event], is_beam_on: bool, volumes: Sound) -> tuple[Cue, ...]:
        """Play what one tick sounds like and return its cues."""
        self._ear, cues = listen(self._ear, seen, events, is_beam_on)
        for cue in cues:
            if cue.caption:
                self.caption, self._until = cue.caption, seen.tick + CAPTION_TICKS
            self._play(cue, volumes)
        if seen.tick > self._until:
            self.caption = ""
        return cues

    def _play(self, cue: Cue, volumes: Sound) -> None:
        volume = volumes.master * getattr(volumes, cue.bus, 1.0) * cue.gain
        if self.is_silent or volume <= 0.0:
            return
        try:
            key = (cue.wave, cue.value)
            if key not in self._cache:
                self._cache[key] = _sound(cue)
            channel = pygame.mixer.find_channel()
            if channel is not None:
                channel.set_volume(min(volume, 1.0))
                channel.play(self._cache[key])
        except pygame.error:  # the device went away
            self.is_silent = True


def _opened() -> bool:
    try:
        if pygame.mixer.get_init() is None:
            pygame.mixer.init(RATE_HZ, -16, 2, 512)
        pygame.mixer.set_num_channels(CHANNELS)
    except pygame.error:
        return False
    return True


def _sound(cue: Cue) -> pygame.mixer.Sound:
    rate, _, n_channels = pygame.mixer.get_init() or (RATE_HZ, -16, 2)
    mono = wave(cue.wave, cue.value)
    if rate != RATE_HZ:
        mono = np.interp(np.arange(0, len(mono), RATE_HZ / rate), np.arange(len(mono)), mono).astype(np.float32)
    samples = (mono * 32000).astype(np.int16)
    return pygame.sndarray.make_sound(np.ascontiguousarray(np.repeat(samples[:, None], n_channels, axis=1)))
