"""What content may get wrong: one exception, with every problem in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one content file.

    Attributes
    ----------
    file : str
        File name as the author knows it.
    line : int
        Line that holds the key, 1-based; 0 where no line can be named.
    key : str
        Dotted key, "" for the file itself.
    severity : str
        "error" (cannot be loaded) or "warning" (loads, but breaks a content rule).
    message : str
        Value and allowed range in words.
    """

    file: str
    line: int
    key: str
    severity: str
    message: str

    def __str__(self) -> str:
        """Return `file: key = value; expected range` on one line."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        joint = " " if self.message.startswith("=") else ": "
        return f"{place}{joint}{self.message}"


class ContentError(Exception):
    """A content file cannot be used; the message lists every problem, one a line.

    Attributes
    ----------
    problems : tuple of Problem
        All that was found wrong.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


def content_error(file: str, key: str, message: str, line: int = 0) -> ContentError:
    """Return a ContentError with a single problem."""
    return ContentError((Problem(file, line, key, "error", message),))
