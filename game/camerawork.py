"""Which view a step is worked in, pictures of it, and X-ray pulses: the eyes of an attempt in the window."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import moderngl
import numpy as np
from numpy.typing import ArrayLike

from game import picking
from game.hud.screens.frame import Picture, Word
from game.input.hands import Hands
from game.instruments import fluoroscope
from game.view import (
    AXIAL, BACK, CORNER, IMPLANT, INSIDE, PLAN, POCKET, REFILL, THEATRE, CArm, Renderer, SceneOptions, camera_for, frame_from,
)  # fmt: skip
from game.view.camera import Camera
from game.view.exposure import beam_of
from game.view.frame import Frame
from game.view.labels import placed
from game.view.passes.dose import open_share
from physics import anatomy
from physics.anatomy import Anatomy
from physics.observation import Observation

STEP_VIEWS: dict[str, dict[str, str]] = {
    "implant": {
        "mark": PLAN, "table": PLAN, "needle": BACK, "thread": BACK, "anchor": BACK, "pocket": POCKET,
        "tunnel": POCKET, "connect": POCKET, "pump": POCKET, "close": POCKET, "programme": IMPLANT, "ward": IMPLANT,
        "mend": POCKET,
    },
    "refill": {}, "clinic": {},
    "exchange": {"table": PLAN, "pocket": POCKET, "connect": POCKET, "widen": POCKET, "pump": POCKET},
    "revise": {"open": BACK, "segment": POCKET, "needle": BACK, "thread": BACK, "anchor": BACK, "connect": BACK},
    "explant": {"pocket": POCKET, "open": BACK},
}  # fmt: skip
_LATER_SITES = ("prepare", "close")
SITE_STEPS = {"implant": ("mark", "close"), "exchange": _LATER_SITES, "revise": _LATER_SITES, "explant": _LATER_SITES}  # at back or belly
DEFAULT_VIEW = {"implant": BACK, "refill": REFILL, "clinic": IMPLANT, "exchange": IMPLANT, "revise": IMPLANT, "explant": IMPLANT}
HELPED_LEVELS = ("tutor", "assisted")  # levels of help that may look inside
LOOKS = {"room": THEATRE, "section": INSIDE, "level": AXIAL, "corner": CORNER}  # pictures beside the step's own
CUTAWAY_SIZE = (500, 412)
INSIDE_SIZE = (540, 720)
BEAM_SIDE = 512
RADIANS_PER_PIXEL = math.radians(0.35)
ZOOM_PER_NOTCH = 1.1
CUTAWAY_TICKS = 8  # the inside view follows the hands eight times a second


def shows_inside(level: str, hands: Hands) -> bool:
    """Return whether the cut-away is shown: the tutor shows it, the assistant on request."""
    return level == "tutor" or (level == "assisted" and hands.is_cutaway)


def looks(level: str, hands: Hands) -> tuple[str, ...]:
    """Return which pictures may be chosen: the step's own and the room; named cut-aways where the level shows the inside."""
    return ("", *LOOKS) if shows_inside(level, hands) and hands.procedure == "implant" else ("", "room")


