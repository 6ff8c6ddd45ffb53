"""The wall between the game and Dear ImGui: context, fonts, event bridge, addresses, audit.

Nothing outside `game/hud` imports imgui. A `Gui` draws one frame at a time; while it draws, every
widget publishes its address: `rects` (pixel box), `texts` (words), `states` (state word) and `anchors`
(pixel of a named 3D point). The automated driver, the tutor's spotlight, keyboard focus and the audit
all read these four tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import moderngl
import numpy as np
import pygame
from imgui_bundle import __file__ as _bundle_file
from imgui_bundle import imgui, implot
from numpy.typing import NDArray

from game.hud import theme
from game.input import bindings
from game.input.intent import Intent

FONTS = os.path.join(os.path.dirname(_bundle_file), "assets", "fonts")
Box = tuple[float, float, float, float]
SHORT_KEYS = {"Return": "Enter", "Escape": "Esc", "PageDown": "PgDn", "PageUp": "PgUp"}
MOST_EXTENTS = 4096  # of words kept; the numbers shown change without end
LEAST_BASE = (640.0, 360.0)  # base pixels: the smallest screen the layouts are made for, 1280x720 at 200 %

_EDIT_KEYS = {
    pygame.K_BACKSPACE: imgui.Key.backspace, pygame.K_DELETE: imgui.Key.delete, pygame.K_LEFT: imgui.Key.left_arrow,
    pygame.K_RIGHT: imgui.Key.right_arrow, pygame.K_UP: imgui.Key.up_arrow, pygame.K_DOWN: imgui.Key.down_arrow,
    pygame.K_HOME: imgui.Key.home, pygame.K_END: imgui.Key.end, pygame.K_RETURN: imgui.Key.enter,
    pygame.K_a: imgui.Key.a, pygame.K_c: imgui.Key.c, pygame.K_v: imgui.Key.v, pygame.K_x: imgui.Key.x,
}  # fmt: skip


@lru_cache(maxsize=512)
def rgba(colour: str, alpha: float = 1.0) -> imgui.ImVec4:
    """Return a hex triplet as an ImGui colour (always the same object: not to be written to)."""
    return imgui.ImVec4(*(int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)), alpha)


@lru_cache(maxsize=512)
def u32(colour: str, alpha: float = 1.0) -> int:
    """Return a hex triplet as a packed draw-list colour."""
    return int(imgui.color_convert_float4_to_u32(rgba(colour, alpha)))


class Gui:
    """Owns the ImGui context of one window and the address tables of the frame being drawn."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], scale: float = 1.0) -> None:
        self.ctx, self.size, self.scale = ctx, (int(size[0]), int(size[1])), float(scale)
        self.rects: dict[str, Box] = {}
        self.texts: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.anchors: dict[str, tuple[float, float]] = {}
        self.spots: dict[str, Callable[[float, float], tuple[float, float] | None]] = {}
        self.focusable: list[str] = []
        self.twice: set[str] = set()
        self.clipped: set[str] = set()
        self.held: set[str] = set()
        self.focus: str | None = None
        self.editing: tuple[str, str] | None = None  # number field being typed into, and its words
        self.edit_is_new = False
        self.focus_hold = False
        self._focus_moved = False
        self.in_list = False  # inside something that scrolls
        self.covered = False  # an overlay is open: what lies under it is drawn but has no addresses
        self.is_drawing = False
        self.ground = theme.BACKDROP  # what the window is cleared to under the panels; a screen may choose in each frame
        self.n_frames = 0
        self.dt_s = 1 / 60  # set by the loop before each frame
        self._font: tuple[str | float, str] = ("body", "body")
        self._extents: dict[tuple[str, str | float, str], tuple[float, float]] = {}
        self._out: list[Intent] = []
        self._pressed_by_key: str | None = None
        self.sliders: set[str] = set()
        self.bindings, self.is_pad_used = bindings.Bindings(), False  # set by the app, for the keys shown on controls
        self._nudged: tuple[str | None, float] = ("", 0.0)
        self._imgui = imgui.create_context()
        self._implot = implot.create_context()
        self.io = imgui.get_io()
        self.io.set_ini_filename("")
        if not imgui.backends.opengl3_init("#version 330"):
            raise RuntimeError("Dear ImGui could not start its OpenGL 3.3 backend; update the graphics driver")
        self.faces = {name: self._face(file) for name, file in (
            ("body", "Roboto/Roboto-Regular.ttf"), ("bold", "Roboto/Roboto-Bold.ttf"), ("mono", "Inconsolata-Medium.ttf"),
        )}  # fmt: skip
        self.resize(size, scale)

    def _face(self, file: str) -> Any:
        face = self.io.fonts.add_font_from_file_ttf(f"{FONTS}/{file}", 16.0)
        icons = imgui.ImFontConfig()
        icons.merge_mode = True
        self.io.fonts.add_font_from_file_ttf(f"{FONTS}/Font_Awesome_6_Free-Solid-900.otf", 13.0, icons)
        return face

    def resize(self, size: tuple[int, int], scale: float) -> None:
        """Take a new window size [px] and interface scale."""
        self.size, self.scale = (int(size[0]), int(size[1])), float(scale)
        self.io.display_size = imgui.ImVec2(*map(float, self.size))
        self._style()

    def _style(self) -> None:
        self._extents.clear()
        style = imgui.get_style()
        imgui.style_colors_dark()
        style.font_size_base, style.font_scale_dpi = theme.SIZE["body"], self.scale
        px = self.px
        style.window_rounding = style.popup_rounding = 0
        style.child_rounding = style.frame_rounding = px(theme.RADIUS)
        style.window_border_size, style.child_border_size, style.frame_border_size = 0, 1, 0
        style.frame_padding = imgui.ImVec2(px(12), px(7))
        style.item_spacing = imgui.ImVec2(px(8), px(8))
        style.window_padding = imgui.ImVec2(px(theme.PAD), px(12))
        style.cell_padding = imgui.ImVec2(px(8), px(5))
        style.scrollbar_size = px(10)
        colours = {
            "window_bg": theme.PANEL, "child_bg": theme.CARD, "popup_bg": theme.CARD, "border": theme.LINE,
            "text": theme.INK, "text_disabled": theme.INK_SOFT, "frame_bg": theme.FIELD, "button": theme.FIELD,
            "button_hovered": "2d3f4b", "button_active": "35586b", "header": "22394a", "separator": theme.LINE,
            "slider_grab": theme.MARK["now"], "check_mark": theme.MARK["now"], "tab": theme.FIELD,
        }  # fmt: skip
        for key, value in colours.items():
            style.set_color_(getattr(imgui.Col_, key), rgba(value))
        plot = implot.get_style()
        plot.plot_padding, plot.plot_border_size = imgui.ImVec2(px(8), px(8)), 0
        for key, value, alpha in (
            ("frame_bg", theme.PANEL, 0.0), ("plot_bg", theme.BACKDROP, 1.0), ("axis_grid", theme.LINE, 0.8),
            ("axis_text", theme.INK_SOFT, 1.0), ("legend_bg", theme.PANEL, 0.85), ("legend_border", theme.LINE, 0.0),
            ("title_text", theme.INK, 1.0), ("legend_text", theme.INK, 1.0), ("inlay_text", theme.INK, 1.0),
        ):  # fmt: skip
            if hasattr(implot.Col_, key):
                plot.set_color_(getattr(implot.Col_, key).value, rgba(value, alpha))

    def scale_for(self, wanted: float) -> float:
        """Return the interface scale nearest to the wanted one at which a screen still fits the window."""
        return max(min(wanted, self.size[0] / LEAST_BASE[0], self.size[1] / LEAST_BASE[1]), 0.3)

    @property
    def base_size(self) -> tuple[float, float]:
        """Window size in base pixels (the effective width and height)."""
        return self.size[0] / self.scale, self.size[1] / self.scale

    def px(self, value: float) -> float:
        """Return base pixels as window pixels; every fixed size goes through here."""
        return value * self.scale

    @contextmanager
    def font(self, size: str | float = "body", face: str = "body") -> Iterator[None]:
        """Draw the enclosed text in a named size and face."""
        outer, self._font = self._font, (size, face)
        imgui.push_font(self.faces[face], theme.SIZE[size] if isinstance(size, str) else size)
        yield
        imgui.pop_font()
        self._font = outer

    def extent(self, words: str, size: str | float | None = None, face: str = "body") -> tuple[float, float]:
        """Return width and height of words [px] in a size and face, or in those in use; measured once for each scale."""
        key = (words, *(self._font if size is None else (size, face)))
        if key not in self._extents:
            if len(self._extents) >= MOST_EXTENTS:
                self._extents.clear()
            with self.font(*key[1:]):
                found = imgui.calc_text_size(words)
            self._extents[key] = float(found.x), float(found.y)
        return self._extents[key]

    # --- addresses ----------------------------------------------------------------------------

    def mark(self, address: str | None, words: str = "", state: str = "", focusable: bool = False) -> None:
        """Publish the widget just drawn under an address."""
        if not address:
            return
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        x0, y0, x1, y1 = low.x, low.y, high.x, high.y
        at, size = imgui.get_window_pos(), imgui.get_window_size()
        if self.in_list:  # only what is in sight of a list has a box
            if self.focus == address and self._focus_moved:
                imgui.set_scroll_here_y(0.5)
            if min(y1, at.y + size.y) - max(y0, at.y) < theme.FLOOR * self.scale:
                if focusable and not self.covered:
                    self.focusable.append(address)
                return
            y0, y1 = max(y0, at.y), min(y1, at.y + size.y)
        elif (y1 > at.y + size.y + 1 or x1 > at.x + size.x + 1) and not self.covered:
            self.clipped.add(f"{address} leaves its panel by {max(y1 - at.y - size.y, x1 - at.x - size.x):.0f}")
        self.place(address, x0, y0, x1 - x0, y1 - y0, words, state, focusable)

    def place(
        self, address: str, x: float, y: float, w: float, h: float, words: str = "", state: str = "", focusable: bool = False
    ) -> None:
        """Publish a pixel box under an address."""
        if self.covered:
            return
        if address in self.rects:
            self.twice.add(address)
        self.rects[address] = (x, y, x + w, y + h)
        if words:
            self.texts[address] = words
        if state:
            self.states[address] = state
        if focusable:
            self.focusable.append(address)
            if self.focus == address:
                self._focus_ring(x, y, w, h)

    def _focus_ring(self, x: float, y: float, w: float, h: float) -> None:
        draw = imgui.get_foreground_draw_list()
        draw.add_rect((x - self.px(2), y - self.px(2)), (x + w + self.px(2), y + h + self.px(2)),
                      u32(theme.MARK["warn"]), self.px(theme.RADIUS), self.px(2.5))  # fmt: skip

    def say(self, address: str, words: str, state: str = "") -> None:
        """Publish words (and a state word) that have no box of their own."""
        if self.covered:
            return
        self.texts[address] = words
        if state:
            self.states[address] = state

    def anchor(self, address: str, x: float, y: float) -> None:
        """Publish the pixel of a named 3D point."""
        self.anchors[address] = (x, y)

    def spot_of(self, address: str) -> tuple[float, float] | None:
        """Return the pixel of a named 3D point: "at.hub", or a place in mm as "at.skin(12.5,-30)"."""
        if address in self.anchors:
            return self.anchors[address]
        name, _, rest = address.partition("(")
        if name not in self.spots or not rest.endswith(")"):
            return None
        u, v = (float(part) for part in rest[:-1].split(","))
        return self.spots[name](u, v)

    def fits(self, words: str) -> None:
        """Note text that leaves its panel or card."""
        if self.covered:
            return
        high, at, size = imgui.get_item_rect_max(), imgui.get_window_pos(), imgui.get_window_size()
        if high.x > at.x + size.x + 1 or (high.y > at.y + size.y + 1 and not self.in_list):
            self.clipped.add(f'text "{words[:40]}" leaves its box')

    # --- intents ------------------------------------------------------------------------------

    def emit(self, address: str, kind: str = "press", amount: float = 0.0, text: str = "") -> None:
        """Hand an intent to whoever asked for this frame."""
        if not self.covered:
            self._out.append(Intent(address, kind, amount, text))

    def taken(self) -> list[Intent]:
        """Return the intents of this frame so far and forget them."""
        out, self._out = self._out, []
        return out

    def key_hit(self, address: str) -> bool:
        """Return whether the focused widget was activated from the keyboard in this frame."""
        return self._pressed_by_key == address and not self.covered

    # --- input --------------------------------------------------------------------------------

    def event(self, event: pygame.event.Event) -> None:
        """Feed one pygame event to ImGui."""
        if event.type == pygame.MOUSEMOTION:
            self.io.add_mouse_pos_event(*map(float, event.pos))
        elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and event.button <= 3:
            self.io.add_mouse_pos_event(*map(float, event.pos))
            self.io.add_mouse_button_event({1: 0, 2: 2, 3: 1}[event.button], event.type == pygame.MOUSEBUTTONDOWN)
            self.focus = None
        elif event.type == pygame.MOUSEWHEEL:
            self.io.add_mouse_wheel_event(float(event.x), float(event.y))
        elif event.type == pygame.TEXTINPUT:
            self.io.add_input_characters_utf8(event.text)
        elif event.type in (pygame.KEYDOWN, pygame.KEYUP):
            down = event.type == pygame.KEYDOWN
            self.io.add_key_event(imgui.Key.mod_ctrl, bool(event.mod & pygame.KMOD_CTRL))
            self.io.add_key_event(imgui.Key.mod_shift, bool(event.mod & pygame.KMOD_SHIFT))
            if event.key in _EDIT_KEYS:
                self.io.add_key_event(_EDIT_KEYS[event.key], down)
            self._focus_key(event, down)
        elif event.type == pygame.WINDOWLEAVE:
            self.io.add_mouse_pos_event(-1e5, -1e5)

    def _focus_key(self, event: pygame.event.Event, down: bool) -> None:
        if event.key == pygame.K_TAB and down and not self.wants_text:
            step = -1 if event.mod & pygame.KMOD_SHIFT else 1
            self.move_focus(step)
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER) and self.focus and not self.wants_text:
            self._pressed_by_key = self.focus if down else None
            self.focus_hold = down

    def move_focus(self, step: int) -> None:
        """Move the keyboard focus along the addresses of the last frame."""
        order = self.focusable
        if not order:
            return
        at = order.index(self.focus) + step if self.focus in order else (0 if step > 0 else len(order) - 1)
        self.focus = order[at % len(order)]
        self._focus_moved = True

    def move_focus_toward(self, dx: int, dy: int) -> None:
        """Move the focus to the nearest control right, left, up or down (dy = 1 is up); along the order if none lies there."""
        found = toward(self.rects, self.focusable, self.focus, dx, dy)
        if found is None:
            self.move_focus(1 if dx > 0 or dy < 0 else -1)
        else:
            self.focus, self._focus_moved = found, True

    def press_focus(self, is_down: bool) -> None:
        """Press or let go the control that has the focus, as Enter does."""
        self._pressed_by_key = self.focus if is_down else None
        self.focus_hold = is_down

    def shown_key(self, address: str, key: str) -> str | None:
        """Return what to show as the key of a control: as bound, and the pad's button while a pad is in use."""
        if address not in bindings.bindable():
            return None if self.is_pad_used else key
        bound = self.bindings.pad(address) if self.is_pad_used else self.bindings.key(address)
        return key if bound == bindings.default_key(address) else (SHORT_KEYS.get(bound, bound) or None)

    def nudge(self, amount: float) -> bool:
        """Move the slider that has the focus by steps; return whether one has it."""
        if self.focus not in self.sliders:
            return False
        self._nudged = (self.focus, amount)
        return True

    def nudged(self, address: str) -> float:
        """Return by how many steps a slider was moved by keys or pad since the last frame."""
        self.sliders.add(address)
        return self._nudged[1] if self._nudged[0] == address and not self.covered else 0.0

    @property
    def pointer(self) -> tuple[float, float]:
        """Where the interface has the mouse [px]: behind where it is while input of frames that were not drawn waits its turn."""
        return self.io.mouse_pos.x, self.io.mouse_pos.y

    @property
    def wants_text(self) -> bool:
        """Whether a text field has the keyboard."""
        return bool(self.io.want_text_input)

    # --- frame --------------------------------------------------------------------------------

    def frame(self, draw: Callable[[Gui], list[Intent]]) -> list[Intent]:
        """Draw one frame to the window and return the intents of its widgets."""
        self.ctx.screen.use()
        self.ctx.viewport = (0, 0, *self.size)
        self.ground = theme.BACKDROP
        self.io.delta_time = min(max(self.dt_s, 1e-4), 0.25)
        imgui.backends.opengl3_new_frame()
        imgui.new_frame()
        self.rects, self.texts, self.states, self.anchors = {}, {}, {}, {}
        self.spots = {}
        self.focusable, self.twice, self.clipped, self.held = [], set(), set(), set()
        self.sliders = set()
        self.covered, self._out = False, []
        self.is_drawing = True
        try:
            intents = draw(self)
        finally:
            self.is_drawing = False
        self._pressed_by_key, self._focus_moved, self._nudged = None, False, ("", 0.0)
        imgui.render()
        ground = rgba(self.ground)
        self.ctx.clear(ground.x, ground.y, ground.z)
        imgui.backends.opengl3_render_draw_data(imgui.get_draw_data())
        self.n_frames += 1
        return intents

    def picture(self) -> NDArray[np.uint8]:
        """Return the window's pixels (h, w, 3), row 0 at the top."""
        self.ctx.finish()
        flat = np.frombuffer(self.ctx.screen.read((0, 0, *self.size), components=3, alignment=1), np.uint8)
        return flat.reshape(self.size[1], self.size[0], 3)[::-1].copy()

    def texture(self, pixels: NDArray[np.uint8]) -> moderngl.Texture:
        """Return a texture of an (h, w, 3) picture, row 0 at the top (show it with `flip=False`)."""
        data = np.ascontiguousarray(pixels).tobytes()
        return self.ctx.texture((pixels.shape[1], pixels.shape[0]), 3, data, alignment=1)

    def forget(self) -> None:
        """Let go of the ImGui context after the GL context was lost: nothing of it is asked of the device."""
        try:
            imgui.backends.opengl3_shutdown()
        except RuntimeError:
            pass
        implot.destroy_context(self._implot)
        imgui.destroy_context(self._imgui)

    def close(self) -> None:
        """Release the ImGui context (before the GL context goes)."""
        imgui.backends.opengl3_shutdown()
        implot.destroy_context(self._implot)
        imgui.destroy_context(self._imgui)


