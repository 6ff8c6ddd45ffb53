"""How numba compiles the kernels of the simulation: no fast maths (bit-identical), kept on disk, no more than needed.

`KERNEL` is called from Python, `INNER` from kernels only. One that makes arrays says so (`ALLOCATING`): the
others count no references, which is a fifth of a step, and that goes down to what they call. None divides by
zero with an error: a diverged rod shows as NaN.

Decision 9 has what the first start of a machine costs. numba would optimise and emit an inner kernel for itself
and then again in each kernel that calls it: here it is only typed and lowered, and the kernels that are kept on
disk have its code inside. And numba compares the flags of a compilation, option by option, each time it looks for
the type of `a + b`: here they know themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from numba import _dynfunc, njit  # type: ignore[attr-defined]  # compiled, not declared
from numba.core import targetconfig
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, Flags
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering
from numba.core.types.functions import BaseFunction

F = TypeVar("F", bound=Callable[..., Any])


class SettledFlags(Flags):
    """Flags that compare as numba's do, sooner."""

    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        if type(other) is SettledFlags and self._values == other._values:
            return True
        return super().__eq__(other)

    def __hash__(self) -> int:
        return FLAGS_HASH


FLAGS_HASH = hash(Flags())  # of the names of the options: the same for all flags


class KernelCompiler(CompilerBase):
    """numba's own passes."""

    def __init__(self, typing: Any, target: Any, library: Any, args: Any, returned: Any, flags: Any, local: Any) -> None:
        super().__init__(typing, target, library, args, returned, SettledFlags(flags), local)

    def define_pipelines(self) -> list[Any]:
        """Return the one pipeline."""
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


class InnerCode(JITCodeLibrary):
    """Code that is only ever linked into other code: neither optimised as a whole nor emitted."""

    def _optimize_final_module(self) -> None:
        """Leave it to the kernels that call this one."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class InnerLowering(NativeLowering):
    """The last pass of an inner kernel: code for its callers, and an entry that nobody can call."""

    _name = "inner_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower without emitting; what numba knows the kernel by is an empty function."""
        state.flags.no_compile = True
        state.library = InnerCode(state.targetctx.codegen(), state.func_id.func_qualname)
        super().run_pass(state)
        lowered = state["cr"]
        entry = _dynfunc.make_function(
            lowered.fndesc.lookup_module(), state.func_id.func_name, "", 0, lowered.env, (state.library,)
        )
        state.targetctx.insert_user_function(entry, lowered.fndesc, [state.library])
        state["cr"] = lowered._replace(cfunc=entry)
        return True


class InnerCompiler(KernelCompiler):
    """numba's own passes but the last."""

    def define_pipelines(self) -> list[Any]:
        """Return the one pipeline."""
        (passes,) = super().define_pipelines()
        passes.passes = [(InnerLowering if p is NativeLowering else p, text) for p, text in passes.passes]
        passes.finalize()
        return [passes]


KERNEL: dict[str, Any] = {
    "cache": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False, "pipeline_class": KernelCompiler,
}  # fmt: skip
ALLOCATING: dict[str, Any] = KERNEL | {"_nrt": True}
INNER: dict[str, Any] = KERNEL | {"cache": False, "no_cpython_wrapper": True, "pipeline_class": InnerCompiler}
INNER_ALLOCATING: dict[str, Any] = INNER | {"_nrt": True}


@contextmanager
def remembered_types() -> Iterator[None]:
    """Compile with the types of operators remembered: numba would search all it knows at every `a + b` anew.

    What it finds depends on the types, and on the flags that a function of numba's own inherits from the kernel
    that calls it (and on fast maths, which no kernel has). Only for the first start of a machine; nothing stays changed.
    """
    ask = BaseFunction.get_call_type
    known: dict[Any, tuple[Any, Any]] = {}

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        flags = targetconfig.ConfigStack.top_or_none()
        inherited = None if flags is None else (flags.nrt, flags.error_model, flags.forceinline)
        key = self, context, tuple(args), tuple(kws.items()), inherited
        if key not in known:
            found = ask(self, context, args, kws)
            if found is None or found.args not in getattr(self, "_impl_keys", {}):
                return found  # another numba, which keeps its ways elsewhere
            known[key] = found, self._impl_keys[found.args]
        signature, self._impl_keys[signature.args] = known[key]
        return signature

    BaseFunction.get_call_type = get_call_type  # type: ignore[method-assign]
    try:
        yield
    finally:
        BaseFunction.get_call_type = ask  # type: ignore[method-assign]


def kernel(function: F) -> F:
    """Return a function compiled as `KERNEL` that keeps its type."""
    return cast(F, njit(**KERNEL)(function))


def array_kernel(function: F) -> F:
    """Return a function compiled as `ALLOCATING` that keeps its type."""
    return cast(F, njit(**ALLOCATING)(function))


def inner_kernel(function: F) -> F:
    """Return a function compiled as `INNER` that keeps its type."""
    return cast(F, njit(**INNER)(function))


def outer(inner: Any) -> Any:
    """Return an inner kernel as one that Python can call, for tests and validation: compiled again, not kept."""
    return njit(**(ALLOCATING | {"cache": False}))(inner.py_func)
