"""The mouse at the patient: drags, clicks and holds in the picture, where a command of a plan says on the trunk.

Each method of `AtPatient` does one command with the tool that a hand would take, and returns whether it could be done so;
what lies out of sight is left to the buttons. What is sent in the end is what the pixels meant, not the plan's numbers.
"""

from __future__ import annotations

import math
from typing import Any

import pygame

from game.driver import Driver
from game.input.hands import tool_in_hand
from game.instruments.procedure import PROCEDURES

Spot = tuple[float, float]
NEAR_MM, FAR_MM = 0.6, 4.0  # a pointer is put so near to a place; farther off, the place is out of sight
PIECE_MM = 15.0  # between the motions of a drag
BITE_MM = 3.0  # from the middle of a stitch to where the needle goes in and out
WHOLE_COVER, PAINT_TICKS = 0.98, 16
TIE_S = 0.75
BITE_TICKS = 48
FAR_NOTCHES = 6  # of the wheel, to see the whole field from farther away
STEPS = {"MarkSkin": "mark", "PrepStroke": "mark", "SweepPocket": "pocket", "PlacePump": "pump", "PlaceNewPump": "pump", "CoilSlack": "pump", "SuturePump": "pump",
         "SutureLayer": "close", "LayLoop": "anchor", "PlaceNeedle": "needle"}  # fmt: skip
TOOLS = {"MarkSkin": "marker", "PrepStroke": "sponge", "CutSkin": "knife", "Dab": "swab", "Cauterise": "diathermy", "SweepPocket": "finger",
         "PlacePump": "pump", "PlaceNewPump": "pump", "CoilSlack": "fingers", "SuturePump": "silk", "SutureLayer": "suture", "LayLoop": "disc",
         "PlaceNeedle": "needle"}  # fmt: skip
WOUNDS = {"lumbar": ("open", "needle"), "pocket": ("pocket",)}  # in which step a wound is worked at; "open": in later operations


