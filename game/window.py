"""The window: pygame with OpenGL 3.3 core, and what to tell the player when there is none."""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass

import moderngl
import pygame

MIN_SIZE = (1280, 720)  # a new window
LEAST_SIZE = (640, 400)  # to which it may be made smaller


class NoWindow(Exception):
    """No picture can be shown; the message says why and what cures it."""


@dataclass(slots=True)
class Window:
    """An open window with its GL context."""

    size: tuple[int, int]
    ctx: moderngl.Context
    is_fullscreen: bool
    notes: tuple[str, ...]  # what is missing (sound, pad), with its cure

    def flip(self) -> None:
        """Show what was drawn."""
        pygame.display.flip()

    def close(self) -> None:
        """Close the window."""
        self.ctx.release()
        pygame.display.quit()


def _attributes() -> None:
    for key, value in (
        (pygame.GL_CONTEXT_MAJOR_VERSION, 3), (pygame.GL_CONTEXT_MINOR_VERSION, 3),
        (pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE),
        (pygame.GL_CONTEXT_FLAGS, pygame.GL_CONTEXT_FORWARD_COMPATIBLE_FLAG),
        (pygame.GL_DOUBLEBUFFER, 1), (pygame.GL_DEPTH_SIZE, 24),
    ):  # fmt: skip
        pygame.display.gl_set_attribute(key, value)


def _no_display_words(error: Exception) -> str:
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return (
            "There is no display. On a machine without one, run `thecal demo SCENARIO --player attending --out DIR`, "
            "or set SDL_VIDEODRIVER=offscreen to draw without a screen."
        )
    return f"OpenGL 3.3 could not be started ({error}). Update the graphics driver, or start with a software renderer (Mesa)."


def _set_mode(size: tuple[int, int], is_fullscreen: bool) -> None:
    flags = pygame.OPENGL | pygame.DOUBLEBUF | pygame.RESIZABLE
    if is_fullscreen:
        flags = pygame.OPENGL | pygame.DOUBLEBUF | pygame.FULLSCREEN
    try:
        pygame.display.set_mode(size, flags, vsync=1)
    except pygame.error:
        pygame.display.set_mode(size, flags)


def open_window(size: tuple[int, int] = (1600, 900), is_fullscreen: bool = False) -> Window:
    """Open the window.

    Raises
    ------
    NoWindow
        If there is no display or no OpenGL 3.3; the message names the cure.
    """
    size = (max(size[0], MIN_SIZE[0]), max(size[1], MIN_SIZE[1]))
    ctx = _opened(size, is_fullscreen)
    notes = []
    if str(ctx.info.get("GL_RENDERER", "")).lower().startswith(("llvmpipe", "softpipe")):
        notes.append("No graphics card in use: pictures are drawn lighter. A graphics driver cures this.")
    return Window(pygame.display.get_window_size(), ctx, is_fullscreen, tuple(notes))


def _opened(size: tuple[int, int], is_fullscreen: bool) -> moderngl.Context:
    try:
        pygame.display.init()
        pygame.key.set_repeat(350, 60)
        _attributes()
        _set_mode(size, is_fullscreen)
        ctx = moderngl.create_context(require=330)
    except Exception as error:  # SDL and GL report a missing driver through several unrelated types
        pygame.display.quit()
        raise NoWindow(_no_display_words(error)) from error
    pygame.display.set_caption("Thecal")
    pygame.key.start_text_input()
    _keep_least_size()
    return ctx


def _keep_least_size() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pygame.Window.from_display_module().minimum_size = LEAST_SIZE
    except (AttributeError, pygame.error):  # older pygame or no window manager: smaller windows are drawn smaller
        pass


def reopen(window: Window) -> None:
    """Give a window a new GL context at the size it has; the old one is gone.

    Raises
    ------
    NoWindow
        If there is no display or no OpenGL 3.3 any more.
    """
    try:
        window.ctx.release()  # moderngl remembers the first context otherwise
    except moderngl.Error:
        pass
    pygame.display.quit()
    window.ctx = _opened(window.size, window.is_fullscreen)
    window.size = pygame.display.get_window_size()


def change_mode(window: Window, size: tuple[int, int], is_fullscreen: bool) -> None:
    """Change size or full screen; the GL context stays."""
    _set_mode(size, is_fullscreen)
    window.size, window.is_fullscreen = pygame.display.get_window_size(), is_fullscreen
