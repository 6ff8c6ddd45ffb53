"""The pointer on the picture: tools touch the patient, the needle is aimed, the camera turns; and what the finger feels."""

from __future__ import annotations

import math
from dataclasses import replace

from game import settings as stored
from game.host import CaseHost
from game.hud.gui import Gui
from game.input.devices import RawInput
from game.input.field_acts import passer_tip
from game.input.intent import Hands, Intent, current_step, tool_in_hand
from game.input.touch import ON_CATHETER, ON_SKIN
from game.instruments import palpation
from game.instruments.procedure import OPERATIONS

Spot = tuple[float, float]
NEEDLES = ("needle", "stylet", "lor")


class PointerFlow:
    """The part of `game.app.App` that turns pointer and wheel over the picture into touches, aims and camera turns."""

    host: CaseHost | None
    hands: Hands
    settings: stored.Settings
    hover_mm: Spot | None = None
    is_fine: bool
    _press: str = ""  # what the button that is down does: "touch", "catheter", "aim", "roll", "orbit"
    _button: str = ""
    _grated_at: tuple[float, float, float] | None = None
    _felt_at: tuple[float, float, float] = (1e9, 1e9, 0.0)

    def _intent(self, intent: Intent) -> None:
        raise NotImplementedError

    def _pointer(self, raw: RawInput, gui: Gui) -> None:
        """Wheel, presses and drags over the picture, by the tool in hand."""
        box = gui.rects.get("view")
        if box is None or self.host is None:
            return
        self._box = box
        if raw.wheel and self._is_inside(raw.pointer):
            self._turn_wheel(raw)
        is_inside = self._is_inside(raw.pointer)
        self.hover_mm = self.host.pick(*self._share(raw.pointer)) if is_inside and not raw.drag_button else None
        if raw.drag_button and not self._button and self._is_inside(raw.drag_from):
            self._button = raw.drag_button
            self._press = self._meaning(raw)
            self._send("down", raw.drag_from)
        if self._button and any(raw.drag):
            self._move(raw)
        if raw.clicked and not self._button and self._is_inside(raw.clicked):  # down and up within one frame
            self._press = self._meaning(raw)
            self._send("down", raw.clicked)
            self._send("click", raw.clicked)
        elif self._button and not raw.drag_button:
            self._send("click" if raw.clicked else "up", raw.clicked or raw.pointer)
            self._button = self._press = ""

    def _is_inside(self, at: Spot) -> bool:
        x0, y0, x1, y1 = self._box
        return x0 <= at[0] < x1 and y0 <= at[1] < y1

    def _share(self, at: Spot) -> Spot:
        x0, y0, x1, y1 = self._box
        return (at[0] - x0) / (x1 - x0), (at[1] - y0) / (y1 - y0)

    def _turn_wheel(self, raw: RawInput) -> None:
        assert self.host is not None
        tool = tool_in_hand(self.hands)
        is_advancing = bool(current_step(self.hands).wheel[0]) and tool not in ("exam", "knife", "swab", "diathermy", "marker", "sponge", "ruler")
        if is_advancing or (tool == "exam" and not raw.is_ctrl):
            self._intent(Intent("view", "wheel", raw.wheel, is_fine=raw.is_ctrl or self.is_fine))
        else:
            self.host.orbit(0.0, 0.0, raw.wheel)

    def _meaning(self, raw: RawInput) -> str:
        """Return what the button that goes down now will do."""
        assert self.host is not None
        step, tool = current_step(self.hands), tool_in_hand(self.hands)
        at = self._share(raw.drag_from if self._button else raw.clicked or raw.drag_from)
        if raw.drag_button == "right":
            return "roll" if step.key == "needle" and self.hands.procedure in OPERATIONS else "orbit"
        if self.hands.procedure not in OPERATIONS:
            return "refill"
        if step.key == "needle" and tool in NEEDLES and self.host.observation.needle.is_placed:
            return "aim"
        if tool in ON_CATHETER and self.host.pick_catheter(*at) is not None:
            return "catheter"
        return "touch" if tool in ON_SKIN and self.host.pick(*at) is not None else "orbit"

    def _move(self, raw: RawInput) -> None:
        assert self.host is not None
        if self._press in ("touch", "catheter"):
            self._send("drag", raw.pointer)
        elif self._press == "roll" or (self._press in ("aim", "refill") and any(current_step(self.hands).drag)):
            self._intent(Intent("view", "drag", raw.drag[0], self._button, raw.drag[1], raw.is_shift or self.is_fine))
        else:
            self.host.orbit(raw.drag[0], raw.drag[1], 0.0)

    def _send(self, kind: str, at: Spot) -> None:
        """Send a touch at a place of the window."""
        assert self.host is not None
        x, y = self._share(at)
        if self._press == "catheter":
            mark = self.host.pick_catheter(x, y)
            if mark is not None:
                self._intent(Intent("touch.catheter", kind, mark[0], other=mark[1]))
            return
        if self._press == "refill":
            self._picked(kind, x, y)
            return
        if self._press == "aim":
            if kind != "click" or self.host.observation.needle.depth_m > 1e-3:
                return
        elif self._press != "touch":
            return
        spot = self.host.pick(x, y)
        if spot is not None:
            self._intent(Intent("touch", kind, spot[0], self.host.surface(x, y), spot[1]))

    def _picked(self, kind: str, x: float, y: float) -> None:
        """A click on the skin sets where the refill needle goes."""
        assert self.host is not None
        spot = self.host.pick(x, y) if kind == "click" and self.hands.step in ("template", "needle") else None
        if spot:
            for key, value in zip(("template.u", "template.v"), spot, strict=True):
                self._intent(Intent(key, "set", value))

    def _feel_passer(self) -> None:
        """Note whether the passer's nose grates on bone where it is now."""
        if self.host is None or self.hands.procedure != "implant" or self.hands.step != "tunnel":
            return
        tip = passer_tip(self.hands) if self.hands.passer_mm > 0.0 else None
        if tip == self._grated_at:
            return
        self._grated_at = tip
        grates = tip is not None and self.host.grates(*tip)
        if grates != self.hands.is_grating:
            words = {"note": "Grates on bone.", "note_tick": self.host.observation.tick} if grates else {}
            self.hands = replace(self.hands, is_grating=grates, **words)

    def _feel_finger(self) -> None:
        """Fill in what the finger feels where it is now, and keep the strip of the last stretch."""
        finger = self.hands.finger
        if not finger.is_down or self.host is None:
            return
        u, v, push = finger.u_mm, finger.v_mm, finger.press_n
        if math.dist(self._felt_at[:2], (u, v)) > 0.5 or push != self._felt_at[2] or not finger.strip:
            hardness = self.host.hardness(u, v, push)
            self._felt_at = (u, v, push)
            strip = (*finger.strip, (finger.slid_mm, hardness))
            strip = tuple(p for p in strip if p[0] >= finger.slid_mm - palpation.STRIP_MM)
            self.hands = replace(self.hands, finger=replace(finger, hardness_n_per_mm=hardness, strip=strip))
