"""Write a log while the case is played: every line reaches the system before the next tick."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from game.replay.format import MAX_WORD, Header, Seal, hash_line, header_line, input_line
from physics.commands import Command
from scenarios.actions import Action


class Recorder:
    """Holds the open log file.

    Each line is flushed at once (a line is about 100 bytes, so this costs microseconds) and a hash line comes
    every 64 ticks: a program killed at any moment leaves everything up to the last second on disk.
    """

    def __init__(self, path: str | Path, header: Header) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._seal = Seal()
        self._stream = self.path.open("w", encoding="utf-8", newline="\n")
        self._write(header_line(header))

    def _write(self, line: str) -> None:
        self._seal.feed(line.encode("utf-8"))
        self._stream.write(line)
        self._stream.flush()

    def write_input(self, tick: int, commands: tuple[Command, ...], actions: tuple[Action, ...]) -> None:
        """Append the input of a tick."""
        self._write(input_line(tick, commands, actions))

    def write_hash(self, tick: int, state_hash: str) -> None:
        """Append the hash of the world after a tick; it is the heartbeat as well."""
        self._write(hash_line(tick, state_hash, self._seal.word()))

    def write_end(self, tick: int, state_hash: str, reason: str) -> None:
        """Append the last line, close the file and compress it."""
        if self._stream.closed:
            return
        self._write(hash_line(max(tick, 0), state_hash, self._seal.word(), reason))
        self._stream.close()
        self._compress()

    def close(self, tick: int, reason: str) -> None:
        """Close a log that broke in a tick, leaving it as plain text; it replays to the tick before."""
        if self._stream.closed:
            return
        self._write(hash_line(max(tick, 0), "", self._seal.word(), reason[:MAX_WORD]))
        os.fsync(self._stream.fileno())
        self._stream.close()

    def release(self) -> None:
        """Close the file as it is, as an interrupted program would leave it."""
        self._stream.close()

    def _compress(self) -> None:
        packed = self.path.with_name(self.path.name + ".part")
        with packed.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
            stream.write(self.path.read_bytes())
        os.replace(packed, self.path)
