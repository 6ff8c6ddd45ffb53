"""How the flow of screens handles settings: each change acts at once, is checked, and is saved."""

from __future__ import annotations

from dataclasses import replace

from game import settings as stored
from game.hud.gui import Gui
from game.input import bindings, gamepad
from game.input.devices import RawInput
from game.input.intent import Hands, Intent


class OptionsFlow:
    """The part of `game.app.App` that changes settings."""

    settings: stored.Settings
    hands: Hands
    screen: str
    options_group: str
    options_error: str
    key_page: str
    capture: tuple[str, str]

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
        value: object = round(intent.amount, 3) if tail in ("aim_deg_per_px", "steady_ms", "rumble") else bool(intent.amount)
        self._change_setting(f"hands.{tail}", value)
        if tail == "is_one_handed":
            self._change_setting("hands.is_toggle", value)
        self.hands = replace(self.hands, is_toggle=self.settings.hands.is_toggle)

    def _on_keys(self, tail: str, intent: Intent) -> None:
        part, _, rest = tail.partition(".")
        if part == "page":
            self.key_page, self.capture = intent.text, ("", "")
        elif part in ("key", "pad"):
            self.capture, self.options_error = (rest, part), ""
        elif part == "none":
            self._bind("")
        elif part == "leave":
            self.capture = ("", "")
        elif part == "reset":
            self._change_setting("hands.keys", {})
            self._change_setting("hands.pads", {})
            self.capture = ("", "")

    def _captured(self, raw: RawInput) -> bool:
        """Take the key or button that a chosen act shall have; return whether input went there."""
        address, what = self.capture
        if self.screen != "settings" or self.options_group != "keys":
            self.capture = ("", "")
        if not address or not self.capture[0]:
            return False
        for key in raw.pressed:
            if key == "Escape":
                self.capture = ("", "")
            elif what == "key":
                self._bind("" if key == "Delete" else key)
        for button in raw.pad.pressed:
            if what == "pad" and button not in gamepad.DPAD:
                self._bind(button)
            elif what == "key" or button in gamepad.DPAD:
                self.capture = ("", "")
        return True

    def _bind(self, key: str) -> None:
        address, what = self.capture
        self.capture = ("", "")
        table = dict(self.settings.hands.keys if what == "key" else self.settings.hands.pads)
        default = bindings.default_key(address) if what == "key" else bindings.default_pad(address)
        table.pop(address, None)
        if key != default:
            table[address] = key
        wrong = bindings.fault(address, key, what == "pad")
        if wrong:
            self.options_error = f"{bindings.bindable()[address]}: {key} stays as it is, other keys are free"
        else:
            self._change_setting("hands.keys" if what == "key" else "hands.pads", table)

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
