"""C handlers: C function pointers that run another C function, in the shape of libffi's closures.

The handler is `void (*)(cif, result, arguments, user_data)`. No Python runs and no GIL is taken, so the pointer may
be called on any thread, before Python starts and after it has gone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ...convention import Signature
from ...ctype import Function, unqualified
from ...errors import ClosureError, NullPointerError
from ...memory import Slot
from ...record import replace
from ...stub.state import state
from ..facts.host import END, WORD
from ..link.data_cells import Cells, allocate, free
from ..link.linker import linker
from .body import handler_body

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Handler"]

#: Where the state keeps what the handler is given, in bytes.
HANDLER = state(WORD).callable
CIF, USER_DATA, SIZE = HANDLER + WORD, HANDLER + 2 * WORD, HANDLER + 3 * WORD


class Handler:
    """A C function pointer of type `signature` that runs the C function at `handler_address`.

    The handler is `void (*)(void *cif, void *result, void **arguments, void *user_data)`. `arguments[i]` points to
    argument i, `result` to room for the result: a result narrower than a register is written as a whole register
    (libffi's `ffi_arg`), any other as its type. `cif` and `user_data` are passed on as they are.

    The pointer lives until `close()`, or until this object is dropped; C must not call it afterwards.
    Raises NullPointerError for a handler at NULL, ClosureError for a variadic type, UnsupportedTypeError for a type
    that cannot be passed, OverflowError for what is not an address.
    """

    __slots__ = ("__weakref__", "_cells", "_slot", "signature")

    signature: Signature
    _cells: Cells
    _slot: Slot | None

    def __init__(self, signature: Function | Signature, handler_address: int, cif: int = 0, user_data: int = 0) -> None:
        self._slot = None
        if not handler_address:
            raise NullPointerError("the handler's address is NULL")
        for value in (handler_address, cif, user_data):
            if not 0 <= value < END:
                raise OverflowError(f"{value} is not an address")
        self.signature = _signature(signature)
        link, body = linker(), handler_body(self.signature)
        self._cells = allocate(SIZE)
        self._cells.put_word(HANDLER, handler_address)
        self._cells.put_word(CIF, cif)
        self._cells.put_word(USER_DATA, user_data)
        own = {"state": self._cells.address, "body": body.address}
        self._slot = link.bind(body.thunk, own, f"handler:{handler_address:#x}")

    @property
    def address(self) -> int:
        """The address of the C function. Raises ClosureError once closed."""
        if self._slot is None:
            raise ClosureError(f"{self!r} is closed")
        return self._slot.address

    @property
    def closed(self) -> bool:
        return self._slot is None

    @property
    def __farcall_address__(self) -> int:
        return self.address

    def close(self) -> None:
        """Give the memory back. C must not call the pointer any more, which farcall cannot check."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.free()
            free(self._cells)

    def __enter__(self) -> Handler:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self, _ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if getattr(self, "_slot", None) is not None and not _ending():
            self.close()

    def __repr__(self) -> str:
        where = "closed" if self._slot is None else f"at {self._slot.address:#x}"
        return f"<farcall handler of {self.signature} {where}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: its address means nothing elsewhere")


def _signature(given: Function | Signature) -> Signature:
    """The signature without qualifiers."""
    if isinstance(given, Function):
        parameters = tuple(parameter.type for parameter in given.parameters)
        given = Signature(given.result, parameters, len(parameters) if given.variadic else None, given.convention)
    if given.fixed is not None:
        raise ClosureError(f"{given}: a handler cannot be variadic")
    return replace(given, parameters=tuple(unqualified(type) for type in given.parameters))
