"""How numba compiles the kernels of the simulation: no fast maths (bit-identical), kept on disk, no more than needed.

`KERNEL` is called from Python, `INNER` from kernels only. One that makes arrays says so (`ALLOCATING`): the
others count no references, which is a fifth of a step, and that goes down to what they call. None divides by
zero with an error: a diverged rod shows as NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

KERNEL: dict[str, Any] = {"cache": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
ALLOCATING: dict[str, Any] = KERNEL | {"_nrt": True}
INNER: dict[str, Any] = KERNEL | {"no_cpython_wrapper": True}
INNER_ALLOCATING: dict[str, Any] = INNER | {"_nrt": True}


def kernel(function: F) -> F:
    """Return a function compiled as `KERNEL` that keeps its type."""
    return cast(F, njit(**KERNEL)(function))


def array_kernel(function: F) -> F:
    """Return a function compiled as `ALLOCATING` that keeps its type."""
    return cast(F, njit(**ALLOCATING)(function))


def inner_kernel(function: F) -> F:
    """Return a function compiled as `INNER` that keeps its type."""
    return cast(F, njit(**INNER)(function))
