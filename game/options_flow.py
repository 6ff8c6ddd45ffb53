"""How the flow of screens handles settings: each change acts at once, is checked, and is saved."""

from __future__ import annotations

from dataclasses import replace

from game import settings as stored
from game.hud.gui import Gui
from game.input.intent import Hands, Intent


class OptionsFlow:
    """The part of `game.app.App` that changes settings."""

    settings: stored.Settings
    hands: Hands
    options_group: str
    options_error: str

    def _zoom_text(self, gui: Gui, step: int) -> None:
        sizes = (0.8, 1.0, 1.25, 1.5, 2.0)
        near = min(range(len(sizes)), key=lambda i: abs(sizes[i] - self.settings.sight.scale))
        self._change_setting("sight.scale", sizes[min(max(near + step, 0), len(sizes) - 1)])

    def _on_settings(self, tail: str, intent: Intent) -> None:
        if tail == "defaults":
            self.settings = stored.Settings()
            self._save()
        else:
            self.options_group, self.options_error = tail, ""

    def _on_sight(self, tail: str, intent: Intent) -> None:
        value: object = float(intent.text) if tail == "scale" else bool(intent.amount)
        self._change_setting(f"sight.{tail}", value)

    def _on_sound(self, tail: str, intent: Intent) -> None:
        self._change_setting(f"sound.{tail}", round(intent.amount, 2))

    def _on_hands(self, tail: str, intent: Intent) -> None:
        value: object = round(intent.amount, 3) if tail == "aim_deg_per_px" else bool(intent.amount)
        self._change_setting(f"hands.{tail}", value)
        self.hands = replace(self.hands, is_toggle=self.settings.hands.is_toggle)

    def _on_picture(self, tail: str, intent: Intent) -> None:
        self._change_setting(f"picture.{tail}", intent.text if tail == "preset" else bool(intent.amount))

    def _change_setting(self, key: str, value: object) -> None:
        try:
            self.settings = stored.changed(self.settings, key, value)
        except stored.SettingsError as error:
            self.options_error = str(error)
            return
        self._save()

    def _save(self) -> None:
        try:
            stored.save(self.settings)
            self.options_error = ""
        except stored.SettingsError as error:
            self.options_error = str(error)