class AtPatient:
    """Does commands in the picture for `ByHand` (`by`)."""

    def __init__(self, by: Any, app: Any, d: Driver) -> None:
        self.by, self.app, self.d = by, app, d
        self.rest: list[tuple[Spot, Spot, str]] = []  # strokes of the sponge that the other side will see
        self.untied: tuple[str, str] | None = None  # wound and layer whose stitches wait for their knot
        self.wound = "lumbar"
        self.n_done: dict[str, int] = {}

    def does(self, command: Any) -> bool:
        """Do a command in the picture if there is a way and it is in sight."""
        name = type(command).__name__
        way = getattr(self, f"_{name}", None)
        self._finish(name, command)
        if name == "CutSkin":
            self.wound = command.wound
        step = self._step_for(name) if way is not None else ""
        if way is None or not step:
            return False
        self.by._go(step)
        is_done = bool(way(command))
        if is_done:
            self.n_done[name] = self.n_done.get(name, 0) + 1
        return is_done

    def _step_for(self, name: str) -> str:
        """Return the step of this operation that has the tool on its tray, "" where none has it."""
        having = [step.key for step in PROCEDURES[self.app.hands.procedure] if TOOLS[name] in step.tools]
        usual = (STEPS[name],) if name in STEPS else WOUNDS[self.wound]
        return next((key for key in (*usual, *having) if key in having), "")

    def _finish(self, name: str, command: Any) -> None:
        """Before other work: paint what the other side of the patient shows, tie what is sewn."""
        if self.rest and name != "PrepStroke":
            self.d.wheel("view", FAR_NOTCHES)
            self.d.key("Y")
            self.d.wheel("view", -FAR_NOTCHES)
            self.d.frames(3)
            for stroke in self.rest:
                self._wipe(*stroke)
            self.d.wheel("view", FAR_NOTCHES)
            self.rest = []
            if self.app.host.observation.field.prep_cover < WHOLE_COVER:
                self.by._do("prep.paint")  # what a fold hid
                self.d.pass_frames(PAINT_TICKS)
            self.by.tell(f"painted: {100.0 * self.app.host.observation.field.prep_cover:.0f} %")
        layer = (command.wound, command.layer) if name == "SutureLayer" else None
        if self.untied and self.untied != layer:
            self.d.key("F", TIE_S)
            self.d.frames(2)
            self.untied = None

    # --- pointer ------------------------------------------------------------------------------------

    def _take(self, tool: str) -> None:
        if tool_in_hand(self.app.hands) != tool:
            self.by.show(f"tray.{tool}")
            self.d.click(f"tray.{tool}")
        while self.app.host.observation.tick < self.app.hands.tray.ready_at_tick:
            self.d.pass_tick()

    def _share(self, at: Spot) -> Spot:
        x0, y0, x1, y1 = self.d.gui.rects["view"]
        return (at[0] - x0) / (x1 - x0), (at[1] - y0) / (y1 - y0)

    def aim(self, u_mm: float, v_mm: float) -> tuple[int, int] | None:
        """Return the pixel at which the pointer means a place, None if it is out of sight."""
        goal, asked = (u_mm, v_mm), (u_mm, v_mm)
        best: tuple[float, tuple[int, int]] | None = None
        for _ in range(8):
            spot = self.d.gui.spot_of(f"at.skin({asked[0]:.2f},{asked[1]:.2f})")
            if spot is None:
                break
            pixel = (round(spot[0]), round(spot[1]))
            x, y = self._share(pixel)
            meant = self.app.host.pick(x, y) if 0.0 < x < 1.0 and 0.0 < y < 1.0 else None
            if meant is None:
                break
            off = math.dist(meant, goal)
            if best is None or off < best[0]:
                best = (off, pixel)
            if off < NEAR_MM:
                break
            asked = (asked[0] + goal[0] - meant[0], asked[1] + goal[1] - meant[1])
        return best[1] if best is not None and best[0] < FAR_MM else None

    def _to(self, pixel: tuple[int, int]) -> None:
        at = self.d.at
        self.d._post(pygame.MOUSEMOTION, pos=pixel, rel=(pixel[0] - at[0], pixel[1] - at[1]), buttons=(0, 0, 0), touch=False)
        self.d.at = pixel
        self.d.pass_tick()

    def _press(self, is_down: bool, button: int = 1) -> None:
        self.d._post(pygame.MOUSEBUTTONDOWN if is_down else pygame.MOUSEBUTTONUP, pos=self.d.at, button=button, touch=False)
        self.d.pass_tick()

    def click(self, pixel: tuple[int, int]) -> None:
        """Click a pixel."""
        self._to(pixel)
        self._press(True)
        self._press(False)
        self.d.pass_tick()

    def drag(self, pixels: list[tuple[int, int]], button: int = 1) -> None:
        """Drag over pixels."""
        self._to(pixels[0])
        self._press(True, button)
        for pixel in pixels[1:]:
            self._to(pixel)
        self._press(False, button)
        self.d.pass_tick()

    def _line(self, a: Spot, b: Spot) -> list[tuple[int, int] | None]:
        n = max(math.ceil(math.dist(a, b) / PIECE_MM), 1)
        return [self.aim(a[0] + (b[0] - a[0]) * k / n, a[1] + (b[1] - a[1]) * k / n) for k in range(n + 1)]

    def _drag_line(self, a: Spot, b: Spot) -> bool:
        pixels = self._line(a, b)
        if pixels[0] is None or pixels[-1] is None:
            return False
        self.drag([p for p in pixels if p is not None])  # over a fold the pointer goes on
        return True

    # --- marks, sponge, blade -------------------------------------------------------------------------

    def _site(self, wound: str) -> None:
        if self.app.hands.choices["close.wound"] != wound:
            self.d.key("Y")
        self.d.frames(3)

    def _MarkSkin(self, k: Any) -> bool:
        is_pocket = k.kind == "pocket"
        self._site("pocket" if is_pocket else "lumbar")
        self._take("marker")
        u, v, radius = 1e3 * k.u_m, 1e3 * k.v_m, 1e3 * k.radius_m
        if is_pocket:
            for way in ((0.0, -1.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0)):
                if self._drag_line((u, v), (u + radius * way[0], v + radius * way[1])):
                    return True
            return False
        self.by._set("mark.kind", k.kind)
        pixel = self.aim(u, v)
        if pixel is not None:
            self.click(pixel)
        return pixel is not None

    def _PrepStroke(self, k: Any) -> bool:
        if not self.rest:
            self._site("pocket")
            self._take("sponge")
            self.d.wheel("view", -FAR_NOTCHES)
            self.d.frames(2)
        stroke = ((1e3 * k.u0_m, 1e3 * k.v0_m), (1e3 * k.u1_m, 1e3 * k.v1_m), k.agent)
        if not self._wipe(*stroke):
            self.rest.append(stroke)
        return True

    def _wipe(self, a: Spot, b: Spot, agent: str) -> bool:
        """Wipe what is in sight of a stroke; return whether that was all of it."""
        run: list[tuple[int, int]] = []
        pixels = self._line(a, b)
        for pixel in (*pixels, None):
            if pixel is not None:
                run.append(pixel)
            elif len(run) > 1:
                self.drag(run)
                run = []
            else:
                run = []
        return None not in pixels

    def _CutSkin(self, k: Any) -> bool:
        self.by._set("cut.press", 1e3 * k.depth_m)
        self._take("knife")
        u, v, half = 1e3 * k.u_m, 1e3 * k.v_m, 500.0 * k.length_m
        du, dv = half * math.cos(k.angle_rad), half * math.sin(k.angle_rad)
        return self._drag_line((u - du, v - dv), (u + du, v + dv))

    def _at(self, k: Any, tool: str) -> bool:
        self._take(tool)
        pixel = self.aim(1e3 * k.u_m, 1e3 * k.v_m)
        if pixel is not None:
            self.click(pixel)
        return pixel is not None

    def _Dab(self, k: Any) -> bool:
        return self._at(k, "swab")

    def _Cauterise(self, k: Any) -> bool:
        return self._at(k, "diathermy")

    def _SweepPocket(self, k: Any) -> bool:
        self.by._set("sweep.depth", 1e3 * k.depth_m)
        self._take("finger")
        return self._drag_line((1e3 * k.u0_m, 1e3 * k.v0_m), (1e3 * k.u1_m, 1e3 * k.v1_m))

    # --- needle, loop, pump, stitches -------------------------------------------------------------------

    def _PlaceNeedle(self, k: Any) -> bool:
        """Rest the needle with a click, then turn it to its aim with a drag."""
        self.by._set("needle.length", f"{1e3 * k.length_m:.0f}")
        self._take("needle")
        pixel = self.aim(1e3 * k.u_m, 1e3 * k.v_m)
        if pixel is None:
            return False
        self.click(pixel)
        self.by._do("or.choose_entry")
        for key, goal in (("needle.aim.mid", k.medial_rad), ("needle.aim.head", k.elevation_rad)):
            self._aim_by_drag(key, math.degrees(goal))
        return True

    def _aim_by_drag(self, key: str, goal_deg: float) -> None:
        is_across = key == "needle.aim.mid"
        per_pixel = 0.0
        for pixels in (20, 0, 0):
            now = self.app.hands.values[key]
            if per_pixel:
                pixels = round((goal_deg - now) / per_pixel)
            if abs(goal_deg - now) < 0.3 or not pixels:
                break
            x, y = self.d.centre("view")
            step = (pixels, 0) if is_across else (0, -pixels)
            self.drag([(x, y), *((x + round(step[0] * f / 4), y + round(step[1] * f / 4)) for f in range(1, 5))])
            per_pixel = (self.app.hands.values[key] - now) / pixels or per_pixel
        if abs(goal_deg - self.app.hands.values[key]) >= 0.3:
            self.by._set(key, goal_deg)

    def roll(self, turn_deg: float) -> None:
        """Roll the bevel with the right button: half a degree for a pixel."""
        x, y = self.d.centre("view")
        pixels = round(2.0 * turn_deg)
        self.drag([(x, y), *((x + round(pixels * f / 4), y) for f in range(1, 5))], button=3)

    def _LayLoop(self, k: Any) -> bool:
        self._take("disc")
        seen = self.app.host.observation
        u, v, r = 1e3 * seen.lumbar_u_m, 1e3 * seen.lumbar_v_m, 1e3 * k.radius_m
        return self._drag_line((u, v - r), (u, v + r))

    def _PlacePump(self, k: Any) -> bool:
        self._take("pump")
        pocket = self.app.host.observation.pocket
        u, v = 1e3 * pocket.u_m, 1e3 * pocket.v_m
        return self._drag_line((u, v), (u + 40.0 * math.sin(k.outlet_angle_rad), v + 40.0 * math.cos(k.outlet_angle_rad)))

    _PlaceNewPump = _PlacePump

    def _CoilSlack(self, k: Any) -> bool:
        self._take("fingers")
        pocket = self.app.host.observation.pocket
        u, v = 1e3 * pocket.pump_u_m, 1e3 * pocket.pump_v_m
        return self._drag_line((u, v), (u, v - 1e3 * k.radius_m))

    def _sew(self, u: float, v: float, along_rad: float) -> bool:
        """Needle in on one side of a line, out on the other."""
        du, dv = -BITE_MM * math.sin(along_rad), BITE_MM * math.cos(along_rad)
        ends = self.aim(u - du, v - dv), self.aim(u + du, v + dv)
        for pixel in ends if None not in ends else ():
            self.click(pixel)  # type: ignore[arg-type]
        return None not in ends

    def _SuturePump(self, k: Any) -> bool:
        self._take("silk")
        spot = self.d.gui.spot_of(f"at.pump.loop.{k.loop + 1}")
        if spot is None:
            return False
        x, y = round(spot[0]), round(spot[1])
        if any(self.app.host.pick(*self._share((x + dx, y))) is None for dx in (-4, 4)):
            return False
        before = self.app.host.observation.pocket.n_sutures
        for dx in (-4, 4):
            self._to((x + dx, y))
            self._press(True)
            self.d.pass_frames(BITE_TICKS)  # held long: a deep bite
            self._press(False)
        self.d.key("F", TIE_S)
        return self.app.host.observation.pocket.n_sutures > before  # missed: by its button

    def _SutureLayer(self, k: Any) -> bool:
        if self.untied is None:
            self.by._set("close.wound", k.wound)
            self.by._set("close.layer", k.layer)
            self.d.frames(3)
        self._take("suture")
        cut = next(one for one in self.app.host.observation.field.incisions if one.wound == k.wound)
        if not self._sew(1e3 * k.u_m, 1e3 * k.v_m, cut.angle_rad):
            return False
        self.untied = (k.wound, k.layer)
        return True
