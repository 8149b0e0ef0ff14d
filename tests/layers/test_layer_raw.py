"""The examples of libffi's Rust bindings at the raw door: R1 and R2."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from farcall import raw
from tests.machine import ALIGN8, up


def types(*addresses: int) -> Any:
    """`ffi_type *[]`, with a NULL behind the last."""
    one = farcall.pointer(raw.ffi_type)
    items = [farcall.pointer(None)(address).cast(one) for address in addresses]
    return farcall.array(one, len(items) + 1)(items)


def address(value: Any) -> int:
    return int(farcall.addressof(value))


def test_r1_a_structure_by_hand() -> None:
    elements = types(raw.ffi_type_uint32, raw.ffi_type_sint64, raw.ffi_type_float)
    structure = raw.ffi_type(type=raw.FFI_TYPE_STRUCT, elements=elements)
    offsets = farcall.array(farcall.size_t, 3)()

    assert int(elements[3]) == 0
    assert raw.ffi_get_struct_offsets(raw.FFI_DEFAULT_ABI, address(structure), address(offsets)) == raw.FFI_OK
    assert list(offsets) == [0, ALIGN8, ALIGN8 + 8]
    assert (structure.size, structure.alignment) == (up(ALIGN8 + 12), ALIGN8)


C_HANDLER = """
    void handler(void *cif, void *result, void **args, void *env) {
        *(long *)result = *(int *)args[0] + *(int *)env;
    }
    int call(int (*f)(int), int n) { return f(n); }
"""


@pytest.mark.parametrize("handled_by", ["C", "Python"])
def test_r2_a_plain_c_closure(handled_by: str, load_c: Any) -> None:
    library = load_c(C_HANDLER, "int call(int (*f)(int), int n);")

    def handler(cif: int, result: Any, args: Any, env: Any) -> None:
        result[0] = args[0][0] + env[0]

    python = farcall.Closure(handler, "void (uintptr_t cif, long *result, int **args, const int *env)")
    handlers = {"C": library.address("handler"), "Python": python.address}
    cif, atypes, env, code = raw.ffi_cif(), types(raw.ffi_type_sint32), farcall.int_(5), farcall.uintptr()
    assert raw.ffi_prep_cif(address(cif), raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_sint32, address(atypes)) == raw.FFI_OK
    closure = raw.ffi_closure_alloc(raw.SIZEOF_FFI_CLOSURE, address(code))
    assert closure
    status = raw.ffi_prep_closure_loc(closure, address(cif), handlers[handled_by], address(env), code.value)

    assert status == raw.FFI_OK
    add5 = farcall.function(code.value, "int (int)")
    assert [add5(6), add5(7)] == [11, 12]
    assert library.call(add5, 7) == 12  # C calls it, through a function pointer
    raw.ffi_closure_free(closure)
