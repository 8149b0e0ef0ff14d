"""errno, as the last call that was bound with `errno=True` left it, a value for each thread."""

from __future__ import annotations

from ... import seed
from ...ctype import Function, Parameter, Pointer, names
from ..link.native import make_builtin
from .function import bind

__all__ = ["errno"]

METH_NOARGS = 0x0004

# Py_tss_t: an int that says "made", and the system's key (Include/pythread.h); room for any system's.
_key = bytes(32)
_address = seed.address_of(_key)
_ANY = Pointer(names.void)


def _create() -> None:
    create = bind(
        "PyThread_tss_create",
        Function(names.int_, (Parameter("key", _ANY),)),
        seed.symbol("PyThread_tss_create"),
        gil="hold",
    )
    if create(_address) != 0:
        raise OSError("the system has no more keys for thread-specific values")


_create()


def key() -> int:
    """Where the key is under which generated code keeps errno, for its links."""
    return _address


#: `errno()`: the errno of this thread's last call that captured it; 0 before the first.
errno = make_builtin("errno", "errno", METH_NOARGS, "The errno of this thread's last call bound with errno=True.")
