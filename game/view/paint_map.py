"""Where antiseptic was wiped, as a map of the unrolled skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class PaintMap:
    """Cells of the unrolled skin: share painted, share wet, (n_v, n_u, 2); the first begins at `origin_uv_m`."""

    cells: NDArray[np.uint8]
    origin_uv_m: tuple[float, float]
    cell_m: float
