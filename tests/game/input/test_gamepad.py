"""Any make of gamepad folds into the same names; curves, rumble and give follow their laws."""

from __future__ import annotations

import os

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.input import gamepad
from game.input.devices import RawInput, fold
from game.input.hands import Intent
from game.input.steady import Steady

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")


def event(kind, **fields):
    return pygame.event.Event(kind, fields)


def after(*events):
    raw = RawInput()
    for one in events:
        raw = fold(raw, one)
    return raw.pad


def test_a_controller_and_a_plain_joystick_give_the_same_names():
    mapped = after(
        event(pygame.CONTROLLERDEVICEADDED, device_index=0, guid=""),
        event(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=5, value=32767),
        event(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=2, value=-16384),
        event(pygame.CONTROLLERBUTTONDOWN, instance_id=1, button=9),
    )
    plain = after(
        event(pygame.JOYDEVICEADDED, device_index=0, guid=""),
        event(pygame.JOYAXISMOTION, instance_id=1, axis=5, value=1.0),
        event(pygame.JOYAXISMOTION, instance_id=1, axis=3, value=-0.5),
        event(pygame.JOYBUTTONDOWN, instance_id=1, button=4),
    )
    for pad in (mapped, plain):
        assert pad.n_plugged == 1 and pad.is_found
        assert pad.axes["rt"] == 1.0 and pad.axes["rx"] == pytest.approx(-0.5, abs=1e-4)
        assert pad.held == ("RT", "LB")
    assert after(event(pygame.JOYAXISMOTION, instance_id=1, axis=2, value=-1.0)).axes["lt"] == 0.0


def test_a_hat_is_the_d_pad():
    pad = after(event(pygame.JOYHATMOTION, instance_id=1, hat=0, value=(1, 1)))
    assert set(pad.held) == {"Right", "Up"}
    pad = gamepad.fold(pad, event(pygame.JOYHATMOTION, instance_id=1, hat=0, value=(0, 0)))
    assert pad.held == ()


def test_pulled_out_everything_is_let_go():
    pad = after(
        event(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=0, value=32767),
        event(pygame.CONTROLLERBUTTONDOWN, instance_id=1, button=0),
        event(pygame.CONTROLLERDEVICEREMOVED, instance_id=1),
    )
    assert pad.is_lost and pad.held == () and not any(pad.axes.values()) and pad.n_plugged == 0


def test_a_mapped_controller_does_not_count_twice_and_an_unknown_one_counts():
    port = gamepad.Port()
    assert port.accepts(event(pygame.CONTROLLERDEVICEADDED, device_index=99, guid=""))
    port._mapped.add(7)
    assert not port.accepts(event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=1.0))
    assert not port.accepts(event(pygame.JOYDEVICEREMOVED, instance_id=7))
    assert port.accepts(event(pygame.CONTROLLERDEVICEREMOVED, instance_id=7))
    assert port.accepts(event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=1.0))
    port.rumble(0.5, 0.5, 60)  # nothing plugged: nothing happens


def test_numbers_that_no_pad_has_are_left_out():
    pad = after(
        event(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=77, value=5),
        event(pygame.CONTROLLERBUTTONDOWN, instance_id=1, button=200),
        event(pygame.JOYAXISMOTION, instance_id=1, axis=0, value=float("nan")),
    )
    assert pad.held == () and not any(pad.axes.values())


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_stick_is_still_in_its_dead_zone_and_never_faster_than_full(x, y):
    a, b = gamepad.stick(x, y)
    assert (a * a + b * b) ** 0.5 <= 1.0 + 1e-9
    if (x * x + y * y) ** 0.5 <= 0.12:
        assert (a, b) == (0.0, 0.0)


def test_curves_are_those_of_the_tuning_file():
    assert gamepad.stick(0.56, 0.0)[0] == pytest.approx(0.125)  # half of the way past 12 %, cubed
    assert gamepad.trigger(0.525) == pytest.approx(0.25)
    assert gamepad.trigger(0.05) == 0.0 and gamepad.trigger(1.0) == 1.0


def test_rumble_follows_force_and_roughness_and_a_give_is_short_and_strong():
    assert gamepad.rumble_levels(12.0, 0.4, False, 1.0)[:2] == (1.0, 0.4)
    assert gamepad.rumble_levels(6.0, 0.0, False, 1.0)[0] == pytest.approx(0.5**0.7)
    assert gamepad.rumble_levels(6.0, 0.4, True, 1.0) == (0.9, 0.9, 60)
    assert gamepad.rumble_levels(6.0, 0.4, False, 0.0)[:2] == (0.0, 0.0)


def test_a_give_is_a_fall_of_more_than_half_within_six_tenths_of_a_millimetre():
    assert gamepad.gives([30.0, 30.3, 30.5], [6.0, 6.2, 2.0])
    assert not gamepad.gives([30.0, 30.3, 30.5], [6.0, 6.2, 4.0])  # a false loss between muscles
    assert not gamepad.gives([28.0, 30.3, 30.5], [6.0, 2.0, 2.0])  # too far back
    assert not gamepad.gives([1.0, 1.1], [0.6, 0.1])


def test_a_steady_hand_delays_and_keeps_the_whole_amount():
    steady, out = Steady(), []
    for k in range(80):
        given_now = [Intent("view", "wheel", 1.0), Intent("other")] if k == 0 else []
        out.append(steady.smoothed(given_now, 120.0))
    assert Intent("other") in out[0]
    amounts = [sum(i.amount for i in tick if i.kind == "wheel") for tick in out]
    assert sum(amounts) == pytest.approx(1.0) and amounts[0] < 0.1
    mean_s = sum(k * a for k, a in enumerate(amounts)) / 64.0
    assert mean_s == pytest.approx(0.120, abs=0.02)  # two poles of 60 ms
    assert Steady().smoothed([Intent("view", "wheel", 1.0)], 0.0) == [Intent("view", "wheel", 1.0)]
