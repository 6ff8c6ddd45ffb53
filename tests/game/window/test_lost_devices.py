"""A window that is resized, put away, left, robbed of its graphics, sound or pad: no crash, no lost case."""

from __future__ import annotations


import moderngl
import pygame
import pytest


@pytest.fixture
def played(opened):
    app, d = opened()
    app.begin("refill_routine_adult", "assisted", 0)
    d.frames(2)
    d.click("rail.template")
    d.click("panel.act")
    d.click("template.feel")
    d.click("rail.needle")
    d.key("Return")
    return app, d


def test_any_size_from_640_by_400_up_is_drawn_whole_and_the_case_goes_on(played, check_log):
    app, d = played
    for size in ((640, 400), (1920, 1080), (700, 900), (1024, 480), (0, 0), (300, 200), (1280, 720)):
        d._post(pygame.WINDOWRESIZED, x=size[0], y=size[1])
        d.frames(3)
        if min(size) >= 400:
            assert d.gui.size == size and d.audit() == [], size
    assert d.hold_key("W", lambda: d.text("feel.word") == "Hard stop", 12.0)
    app.to_debrief()
    check_log()


def test_a_lost_graphics_context_is_made_anew_with_films_and_the_same_world(played, check_log):
    app, d = played
    d.key("Space")
    d.frames(2)
    film = app.host.camerawork._films["ap"].read()
    before, ticks = app.host.session.state_hash(), app.n_ticks
    old = d.loop.window.ctx
    d._post(pygame.RENDER_DEVICE_RESET)
    d.frames(2)
    assert d.loop.n_renewed == 1 and d.loop.window.ctx is not old and app.library.ctx is d.loop.window.ctx
    assert app.host.camerawork._films["ap"].read() == film
    assert app.screen == "play" and app.n_ticks > ticks and before
    assert d.hold_key("W", lambda: d.text("feel.word") == "Hard stop", 12.0)
    picture = d.gui.picture()
    assert picture.std() > 10.0
    app.to_debrief()
    check_log()


def test_an_error_while_drawing_is_cured_once_and_twice_at_once_ends_with_the_record_kept(played, check_log, monkeypatch):
    from game.window import NoWindow

    app, d = played
    flip, left = d.loop.window.flip, [1]

    def gone():
        if left[0] > 0:
            left[0] -= 1
            raise pygame.error("GL context lost")
        flip()

    monkeypatch.setattr(type(d.loop.window), "flip", lambda self: gone())
    d.frames(3)
    assert d.loop.n_renewed == 1 and app.host is not None
    left[0] = 9
    with pytest.raises((NoWindow, pygame.error, moderngl.Error), match="lost"):
        d.frames(3)
    left[0] = 0
    app.host.close()
    check_log()


def test_sound_gone_pad_gone_focus_gone_put_away_nothing_is_lost(played, check_log):
    app, d = played
    d._post(pygame.AUDIODEVICEREMOVED, which=0, iscapture=0)
    d.frames(2)
    assert "Sound device gone" in app.said
    d.plug()
    d._axis("rt", 0.8)
    d.pass_frames(20)
    d.plug(False)
    assert app.overlay == "pause" and "unplugged" in app.pause_note
    ticks = app.n_ticks
    d.frames(10)
    assert app.n_ticks == ticks
    d.click("pause.resume")
    d._post(pygame.KEYDOWN, key=pygame.K_w, mod=0, unicode="", scancode=0)
    d.frames(4)
    d._post(pygame.WINDOWFOCUSLOST)
    d.pass_frames(48)  # the spring of the hand comes to rest
    depth = app.host.observation.refill.depth_m
    d.pass_frames(64)
    assert app.host.observation.refill.depth_m == pytest.approx(depth, abs=2e-4)
    d._post(pygame.WINDOWMINIMIZED)
    d.frames(3)
    d._post(pygame.WINDOWRESTORED)
    d.frames(3)
    d.click("pause.resume")
    d.plug()
    assert d.hold_pad("rt", 0.6, lambda: d.text("feel.word") == "Hard stop", 12.0)
    app.to_debrief()
    check_log()
