"""Settings: a checked TOML file in the platform's config folder; loaded and saved atomically.

A bad file gives one clear error that names file, key, value and range; it is never overwritten.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from game.input import bindings
from scenarios.errors import ContentError
from scenarios.load import parse as parse_toml

FILE_NAME = "settings.toml"
MAX_BYTES = 64 * 1024


class SettingsError(Exception):
    """The settings file cannot be used; the message says what to change."""


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sight(_Group):
    """What is seen."""

    scale: Annotated[float, Field(ge=0.8, le=2.0)] = 1.0
    is_high_contrast: bool = False
    has_patterns: bool = True
    has_less_motion: bool = False
    has_captions: bool = True


class Sound(_Group):
    """What is heard; shares of full volume."""

    master: Annotated[float, Field(ge=0, le=1)] = 0.7
    tissue: Annotated[float, Field(ge=0, le=1)] = 0.8
    monitor: Annotated[float, Field(ge=0, le=1)] = 0.6
    alarms: Annotated[float, Field(ge=0, le=1)] = 0.9


class Hands(_Group):
    """How hands work."""

    aim_deg_per_px: Annotated[float, Field(ge=0.03, le=0.30)] = 0.10
    is_toggle: bool = False
    is_slow: bool = False
    steady_ms: Annotated[float, Field(ge=0, le=120)] = 0.0
    rumble: Annotated[float, Field(ge=0, le=1)] = 1.0
    is_one_handed: bool = False
    keys: dict[str, str] = Field(default_factory=dict)
    pads: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Hands:
        for name, table in (("keys", self.keys), ("pads", self.pads)):
            for address, key in table.items():
                wrong = bindings.fault(address, key, name == "pads")
                if wrong:
                    raise ValueError(f"{name}.{wrong}")
        return self


class Picture(_Group):
    """How the picture is drawn."""

    preset: Literal["auto", "full", "software"] = "auto"
    width: Annotated[int, Field(ge=1280, le=7680)] = 1600
    height: Annotated[int, Field(ge=720, le=4320)] = 900
    is_fullscreen: bool = False


class Case(_Group):
    """How cases are played."""

    level: Literal["tutor", "assisted", "free", "examination"] = "assisted"
    learner: Annotated[str, Field(max_length=24, pattern=r"^[A-Za-z0-9_\-]*$")] = ""


class Settings(_Group):
    """All settings of one learner on one machine."""

    format: Literal[1] = 1
    sight: Sight = Sight()
    sound: Sound = Sound()
    hands: Hands = Hands()
    picture: Picture = Picture()
    case: Case = Case()


def config_folder() -> Path:
    """Return the folder of the settings file; THECAL_CONFIG_DIR overrides the platform's own."""
    given = os.environ.get("THECAL_CONFIG_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData/Roaming")) / "Thecal"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/Thecal"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "thecal"


def _range_words(error: dict[str, object]) -> str:
    context = error.get("ctx")
    if isinstance(context, dict):
        for key, words in (("ge", ">= "), ("le", "<= "), ("gt", "> "), ("lt", "< ")):
            if key in context:
                return f"expected {words}{context[key]}"
        if "expected" in context:
            return f"expected {context['expected']}"
    return str(error.get("msg", "not allowed"))


def parse(text: str, name: str) -> Settings:
    """Return settings from TOML text.

    Raises
    ------
    SettingsError
        If the text is no TOML, or a key or value is not allowed; names file, key, value and range.
    """
    try:
        data = parse_toml(text.encode("utf-8"), name)[0]  # refuses deep nesting before it parses
    except ContentError as error:
        raise SettingsError(str(error)) from error
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = dict(error.errors()[0])
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        if first.get("type") == "value_error":
            raise SettingsError(f"{name}: {key}.{str(first['msg']).removeprefix('Value error, ')}") from error
        if first.get("type") == "extra_forbidden":
            raise SettingsError(f"{name}: {key} is not a setting; remove the line") from error
        raise SettingsError(f"{name}: {key} = {first.get('input')!r}; {_range_words(first)}") from error


def load(folder: Path | None = None) -> Settings:
    """Return the stored settings; the defaults where there is no file yet.

    Raises
    ------
    SettingsError
        If the file exists and cannot be used. It is left as it is.
    """
    path = (folder or config_folder()) / FILE_NAME
    try:
        if not path.exists():
            return Settings()
        if not path.is_file():
            raise SettingsError(f"{path}: is not a regular file; expected a {FILE_NAME} or none")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise SettingsError(f"{path}: size > {MAX_BYTES} bytes; expected <= {MAX_BYTES}")
        text = raw.decode("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: cannot be read ({reason})") from error
    return parse(text, str(path))


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def to_toml(settings: Settings) -> str:
    """Return settings as TOML text that `parse` reads back."""
    data = settings.model_dump()
    lines = ["# Thecal settings. Remove the file to go back to the defaults.", f"format = {data.pop('format')}"]
    for group, values in data.items():
        lines += ["", f"[{group}]"]
        tables = {k: v for k, v in values.items() if isinstance(v, dict)}
        lines += [f"{k} = {_toml_value(v)}" for k, v in values.items() if k not in tables]
        for name, table in tables.items():
            if table:
                lines += ["", f"[{group}.{name}]", *(f"{_toml_value(k)} = {_toml_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def save(settings: Settings, folder: Path | None = None) -> Path:
    """Write the settings atomically and return the path.

    Raises
    ------
    SettingsError
        If the folder cannot be written.
    """
    path = (folder or config_folder()) / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-", suffix=".toml")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(to_toml(settings))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error})") from error
    return path


def changed(settings: Settings, key: str, value: object) -> Settings:
    """Return settings with one value changed ("sight.scale"), checked.

    Raises
    ------
    SettingsError
        If there is no such key or the value is out of range.
    """
    group, _, name = key.partition(".")
    data = settings.model_dump()
    if group not in data or not isinstance(data[group], dict) or name not in data[group]:
        raise SettingsError(f"{key} is not a setting")
    data[group][name] = value
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        words = _range_words(dict(error.errors()[0])).removeprefix("Value error, ")
        raise SettingsError(f"{key} = {value!r}; {words}") from error