def toward(rects: Mapping[str, Box], order: Sequence[str], start: str | None, dx: int, dy: int) -> str | None:
    """Return the control nearest to `start` in a direction, or None; sideways distance counts double.

    Up and down inside a list go on to the line that is scrolled out of sight.
    """
    if start not in rects and start not in order:
        return next((a for a in order if a in rects), None)
    if dy and start in order and 0 <= (after := order.index(start) - dy) < len(order) and order[after] not in rects:
        return order[after]
    if start not in rects:
        return None
    x0, y0, x1, y1 = rects[start]
    best, least = None, float("inf")
    for address in order:
        if address == start or address not in rects:
            continue
        a0, b0, a1, b1 = rects[address]
        away, across = ((a0 + a1 - x0 - x1) * dx, max(b0 - y1, y0 - b1, 0.0)) if dx else ((y0 + y1 - b0 - b1) * dy, max(a0 - x1, x0 - a1, 0.0))
        centred = abs(b0 + b1 - y0 - y1) if dx else abs(a0 + a1 - x0 - x1)
        is_beyond = (a0 >= x1 - 2 or a1 <= x0 + 2) if dx else (b0 >= y1 - 2 or b1 <= y0 + 2)
        if away > 0.0 and is_beyond and (far := away / 2.0 + 2.0 * across + 0.1 * centred) < least:
            best, least = address, far
    return best


def audit(gui: Gui) -> list[str]:
    """Return what is wrong with the last frame: small, off screen, overlapping, twice, clipped."""
    bad = [f"{address}: used twice" for address in sorted(gui.twice)] + sorted(gui.clipped)
    items = [(a, b) for a, b in gui.rects.items() if not a.startswith("view.")]
    least = theme.FLOOR * gui.scale - 0.5
    for address, (x0, y0, x1, y1) in items:
        if y1 - y0 < least or x1 - x0 < least:
            bad.append(f"{address}: small {x1 - x0:.0f}x{y1 - y0:.0f}")
        if x0 < -1 or y0 < -1 or x1 > gui.size[0] + 1 or y1 > gui.size[1] + 1:
            bad.append(f"{address}: off screen")
    for i, (a, p) in enumerate(items):
        for b, q in items[i + 1 :]:
            if b.startswith(a + ".") or a.startswith(b + "."):
                continue
            w, h = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
            if w > 2 and h > 2:
                bad.append(f"{a} overlaps {b} by {w:.0f}x{h:.0f}")
    return bad
