"""A GL context, a patient and a renderer shared by the picture tests; skipped where there is no GL."""

from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture(scope="session")
def gl():
    moderngl = pytest.importorskip("moderngl")
    try:
        if sys.platform == "linux":
            return moderngl.create_context(standalone=True, backend="egl")
        return moderngl.create_context(standalone=True)
    except Exception as error:  # noqa: BLE001 - drivers raise many kinds
        pytest.skip(f"no GL context: {error}")


@pytest.fixture(scope="session")
def patient():
    from game.view.gallery import typical_build
    from physics.anatomy import build_anatomy

    return build_anatomy(typical_build())


@pytest.fixture(scope="session")
def renderer(gl, patient, tmp_path_factory):
    from game.view.renderer import Renderer

    old = os.environ.get("THECAL_CACHE_DIR")
    os.environ["THECAL_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield Renderer(gl, patient, "software")
    if old is None:
        del os.environ["THECAL_CACHE_DIR"]
    else:
        os.environ["THECAL_CACHE_DIR"] = old
