"""How kernels are compiled: inner ones live in their callers, flags compare as numba's do, types are searched once."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from numba.core.compiler import Flags
from numba.core.errors import TypingError
from numba.core.types.functions import BaseFunction

from physics.kernels import ALLOCATING, INNER, INNER_ALLOCATING, InnerCode, SettledFlags, outer, remembered_types


def _halved(x):
    return 0.5 * x


def _mirrored(x):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = x[len(x) - 1 - i]
    return out


halved, mirrored = njit(**INNER)(_halved), njit(**INNER_ALLOCATING)(_mirrored)


@njit(**(ALLOCATING | {"cache": False}))
def _both(x):
    y = mirrored(x)
    for i in range(len(y)):
        y[i] = halved(y[i])
    return y


X = np.array([1.0, 2.0, 7.0])


def test_inner_kernels_work_inside_others():
    assert _both(X).tolist() == [3.5, 1.0, 0.5]


def test_an_inner_kernel_is_only_linked_into_its_callers():
    _both(X)
    (made,) = mirrored.overloads.values()
    assert isinstance(made.library, InnerCode)


def test_an_inner_kernel_can_be_made_callable():
    assert outer(mirrored)(X).tolist() == [7.0, 2.0, 1.0]


def test_an_inner_kernel_that_needs_objects_of_python_says_so():
    def told(x):
        print("never", x)

    talking = njit(**INNER)(told)

    @njit(**(ALLOCATING | {"cache": False}))
    def calling(x):
        talking(x)

    with pytest.raises(RuntimeError, match="missing Environment.*told"):
        calling(1.0)


@pytest.mark.parametrize("name", ["nrt", "error_model", "forceinline", "no_cpython_wrapper"])
def test_settled_flags_compare_as_those_of_numba(name):
    plain, other = Flags(), Flags()
    setattr(other, name, "numpy" if name == "error_model" else True)
    assert SettledFlags(plain) == plain == SettledFlags(plain)
    assert SettledFlags(other) == other == SettledFlags(other)
    assert SettledFlags(other) != plain
    assert SettledFlags(other) != SettledFlags(plain)
    assert hash(SettledFlags(other)) == hash(other)


def test_a_default_said_aloud_is_the_same_flag():
    aloud = Flags()
    aloud.nrt = aloud.nrt
    assert SettledFlags(aloud) == SettledFlags(Flags())


def test_flags_are_equal_to_nothing_else():
    assert SettledFlags(Flags()) != 3
    assert SettledFlags(Flags()) is not None
    assert not SettledFlags(Flags()) == None  # noqa: E711


def _tripled(x):
    return x + 2.0 * x


def test_types_are_searched_once_while_they_are_remembered(monkeypatch):
    asked, ask = [], BaseFunction.get_call_type

    def counted(self, context, args, kws):
        asked.append(args)
        return ask(self, context, args, kws)

    monkeypatch.setattr(BaseFunction, "get_call_type", counted)
    searched = []
    with remembered_types():
        for x in (2.0, 2.0, 2):
            assert njit(**(ALLOCATING | {"cache": False}))(_tripled)(x) == 6.0
            searched.append(len(asked))
    assert 0 < searched[0] == searched[1] < searched[2]  # floats, floats again, an integer
    assert BaseFunction.get_call_type is counted


def test_an_error_of_types_is_not_remembered():
    def wrong(x):
        return x + "a"

    with remembered_types():
        for _ in range(2):
            with pytest.raises(TypingError):
                njit(**(ALLOCATING | {"cache": False}))(wrong)(1.0)
