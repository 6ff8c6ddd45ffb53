"""Keep the frames of Python's calls in one block of memory.

CPython 3.11 and later keep them in blocks of 16 KiB. A call that does not fit maps a new block, and its return
unmaps it: a loop that happens to call across the end of a block pays for both every time. Which loop that is
depends on how deep the stack lies, down to one frame; measured: 2 to 5 s of 17 in compiling the kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

ROOM = 140_000  # values; with 8 bytes each just over 1 MiB, so that the block has 2 MiB and nearly half of it is left


def in_one_block(function: Callable[[], T]) -> T:
    """Return what a function returns, called from a frame so large that those above it share its block."""
    return function()


in_one_block.__code__ = in_one_block.__code__.replace(co_stacksize=ROOM)
