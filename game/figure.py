"""How every figure of a table or course is set up: pyplot without a window, one ink, bare axes, the same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

INK, FAINT = "#1f2933", "#d9dee4"


def pyplot() -> Any:
    """Return pyplot, which draws to files and writes in one ink; imported here, as it is slow to import."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plt.rcParams.update({"font.size": 8.5, "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK})
    return plt


def bare(axis: Any, grid: str = "both", width: float = 0.6) -> None:
    """Take the frame off an axis, and lay a faint grid behind what is drawn."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis=grid, color=FAINT, linewidth=width)
    axis.set_axisbelow(True)


def save(figure: Any, path: Path, dpi: int) -> None:
    """Write a figure as PNG that does not name its maker, and forget it."""
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
    pyplot().close(figure)
