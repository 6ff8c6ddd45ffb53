"""TOML to `Scenario`: the only file that reads content.

Content is untrusted: it is refused by size before it is read, by depth before it is parsed, and
every failure is one `ContentError` that names file, key, value and allowed range.
"""

from __future__ import annotations

import hashlib
import re
import stat
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.errors import ContentError, Problem, content_error
from scenarios.schema import FORMAT, Model, Patient, Scenario
from scenarios.wording import problems_from

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

# Strings and comments. Every alternative matches once begun, closed or not, so the scan is linear.
_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"{3,5}|\\?\Z)|\'\'\'.*?(?:\'{3,5}|\Z)|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?|#[^\n]*',
    re.DOTALL,
)
_KEY_RUN = re.compile(r"[\w\-\"'.\t ]+")
_ID = re.compile(r"^[a-z][a-z0-9_]{2,47}$")

ModelKind = TypeVar("ModelKind", bound=Model)


def _content() -> Traversable:
    return resources.files("scenarios") / "content"


def list_ids() -> tuple[str, ...]:
    """Return the ids of the packaged scenarios, sorted."""
    names = (entry.name for entry in _content().iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def list_patient_ids() -> tuple[str, ...]:
    """Return the ids of the packaged patients, sorted."""
    names = (entry.name for entry in (_content() / "patients").iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise content_error(name, "", "is not a regular file; expected a .toml file")
        if info.st_size > MAX_BYTES:
            raise content_error(name, "", f"size = {info.st_size} bytes; expected <= {MAX_BYTES}")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise content_error(name, "", f"cannot be read ({reason}); expected a readable file") from error
    if len(raw) > MAX_BYTES:
        raise content_error(name, "", f"size > {MAX_BYTES} bytes; expected <= {MAX_BYTES}")
    return raw


def _refuse_depth(text: str, name: str) -> None:
    """Refuse deep brackets and long dotted keys before the parser can recurse on them."""
    bare = _STRINGS.sub('""', text)
    depth = 0
    for number, line in enumerate(bare.split("\n"), start=1):
        for character in line:
            depth += (character in "[{") - (character in "]}")
            if depth > MAX_DEPTH:
                raise content_error(
                    name, f"line {number}", f"nesting > {MAX_DEPTH}; expected <= {MAX_DEPTH}", number
                )
        if any(run.count(".") >= MAX_DEPTH for run in _KEY_RUN.findall(line)):
            raise content_error(name, f"line {number}", f"dotted key deeper than {MAX_DEPTH}", number)


def parse(raw: bytes, name: str) -> tuple[dict[str, Any], str]:
    """Return the table in a TOML document, and its text.

    Parameters
    ----------
    raw : bytes
        The document.
    name : str
        What to call it in errors.

    Raises
    ------
    ContentError
        If it is not UTF-8, too deep, or not TOML.
    """
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        raise content_error(name, f"byte {error.start}", f"= 0x{byte:02x}; expected UTF-8") from error
    _refuse_depth(text, name)
    try:
        return tomllib.loads(text), text
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else 0
        raise content_error(name, "", f"is not TOML ({error}); expected valid TOML 1.0", line) from error


def _frozen(value: Any) -> Any:
    """Return plain data with every list made a tuple (depth is already limited)."""
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return value


def _validated(kind: type[ModelKind], data: dict[str, Any], text: str, name: str) -> ModelKind:
    if data.get("format") != FORMAT or isinstance(data.get("format"), bool):
        raise content_error(name, "format", f"= {data.get('format')!r}; expected {FORMAT}")
    try:
        return kind.model_validate(_frozen(data))
    except ValidationError as error:
        raise ContentError(problems_from(error, kind, text, name)) from error


def _patient_bytes(identifier: str, near: Path | None, name: str) -> tuple[bytes, str]:
    if not _ID.match(identifier):
        raise content_error(name, "patient", f"= {identifier!r}; expected a patient id (a-z, 0-9, _)")
    own = near / "patients" / f"{identifier}.toml" if near is not None else None
    if own is not None and own.exists():
        return _bytes_of(own, own.name), f"patients/{own.name}"
    packaged = _content() / "patients" / f"{identifier}.toml"
    if not packaged.is_file():
        raise content_error(
            name, "patient", f"= {identifier!r}; expected one of {', '.join(list_patient_ids())}"
        )
    return packaged.read_bytes(), f"patients/{identifier}.toml"


def load_patient(identifier: str, near: Path | None = None, asked_by: str = "patient") -> Patient:
    """Return a patient by id: beside the asking scenario first, then the packaged ones.

    Raises
    ------
    ContentError
        If there is no such patient or its file is wrong.
    """
    return patient_from(*_patient_bytes(identifier, near, asked_by))


def patient_from(raw: bytes, name: str) -> Patient:
    """Return the patient in a TOML document.

    Raises
    ------
    ContentError
        If the document is wrong.
    """
    data, text = parse(raw, name)
    return _validated(Patient, data, text, name)


def read(path_or_id: str | Path) -> tuple[bytes, str, Path | None]:
    """Return the bytes of a scenario, its name for errors, and its folder (None if packaged).

    Raises
    ------
    ContentError
        If it cannot be read or is larger than `MAX_BYTES`.
    """
    if isinstance(path_or_id, str) and path_or_id in list_ids():
        return (_content() / f"{path_or_id}.toml").read_bytes(), f"{path_or_id}.toml", None
    if isinstance(path_or_id, str) and _ID.match(path_or_id) and not Path(path_or_id).exists():
        raise content_error(
            path_or_id, "", f"is not a scenario; expected a file or one of {', '.join(list_ids())}"
        )
    path = Path(path_or_id)
    return _bytes_of(path, path.name or str(path)), path.name, path.parent


def merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a table on top of another: keys replace, tables go key by key, rubric lines line by line, by id."""
    out = dict(base)
    for key, value in own.items():
        below = out.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            out[key] = merged(below, value)
        elif key == "rubric" and isinstance(value, list) and isinstance(below, list):
            mine = {line["id"]: line for line in value if isinstance(line, dict) and isinstance(line.get("id"), str)}
            kept = [line | mine.pop(line["id"]) if line.get("id") in mine else line for line in below]
            out[key] = kept + [line for line in value if not isinstance(line, dict) or line.get("id") not in {k["id"] for k in kept}]
        else:
            out[key] = value
    return out


def _base_bytes(data: dict[str, Any], name: str) -> bytes | None:
    """Return the bytes of the packaged scenario that a scenario extends, None if it stands alone."""
    base = data.get("extends")
    if base is None:
        return None
    if not isinstance(base, str) or base not in list_ids():
        raise content_error(name, "extends", f"= {base!r}; expected one of {', '.join(list_ids())}")
    raw = (_content() / f"{base}.toml").read_bytes()
    if "extends" in parse(raw, f"{base}.toml")[0]:
        raise content_error(name, "extends", f"= {base!r}, which extends another; expected one that stands alone")
    return raw


def _whole(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a scenario's table with what it takes over from the one it extends."""
    raw = _base_bytes(data, name)
    own = {key: value for key, value in data.items() if key != "extends"}
    return own if raw is None else merged(parse(raw, name)[0], own)


def load(path_or_id: str | Path) -> Scenario:
    """Return a scenario from a packaged id or a file; one that `extends` another takes over what it does not say.

    Parameters
    ----------
    path_or_id : str or Path
        One of `list_ids()`, or the path of a .toml file.

    Raises
    ------
    ContentError
        With every problem found, one a line.
    """
    raw, name, folder = read(path_or_id)
    data, text = parse(raw, name)
    data = _whole(data, name)
    problems: tuple[Problem, ...] = ()
    patient = data.get("patient")
    if isinstance(patient, str):
        try:
            data["patient"] = load_patient(patient, folder, name)
        except ContentError as error:
            problems, data["patient"] = error.problems, load_patient(list_patient_ids()[0])
    try:
        scenario = _validated(Scenario, data, text, name)
    except ContentError as error:
        raise ContentError(error.problems + problems) from error
    if problems:
        raise ContentError(problems)
    return scenario


def scenario_digest(path_or_id: str | Path) -> str:
    """Return the sha256 of a scenario's bytes, of those it extends and of its patient's, for the header of a log."""
    raw, name, folder = read(path_or_id)
    digest = hashlib.sha256(raw)
    data = parse(raw, name)[0]
    base = _base_bytes(data, name)
    if base is not None:
        digest.update(base)
    patient = _whole(data, name).get("patient")
    if isinstance(patient, str):
        digest.update(_patient_bytes(patient, folder, name)[0])
    return digest.hexdigest()
