"""libffi's functions as C functions: addresses that C can call from any thread, with no GIL."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ..cdecl import parse_function
from ..cpython.callable.closure import Closure
from ..cpython.facts.declared import host_scope
from ..cpython.link.linker import linker
from ..stub.prepare import prepare_known
from . import call, cells, cif, closure, version
from .constants import PORT
from .known import known_signatures

__all__ = ["exports"]

#: The prototypes, with addresses as integers: Python sees numbers, C sees pointers, in the same registers.
PROTOTYPES = """
int ffi_prep_cif(uintptr_t cif, int abi, unsigned nargs, uintptr_t rtype, uintptr_t atypes);
int ffi_prep_cif_var(uintptr_t cif, int abi, unsigned nfixed, unsigned ntotal, uintptr_t rtype, uintptr_t atypes);
int ffi_get_struct_offsets(int abi, uintptr_t struct_type, uintptr_t offsets);
uintptr_t ffi_closure_alloc(size_t size, uintptr_t code);
void ffi_closure_free(uintptr_t writable);
int ffi_prep_closure(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user_data);
int ffi_prep_closure_loc(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user_data, uintptr_t codeloc);
int ffi_prep_raw_closure(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user_data);
int ffi_prep_raw_closure_loc(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user, uintptr_t codeloc);
int ffi_prep_java_raw_closure(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user_data);
int ffi_prep_java_raw_closure_loc(uintptr_t closure, uintptr_t cif, uintptr_t fun, uintptr_t user, uintptr_t codeloc);
int ffi_prep_go_closure(uintptr_t closure, uintptr_t cif, uintptr_t fun);
size_t ffi_raw_size(uintptr_t cif);
void ffi_ptrarray_to_raw(uintptr_t cif, uintptr_t args, uintptr_t raw);
void ffi_raw_to_ptrarray(uintptr_t cif, uintptr_t raw, uintptr_t args);
size_t ffi_java_raw_size(uintptr_t cif);
void ffi_java_ptrarray_to_raw(uintptr_t cif, uintptr_t args, uintptr_t raw);
void ffi_java_raw_to_ptrarray(uintptr_t cif, uintptr_t raw, uintptr_t args);
uintptr_t ffi_call_plan_alloc(uintptr_t cif);
void ffi_call_plan_free(uintptr_t plan);
size_t ffi_call_plan_size(uintptr_t plan);
uintptr_t ffi_get_version(void);
unsigned long ffi_get_version_number(void);
unsigned ffi_get_default_abi(void);
size_t ffi_get_closure_size(void);
"""

#: These run in generated code alone.
DIRECT = ("ffi_call", "ffi_call_go", "ffi_call_plan_invoke")
HOMES = (cif, closure, cells, call, version)
#: These too, from a signature's second call on.
OFFERED = ("ffi_raw_call", "ffi_java_raw_call")


@lru_cache(maxsize=1)
def _kept() -> tuple[dict[str, int], list[Closure]]:
    scope = host_scope()
    addresses, closures = {name: call.entry(name) for name in DIRECT}, []
    for line in PROTOTYPES.strip().splitlines():
        name, function = parse_function(line, scope)
        made = Closure(_implementation(name), _function=function)
        closures.append(made)
        addresses[name] = made.address
    addresses["ffi_prep_cif"] = _prepare_known(addresses["ffi_prep_cif"])
    closures.extend(cells.offer_calls())
    addresses.update((name, call.entry(name)) for name in OFFERED)
    return addresses, closures


def exports() -> dict[str, int]:
    """The address of each of libffi's functions, by its name. They live as long as the process.

    `ffi_call`, `ffi_call_go`, `ffi_call_plan_invoke`, `ffi_raw_call` and running closures need no Python, and neither does
    `ffi_prep_cif` of libffi's own types with a signature that was prepared before; the others take the GIL themselves. Any
    thread may call them. Raises MemoryPolicyError where the system allows no executable memory.

    >>> len(raw.exports()), raw.exports()["ffi_call"] != 0
    (30, True)
    """
    return dict(_kept()[0])


def _prepare_known(otherwise: int) -> int:
    """`ffi_prep_cif` for C: generated code finds what was prepared before, for all else `otherwise` is called."""
    known_signatures.otherwise(otherwise)
    link = linker()
    code = link.prepare(prepare_known(link.surroundings, PORT.extra_words, PORT.fixed))
    return link.bind(code, {}, "ffi_prep_cif").address


def _implementation(name: str) -> Callable[..., object]:
    for home in HOMES:
        found = getattr(home, name, None)
        if found is not None:
            function: Callable[..., object] = found
            return function
    raise AssertionError(f"{name} has no implementation")
