"""libffi's constants, with libffi's numbers (libffi 3.8) for the machine this runs on.

The conventions (FFI_SYSV, FFI_UNIX64, ...) are those that libffi has there; all others are the same names everywhere.
"""

from __future__ import annotations

from ..convention.libffi_port import port as _port
from ..cpython.facts.host import WORD as _WORD
from ..cpython.facts.host import host_target as _host_target

#: libffi's port for this machine; it is no constant of libffi's.
PORT = _port(_host_target())

FFI_OK, FFI_BAD_TYPEDEF, FFI_BAD_ABI, FFI_BAD_ARGTYPE = range(4)

FFI_TYPE_VOID, FFI_TYPE_INT, FFI_TYPE_FLOAT, FFI_TYPE_DOUBLE = range(4)
#: No type of its own where long double is double.
FFI_TYPE_LONGDOUBLE = FFI_TYPE_DOUBLE if _host_target().model.long_double_format == "binary64" else 4
FFI_TYPE_UINT8, FFI_TYPE_SINT8, FFI_TYPE_UINT16, FFI_TYPE_SINT16 = range(5, 9)
FFI_TYPE_UINT32, FFI_TYPE_SINT32, FFI_TYPE_UINT64, FFI_TYPE_SINT64 = range(9, 13)
FFI_TYPE_STRUCT, FFI_TYPE_POINTER, FFI_TYPE_COMPLEX = range(13, 16)
FFI_TYPE_UINT128, FFI_TYPE_SINT128, FFI_TYPE_VECTOR = range(16, 19)
FFI_TYPE_LAST = FFI_TYPE_VECTOR

FFI_FIRST_ABI, FFI_LAST_ABI, FFI_DEFAULT_ABI = PORT.first, PORT.last, PORT.default.number
globals().update({f"FFI_{abi.name}": abi.number for abi in PORT.abis})

#: A register: ffi_arg, and what ffi_raw's cells are.
FFI_SIZEOF_ARG = _WORD
FFI_SIZEOF_JAVA_RAW = FFI_SIZEOF_ARG
FFI_TRAMPOLINE_SIZE = PORT.trampoline
FFI_CLOSURES = 1
FFI_GO_CLOSURES = 1
FFI_NATIVE_RAW_API = int(PORT.native_raw)
FFI_NO_RAW_API = 0
FFI_TARGET_HAS_COMPLEX_TYPE = int(PORT.complex)
FFI_TARGET_HAS_INT128 = int(PORT.int128)
FFI_TARGET_HAS_VECTOR_TYPE = int(PORT.vector)

#: The version of the interface that this package answers for.
FFI_VERSION_STRING = "3.8.0"
FFI_VERSION_NUMBER = 30800

#: Sizes of libffi's structures, in bytes. ffi_type: size_t, two shorts (padded), a pointer. ffi_cif: two ints, two
#: pointers, two ints and the port's own. Closures: the trampoline and pointers.
SIZEOF_FFI_TYPE = 3 * _WORD
SIZEOF_FFI_CIF = -(-(16 + 2 * _WORD + 4 * PORT.extra_words) // _WORD) * _WORD
SIZEOF_FFI_CLOSURE = PORT.trampoline + 3 * _WORD
SIZEOF_FFI_RAW_CLOSURE = SIZEOF_FFI_CLOSURE + (0 if PORT.native_raw else 2 * _WORD)
SIZEOF_FFI_GO_CLOSURE = 3 * _WORD

__all__ = [name for name in dir() if name.startswith(("FFI_", "SIZEOF_"))]
