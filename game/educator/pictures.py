"""Pictures of a played case: views and radiographs at the moments that matter, without a window."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game.outcome import closing_of
from game.session import Session
from physics.anatomy.build import build_anatomy
from physics.observation import Observation

SIZE = (960, 640)
BEAM_SIZE = 512


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take: a view name, or "ap" / "lateral" for a radiograph."""

    name: str
    caption: str
    view: str
    seen: Observation


def shots(session: Session) -> list[Shot]:
    """Return the pictures worth taking of a case."""
    from game.view import views

    steps = [s for s in session.steps if s.observation is not None]
    last = session.observation
    found: list[Shot] = []
    if not session.setup.params.start:
        found.append(Shot("00_plan", "The plan: tip level and pump", views.PLAN, steps[0].observation))
    dural = next((s.observation for s in steps if any(e.name == "DuraPunctured" for e in s.events)), None)
    removed = next((s.tick for s in steps if any(e.name == "NeedleRemoved" for e in s.events)), None)
    if dural is not None:
        found.append(Shot("01_needle", "The needle at the dura", views.INSIDE, dural))
        found.append(Shot("01_needle_back", "The needle in the back", views.BACK, dural))
        found.append(Shot("01_needle_ap", "The needle at the dura, AP", "ap", dural))
        found.append(Shot("01_needle_lateral", "The needle at the dura, lateral", "lateral", dural))
    if removed is not None:
        threaded = [s.observation for s in steps if s.tick < removed][-1]
        found.append(Shot("02_threaded_ap", "Threaded, AP", "ap", threaded))
        found.append(Shot("03_threaded_lateral", "Threaded, lateral", "lateral", threaded))
    joined = next((s.observation for s in steps if any(e.name == "CatheterConnected" for e in s.events)), None)
    tunnelled = next((s.observation for s in steps if any(e.name == "CatheterTunnelled" for e in s.events)), None)
    if tunnelled is not None:
        found.append(Shot("03_tunnel", "Tunnel and pocket", views.POCKET, tunnelled))
    if joined is not None:
        found.append(Shot("03_pump", "The pump in its pocket, joined", views.POCKET, joined))
    closing = closing_of(session)
    if closing is not None:
        found.append(Shot("04_closed", "The implant at closure", views.IMPLANT, closing))
    filling = [s.observation for s in steps if s.observation.refill.is_placed and s.observation.refill.injected_m3 > 0]
    if filling:
        found.append(Shot("05_refill", "The refill needle while filling", views.REFILL, filling[len(filling) // 2]))
    if last.pocket.is_closed:
        found.append(Shot("06_end", "The implant at the end of follow-up", views.IMPLANT, last))
        found.append(Shot("07_end_ap", "Film at the end of follow-up, AP", "ap", last))
    return found


def _context() -> Any:
    import moderngl

    if sys.platform == "linux":
        return moderngl.create_context(standalone=True, backend="egl")
    return moderngl.create_context(standalone=True)


def _c_arm(shot: Shot) -> Any:
    import math

    from game.view.frame import CArm

    return CArm((0.0, 0.03, 0.09), math.pi / 2 if shot.view == "lateral" else 0.0, field_m=0.26)


def take_pictures(session: Session, folder: Path) -> tuple[tuple[Path, str], ...]:
    """Write the pictures of a case and return (path, caption); () where there is no OpenGL."""
    try:
        context = _context()
    except Exception as error:  # moderngl raises plain Exception when no driver answers
        sys.stderr.write(f"no pictures: OpenGL is not available ({error})\n")
        return ()
    return _drawn(context, session, folder)


def _drawn(context: Any, session: Session, folder: Path) -> tuple[tuple[Path, str], ...]:
    from PIL import Image

    from game.view import views
    from game.view.renderer import Renderer
    from game.view.scene import frame_from

    anatomy = build_anatomy(session.setup.params.build)
    renderer = Renderer(context, anatomy, "auto")
    written = []
    for shot in shots(session):
        if shot.view in ("ap", "lateral"):
            pixels, _ = renderer.pulse_picture(frame_from(shot.seen, anatomy, views.BACK), _c_arm(shot), BEAM_SIZE)
        else:
            frame = frame_from(shot.seen, anatomy, shot.view)
            pixels = renderer.picture(frame, views.camera_for(shot.view, shot.seen, anatomy), SIZE)
        path = folder / f"{shot.name}.png"
        Image.fromarray(pixels).save(path)
        written.append((path, shot.caption))
    return tuple(written)
