"""Who plays and what is seen: the window, the scripted players, the commands of `thecal`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# Before numpy: how many threads share a product of matrices decides its last bits, and a log must replay anywhere.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[_name] = "1"

from numba import config  # noqa: E402


def _keep_kernels_by_source() -> None:
    """Keep compiled kernels in a folder named after the sources of all of them.

    numba looks at the file of a kernel only, not at the files of the kernels it calls: after an update
    it would go on with old machine code inside new.
    """
    package = Path(__file__).resolve().parent.parent / "physics"
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        text = source.read_bytes()
        if b"numba" in text or b"physics.kernels" in text:
            digest.update(text)
    folder = Path(config.CACHE_DIR) if config.CACHE_DIR else package / "__pycache__"
    config.CACHE_DIR = str(folder / f"kernels-{digest.hexdigest()[:12]}")


_keep_kernels_by_source()
