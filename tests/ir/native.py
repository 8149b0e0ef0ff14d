"""Routines as machine code of this CPU: bound to addresses of one's own, called with bytes, calling back with bytes.

ctypes knows no complex numbers, vectors and 16-byte integers. So a call goes through the body of ffi_call for its
signature, and a callback through a closure with a C handler, which ctypes makes of a Python function.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from farcall.convention import Placement, Signature, place
from farcall.cpython.callable.handler import Handler
from farcall.cpython.facts.host import host_target
from farcall.cpython.link.linker import linker
from farcall.ctype import Pointer, names
from farcall.ir.instruction import Return, Routine, ThreadPointer
from farcall.ir.interpreter import Call, Function, Trap
from farcall.lower import Code, lower, thunk
from farcall.memory import Slot
from farcall.stub import crossing
from farcall.stub.carrier import widened
from farcall.stub.ffi import call_body

__all__ = ["HOST", "CFunction", "RealSpace", "bind", "bind_code", "call", "thread_pointer", "thunk_of"]

HOST = host_target()
WORD = HOST.model.pointer
ORDER = HOST.byteorder.name
_HANDLER = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
_BODY = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 5)


class RealSpace:
    """The memory of this process, as far as it was said to be there; elsewhere it traps."""

    def __init__(self, *parts: tuple[int, int]) -> None:
        self.parts = parts

    def _check(self, address: int, size: int) -> None:
        if not any(start <= address and address + size <= start + length for start, length in self.parts):
            raise Trap(f"{size} bytes at {address:#x} are not there")

    def read(self, address: int, size: int) -> bytes:
        self._check(address, size)
        return ctypes.string_at(address, size)

    def write(self, address: int, data: bytes) -> None:
        self._check(address, len(data))
        ctypes.memmove(address, data, len(data))


class CFunction:
    """A C function of a placement's signature that has `function` say what it does."""

    def __init__(self, placement: Placement, function: Function) -> None:
        self.placement = placement
        self.function = function
        self._run = _HANDLER(self._called)
        run = ctypes.cast(self._run, ctypes.c_void_p).value
        assert run is not None
        self._handler = Handler(placement.signature, run)
        self.kind = crossing(placement.signature, HOST).result
        self.address = self._handler.address
        self.failed: list[BaseException] = []

    def _called(self, _cif: int, result: int, arguments: int, _data: int) -> None:
        try:
            places = (ctypes.c_void_p * len(self.placement.arguments)).from_address(arguments or 0)
            taken = tuple(
                ctypes.string_at(places[index] or 0, passed.size)
                for index, passed in enumerate(self.placement.arguments)
            )
            data = self.function(Call(self.placement, taken, None))
        except BaseException as error:
            self.failed.append(error)
            data = bytes(self.placement.result.size)
        if widened(self.kind, HOST.model):
            data = data.ljust(WORD, b"\0") if ORDER == "little" else data.rjust(WORD, b"\0")
        ctypes.memmove(result, data, len(data))

    def close(self) -> None:
        self._handler.close()


def bind_code(code: Code, symbols: Mapping[str, int]) -> Slot:
    """Code in executable memory, with the addresses that it waits for."""
    image = bytearray(code.data)
    for offset, name in code.relocations:
        image[offset : offset + WORD] = symbols[name].to_bytes(WORD, ORDER)
    slot = linker().reserve(len(image))
    slot.commit(bytes(image))
    return slot


def bind(routine: Routine, symbols: Mapping[str, int]) -> Slot:
    return bind_code(lower(routine, HOST), symbols)


def thread_pointer() -> bytes:
    """This thread's pointer, as machine code has it."""
    placement = place(Signature(Pointer(names.void), ()), HOST)
    slot = bind(Routine("thread", placement, (ThreadPointer("t0"), Return("t0"))), {})
    found = call(slot.address, placement, ())
    slot.free()
    return found


def thunk_of(placement: Placement, body: int, state: int) -> tuple[Slot, int]:
    """A closure's thunk for a body, and what the body will find in t1."""
    code = thunk(HOST, placement)
    slot = bind_code(code, {"body": body, "state": state})
    return slot, slot.address + code.pool


@cache
def _caller(signature: Signature) -> tuple[Slot, Callable[..., None], bool]:
    plan = crossing(signature, HOST)
    slot = bind(call_body(plan, linker().surroundings), {})
    return slot, _BODY(slot.address), widened(plan.result, HOST.model)


def call(address: int, placement: Placement, arguments: Sequence[bytes], at: int = 0) -> bytes:
    """Call what lies at an address; gives the bytes of the result, also of one that goes through a hidden pointer: that
    is `at`, if it is said, with at least a word behind it."""
    _, body, wide = _caller(placement.signature)
    held = [ctypes.create_string_buffer(data + bytes(64), len(data) + 64) for data in arguments]
    places = (ctypes.c_void_p * max(1, len(held)))(*(ctypes.addressof(one) for one in held))
    size = placement.result.size
    room = ctypes.create_string_buffer(size + 128)
    at = at or -(-ctypes.addressof(room) // 64) * 64
    body(None, address, at, ctypes.addressof(places), None)
    data = ctypes.string_at(at, max(size, WORD))
    return data[-size:] if size and wide and ORDER == "big" else data[:size]
