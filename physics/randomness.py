"""The only source of chance in the simulation."""

from __future__ import annotations

import zlib

import numpy as np


def draw(seed: int, stream: str, tick: int) -> np.random.Generator:
    """Return a generator that depends on nothing but (seed, stream, tick).

    Parameters
    ----------
    seed : int
        Seed of the case, 0 <= seed < 2**63.
    stream : str
        One name per subsystem ("tissue", "pump", ...), so that a draw added in one
        place never moves the numbers of another.
    tick : int
        Tick of the draw, >= 0.

    Raises
    ------
    ValueError
        If seed or tick lies outside its range.
    """
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed = {seed}; expected 0 <= seed < 2**63")
    if tick < 0:
        raise ValueError(f"tick = {tick}; expected >= 0")
    key = zlib.crc32(stream.encode("utf-8"))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, key, tick))))
