"""Validation errors in an author's words: key, value, allowed range, line."""

from __future__ import annotations

import re
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from scenarios.errors import Problem


def _models_in(annotation: Any) -> tuple[type[BaseModel], ...]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(m for part in get_args(annotation) for m in _models_in(part))


def _bounds_in(metadata: Any) -> list[str]:
    words: list[str] = []
    for item in metadata:
        for part in getattr(item, "metadata", None) or (item,):
            if isinstance(part, (Ge, Gt)):
                words.append(f">= {part.ge:g}" if isinstance(part, Ge) else f"> {part.gt:g}")
            if isinstance(part, (Le, Lt)):
                words.append(f"<= {part.le:g}" if isinstance(part, Le) else f"< {part.lt:g}")
    return words


def _bounds_of(field: FieldInfo) -> str:
    words = _bounds_in(field.metadata)
    for part in get_args(field.annotation):
        words = words or _bounds_in(getattr(part, "__metadata__", ()))
    return " and ".join(words)


def _range_at(kind: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """Return the allowed range of the number at a location in a model, "" if it has none."""
    field: FieldInfo | None = None
    model: type[BaseModel] | None = kind
    for part in location:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        if field is None:
            return ""
        nested = _models_in(field.annotation)
        model = nested[0] if nested else None
    return _bounds_of(field) if field is not None else ""


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """Return the 1-based line that sets a key, 0 if it cannot be told.

    Follows `[table]` and `[[array]]` headers; the last part of the location is the key.
    """
    names = [p for p in location if isinstance(p, str)]
    if not names:
        return 0
    wanted_index = next((p for p in location if isinstance(p, int)), 0)
    table, seen, best = "", -1, 0
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*\[(\[?)\s*([\w.\-]+)\s*\]", line)
        if header:
            is_first = header.group(2) != table
            seen = 0 if is_first or not header.group(1) else seen + 1
            table = header.group(2)
            is_here = table == ".".join(names) and seen == wanted_index
            best = number if is_here else best
            continue
        key = re.match(r"\s*\"?([\w.\-]+)\"?\s*=", line)
        path = ".".join(p for p in (table, key.group(1)) if p) if key else ""
        if path == ".".join(names) and seen in (-1, wanted_index if table else seen):
            return number
        if path == names[0] and not best:
            best = number
    return best


_VERTEBRA = re.compile(r"C\[|\(T\(?\[")  # a pattern of vertebra names
_LEADING_KEY = re.compile(r"(\w+) (= .*)", re.DOTALL)


def _pattern_words(pattern: str) -> str:
    """Return what a text has to look like, in words where it is a vertebra."""
    if not _VERTEBRA.search(pattern):
        return f"text like {pattern}"
    first, last = ("C1", "L5") if "C[1-8]" in pattern else ("C2", "S1")
    return f"a vertebra {first} .. {last}, such as 'T10'"


def _expected(error: Any, bounds: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing; expected " + (f"a number {bounds}" if bounds else "this key")
    if kind == "extra_forbidden":
        return "unknown key; expected a key of the format"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    shown = repr(error["input"])
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    wanted = context.get("expected") or context.get("pattern")
    if kind == "string_pattern_mismatch":
        wanted = _pattern_words(str(wanted))
    if bounds:
        wanted = bounds if kind.startswith(("greater", "less")) else f"a number {bounds}"
    message = str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return f"= {shown}; expected {wanted or message}"


def problems_from(error: ValidationError, kind: type[BaseModel], text: str, name: str) -> tuple[Problem, ...]:
    """Return one Problem for each validation error, in file order where lines are known."""
    problems = []
    for item in error.errors(include_url=False):
        location = tuple(item["loc"])
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")
        words = _expected(item, _range_at(kind, location))
        whole = _LEADING_KEY.fullmatch(words) if item["type"] == "value_error" else None
        if whole:  # a rule about several keys names the one that is at fault itself
            location, words = (*location, whole.group(1)), whole.group(2)
            key = f"{key}.{whole.group(1)}".lstrip(".")
        problems.append(Problem(name, line_of(text, location), key, "error", words))
    return tuple(problems)
