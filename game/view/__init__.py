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

Views: PLAN, BACK, INSIDE, POCKET, IMPLANT, REFILL. `frame.landmarks_m` holds named points for labels.
`draw` may return a smaller texture than asked for in the software preset: stretch it over the view.
"""

from __future__ import annotations

from game.view.camera import Camera
from game.view.frame import CArm, Frame
from game.view.passes.fluoro import project as project_beam
from game.view.renderer import Renderer, choose_preset
from game.view.scene import SceneOptions, frame_from
from game.view.views import BACK, IMPLANT, INSIDE, PLAN, POCKET, REFILL, VIEWS, camera_for

__all__ = [
    "BACK",
    "IMPLANT",
    "INSIDE",
    "PLAN",
    "POCKET",
    "REFILL",
    "VIEWS",
    "CArm",
    "Camera",
    "Frame",
    "Renderer",
    "SceneOptions",
    "camera_for",
    "choose_preset",
    "frame_from",
    "project_beam",
]