class Camerawork:
    """Holds what pictures need between frames: camera turns, the last films, cached inside views."""

    def __init__(self, renderer: Renderer, body: Anatomy, target_level: float) -> None:
        self.renderer, self.body, self.target_level = renderer, body, target_level
        self.turns: dict[str, tuple[float, float, float]] = {}
        self.view = ""
        self.size = (640, 400)
        self.camera: Camera | None = None
        self.is_field = True  # the picture is the step's own, where hands can touch
        self.n_pulses = 0
        self.seen: Observation | None = None
        self._last_hit: tuple[object, picking.Hit | None] | None = None
        self._films: dict[str, moderngl.Texture] = {}
        self._shots: dict[str, tuple[Frame, CArm]] = {}  # what each film was taken of, to take it again in a new context
        self._inside: tuple[int, moderngl.Texture] | None = None
        self._cutaway: tuple[int, moderngl.Texture] | None = None

    def view_of(self, hands: Hands, seen: Observation) -> str:
        """Return the view of the step in hand."""
        if seen.pocket.is_closed and hands.procedure == "implant":
            return IMPLANT
        if hands.step in SITE_STEPS.get(hands.procedure, ()):
            return BACK if hands.choices["close.wound"] == "lumbar" else POCKET
        return STEP_VIEWS[hands.procedure].get(hands.step, DEFAULT_VIEW[hands.procedure])

    def pictures(self, size: tuple[int, int], hands: Hands, level: str, seen: Observation) -> Mapping[str, Picture]:
        """Return the pictures of this moment by the names that screens use."""
        is_helped = level in HELPED_LEVELS
        look = hands.look if hands.look in looks(level, hands) else ""
        self.view, self.size = LOOKS.get(look) or self.view_of(hands, seen), (max(size[0], 64), max(size[1], 64))
        self.is_field = not look
        self.camera, self.seen = self._camera(self.view, seen), seen
        options = self._options(hands, is_helped)
        frame = frame_from(seen, self.body, self.view, replace(options, has_labels=bool(look)))
        texture = self.renderer.draw(frame, self.camera, self.size)
        points = picking.anchors(seen, self.body)
        found = {"view": Picture(texture, True, self._project, self._skin, points, self.camera.eye_m, self._words(frame))}
        found |= {name: Picture(film, True) for name, film in self._films.items()}
        if shows_inside(level, hands) and self.view == BACK and (seen.needle.is_placed or seen.catheter.is_open):
            found["cutaway"] = Picture(self._small(INSIDE, seen, CUTAWAY_SIZE, options), True)
        if is_helped and seen.days_since_closure >= 0.0:
            found["inside"] = Picture(self._whole(seen, options), True)
        return found

    def _words(self, frame: Frame) -> tuple[Word, ...]:
        """Return the names on a cut-away, placed in this picture."""
        assert self.camera is not None
        w, h = self.size
        return tuple(
            Word(p.text, (p.anchor[0] / w, p.anchor[1] / h), (p.point[0] / w, p.point[1] / h), p.is_left)
            for p in placed(frame.labels, self.camera, self.size)
        )

    def _options(self, hands: Hands, is_helped: bool) -> SceneOptions:
        u, v = hands.values.get("pocket.u"), hands.values.get("pocket.v")
        site = (u * 1e-3, v * 1e-3) if u is not None and v is not None and hands.procedure == "implant" else None
        return SceneOptions(
            planned_tip_level=self.target_level, planned_pocket_m=site, may_see_inside=is_helped,
            is_catheter_revealed=is_helped or self.view not in (IMPLANT, INSIDE), c_arm=beam_of(hands.arm, 0),
            has_xray=False,
        )  # fmt: skip

    def _camera(self, view: str, seen: Observation) -> Camera:
        yaw, pitch, zoom = self.turns.get(view, (0.0, 0.0, 1.0))
        return camera_for(view, seen, self.body).orbited(yaw, pitch, zoom)

    def _small(self, view: str, seen: Observation, size: tuple[int, int], options: SceneOptions) -> moderngl.Texture:
        key = seen.tick // CUTAWAY_TICKS
        if self._cutaway is None or self._cutaway[0] != key:
            camera = camera_for(view, seen, self.body)
            texture = self.renderer.draw(frame_from(seen, self.body, view, options), camera, size)
            self._cutaway = (key, texture)
        return self._cutaway[1]

    def _whole(self, seen: Observation, options: SceneOptions) -> moderngl.Texture:
        """Return the implant inside the ghost body, drawn anew for each clinical day."""
        key = int(seen.days_since_closure)
        if self._inside is None or self._inside[0] != key:
            camera = camera_for(IMPLANT, seen, self.body)
            texture = self.renderer.draw(frame_from(seen, self.body, IMPLANT, options), camera, INSIDE_SIZE)
            self._inside = (key, texture)
        return self._inside[1]

    def pulse(self, arm: fluoroscope.CArm, seen: Observation) -> tuple[float, float]:
        """Take one pulse and keep it as the last image of its view.

        Returns its dose-area product [Gy cm2] and the open share of the field.
        """
        self.n_pulses += 1
        beam = beam_of(arm, self.n_pulses)
        frame = frame_from(seen, self.body, IMPLANT if seen.pocket.is_closed else BACK)
        name = fluoroscope.view_name(arm.orbit_deg)
        self._shots[name] = (frame, beam)
        return self._expose(name) * 1e-3, open_share(beam)

    def keep_film(self, view: str) -> None:
        """Keep the last picture of a view beside those that follow."""
        if view in self._films:
            self._shots[f"keep.{view}"] = self._shots[view]
            self._store(f"keep.{view}", self._films[view])

    def renew(self, renderer: Renderer) -> None:
        """Draw with the renderer of a new GL context: films are taken again, the rest comes with the next picture."""
        self.renderer, self._films, self._inside, self._cutaway = renderer, {}, None, None
        for name in self._shots:
            self._expose(name)

    def _expose(self, name: str) -> float:
        """Take a film of what was shot and return its dose-area product [mGy cm2]."""
        shown, dose_mgy_cm2 = self.renderer.pulse(*self._shots[name], BEAM_SIDE)
        self._store(name, shown)
        return dose_mgy_cm2

    def _store(self, name: str, film: moderngl.Texture) -> None:
        if name not in self._films:
            self._films[name] = self.renderer.ctx.texture(film.size, film.components)
        self._films[name].write(film.read())

    def orbit(self, dx_px: float, dy_px: float, zoom: float) -> None:
        """Turn the camera of the present view."""
        yaw, pitch, size = self.turns.get(self.view, (0.0, 0.0, 1.0))
        size = min(max(size * ZOOM_PER_NOTCH**zoom, 0.4), 4.0)
        self.turns[self.view] = (yaw - dx_px * RADIANS_PER_PIXEL, pitch + dy_px * RADIANS_PER_PIXEL, size)

    def _project(self, point_m: ArrayLike) -> tuple[float, float] | None:
        return None if self.camera is None else self.camera.share(point_m, self.size)

    def _hit(self, x_share: float, y_share: float) -> picking.Hit | None:
        if self.camera is None or self.seen is None or not self.is_field:
            return None
        key = (x_share, y_share, self.seen.tick, self.camera)
        if self._last_hit is None or self._last_hit[0] != key:
            ray = self.camera.ray((x_share * self.size[0], y_share * self.size[1]), self.size)
            self._last_hit = (key, picking.hit(self.body, self.seen, *ray))
        return self._last_hit[1]

    def pick(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return the place (u, v) [mm] of the trunk under a place of the view, or None."""
        found = self._hit(x_share, y_share)
        return None if found is None else (round(1e3 * found.u_m, 2), round(1e3 * found.v_m, 2))

    def surface(self, x_share: float, y_share: float) -> str:
        """Return what lies under a place of the view: "skin", "fascia" or "pump"."""
        found = self._hit(x_share, y_share)
        return "skin" if found is None else found.surface

    def pick_catheter(self, x_share: float, y_share: float) -> tuple[float, float] | None:
        """Return (mm from the tip, mm outside the fascia) of the catheter under a place of the view, or None."""
        if self.camera is None or self.seen is None or not self.is_field:
            return None
        pixel = (x_share * self.size[0], y_share * self.size[1])
        found = picking.catheter_hit(self.seen, self.body, self.camera, pixel, self.size)
        return None if found is None else (1e3 * found[0], 1e3 * found[1])

    def _skin(self, u_mm: float, v_mm: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        return _skin_at(self.body, round(u_mm, 1), round(v_mm, 1))

    def still(self, seen: Observation, view: str, size: tuple[int, int]) -> moderngl.Texture:
        """Return a new texture with a past moment."""
        pixels = self.renderer.picture(frame_from(seen, self.body, view), camera_for(view, seen, self.body), size)
        height, width, _ = pixels.shape
        return self.renderer.ctx.texture((width, height), 3, np.ascontiguousarray(pixels[::-1]).tobytes(), alignment=1)


@lru_cache(maxsize=4096)
def _skin_at(body: Anatomy, u_mm: float, v_mm: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    point, normal = anatomy.roll(body.trunk, u_mm * 1e-3, v_mm * 1e-3)
    return (float(point[0]), float(point[1]), float(point[2])), (float(normal[0]), float(normal[1]), float(normal[2]))
