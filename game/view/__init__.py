"""The picture: an observation becomes plain draw items, the renderer turns them into pixels.

>>> renderer = Renderer(ctx, anatomy, preset="auto", progress=None)      # bakes or loads meshes
>>> frame = frame_from(observation, anatomy, BACK, SceneOptions())       # pure
>>> camera = camera_for(BACK, observation, anatomy)                      # or camera.orbited(yaw, pitch, zoom)
>>> texture = renderer.draw(frame, camera, (w, h))                       # moderngl texture, row 0 at the bottom
>>> rgb = renderer.picture(frame, camera, (w, h))                        # (h, w, 3) uint8, row 0 at the top
>>> texture, dose_mgy_cm2 = renderer.pulse(frame, CArm(orbit_rad=0.0), size=512)
>>> rgb, dose_mgy_cm2 = renderer.pulse_picture(frame, c_arm, 512)
>>> pixels = camera.project(points_m, (w, h))                            # (n, 2), x right, y down
>>> origin_m, direction = camera.ray((x, y), (w, h))                     # to pick a point of the skin
>>> pixels = project_beam(c_arm, points_m, 512)                          # on the fluoroscope

Views: PLAN, BACK, INSIDE, POCKET, IMPLANT, REFILL; AXIAL and CORNER cut-aways beside INSIDE; THEATRE, the whole room
(SceneOptions.c_arm says where the C-arm stands); PATIENT and FRONT, the clothed patient. With SceneOptions.has_labels
a cut-away has `frame.labels`, and `placed_labels(frame.labels, camera, size)` puts the words beside the picture. SceneOptions.may_see_inside = False is for levels of help without insight: cut-aways
raise ValueError, PLAN and IMPLANT show the clothed body. SceneOptions.field overrides what `field_of(observation)` reads.
`draw` may return a smaller texture than asked for in the software preset: stretch it over the view.
"""

from __future__ import annotations

from game.view.camera import Camera
from game.view.field import FieldState, field_of
from game.view.frame import CArm, Frame, Label
from game.view.labels import PlacedLabel
from game.view.labels import placed as placed_labels
from game.view.passes.fluoro import project as project_beam
from game.view.renderer import Renderer, choose_preset
from game.view.scene import SceneOptions, frame_from
from game.view.views import (
    AXIAL, BACK, CORNER, FRONT, IMPLANT, INSIDE, PATIENT, PLAN, POCKET, REFILL, THEATRE, VIEWS, camera_for,
)  # fmt: skip

__all__ = [
    "AXIAL",
    "BACK",
    "CORNER",
    "FRONT",
    "IMPLANT",
    "INSIDE",
    "PATIENT",
    "PLAN",
    "POCKET",
    "REFILL",
    "THEATRE",
    "VIEWS",
    "CArm",
    "Camera",
    "FieldState",
    "Frame",
    "Label",
    "PlacedLabel",
    "Renderer",
    "SceneOptions",
    "camera_for",
    "choose_preset",
    "field_of",
    "frame_from",
    "placed_labels",
    "project_beam",
]
