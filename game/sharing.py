"""Keep long attempts small: parts of an observation that did not change are the same object as before."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from physics.observation import Observation


def _is_same(a: Any, b: Any) -> bool:
    """Return whether two parts hold the same values, arrays compared element by element."""
    for item in fields(a):
        left, right = getattr(a, item.name), getattr(b, item.name)
        if isinstance(left, np.ndarray):
            if left.shape != right.shape or not np.array_equal(left, right, equal_nan=True):
                return False
        elif left != right and not (left != left and right != right):
            return False
    return True


def shared(before: Observation | None, after: Observation) -> Observation:
    """Return an observation equal to `after` that shares its unchanged parts with `before`."""
    if before is None or not is_dataclass(after):
        return after
    parts = {f.name: (getattr(before, f.name), getattr(after, f.name)) for f in fields(after)}
    kept = {
        name: old for name, (old, new) in parts.items() if is_dataclass(new) and old is not new and _is_same(old, new)
    }
    return replace(after, **kept)
