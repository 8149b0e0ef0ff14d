"""Call any C function from Python, in generated machine code.

    import farcall

    libm = farcall.Library("libm.so.6")
    cos = libm.function("double cos(double x)")
    cos(0.0)

farcall reads a C declaration, decides by the platform's ABI where every byte of a call goes, generates the machine code
for that one signature, and wraps it as a builtin. Everything here is loaded when first used.

    open, declare, call   Library, cdef, function, call, arg, Signature, errno, last_error, check_hresult
    callbacks             closure, Closure, ClosureOnce, ClosureMut, FnPtr, capsule, keep_threads
    make types            struct, array, pointer, ndpointer, type_of, register_ctype, CType; Struct, Union, Array, Pointer, va_list
    ask about types       sizeof, alignof, offsetof, dtype, from_dtype, from_ctypes, to_ctypes
    values in memory      new, view, cast, string, addressof, arena, free, memmove, memset, handle, from_handle
    C's own types         int_, double, size_t, int64, ...: a class each; i32, u64, f64, ... as in Rust
    see what happens      draw, debug_map, perf_map; f.__self__.placement and f.__self__.listing of a bound function f
    errors                FarcallError and what is below it: help("farcall.errors")

help(farcall.Library) says more, help(farcall.new), and so on.
"""

# No annotations of the future, which Python 3.6 does not know: it is to get as far as `_refusal`.
# ruff: noqa: F403, I001, SIM905  (names for type checkers; __all__ is computed; lists are words)
import sys

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

#: The oldest Python that farcall runs on.
OLDEST = (3, 10)
#: The oldest whose other interpreters it runs in.
INTERPRETERS = (3, 12)


def _refusal() -> str:
    """Why farcall cannot be used in this interpreter; "" if it can."""
    name = sys.implementation.name
    if name != "cpython" or sys.version_info[:2] < OLDEST:
        here = f"{name} {sys.version_info[0]}.{sys.version_info[1]}"
        return f"farcall runs on CPython {OLDEST[0]}.{OLDEST[1]} and newer, and this is {here}"
    if sys.version_info[:2] < INTERPRETERS and not _in_main_interpreter():
        return (
            f"farcall can be used in subinterpreters from CPython {INTERPRETERS[0]}.{INTERPRETERS[1]} on; older ones do not tell "
            "in which one a thread is"
        )
    return ""


def _in_main_interpreter() -> bool:
    """Whether this is the interpreter that the process started with; True where Python does not tell."""
    try:
        import _xxsubinterpreters as interpreters  # type: ignore[import-not-found]
    except ImportError:
        return True
    return bool(interpreters.get_current() == interpreters.get_main())


if _refusal():
    raise ImportError(_refusal())

if TYPE_CHECKING:  # in the forms that type checkers take for public
    from .cpython.callable.errno import errno as errno
    from .cpython.callable.last_error import last_error as last_error
    from .cpython.link.kept_threads import keep_threads as keep_threads
    from .cpython.observe.gdb import debug_map as debug_map
    from .cpython.observe.perf import perf_map as perf_map
    from .cpython.value import Array as Array, Pointer as Pointer, Struct as Struct, Union as Union
    from .errors import *
    from .high import *
    from .high.exchange import *
    from .high.handle import *
    from .high.hresult import check_hresult as check_hresult
    from .high.memory import *
    from .high.ndpointer import *
    from .high.transfer import *
    from .high.va_list import va_list as va_list

#: What the high layer gives.
_HIGH = (
    "CType", "Closure", "ClosureMut", "ClosureOnce", "FnPtr", "Library", "Signature", "addressof", "alignof", "arg",
    "array", "call", "capsule", "cdef", "closure", "draw", "f32", "f64", "function", "i8", "i16", "i32", "i64",
    "isize", "offsetof", "pointer", "register_ctype", "sizeof", "struct", "type_of", "u8", "u16", "u32", "u64", "usize",
)  # fmt: skip

#: Values in memory, and types exchanged with others.
_MEMORY = ("arena", "cast", "free", "new", "string", "view")
_TRANSFER = ("memmove", "memset")
_HANDLES = ("from_handle", "handle")
_VARIADIC = ("va_list",)
_ARRAYS = ("ndpointer",)
_EXCHANGE = ("dtype", "from_ctypes", "from_dtype", "to_ctypes")

#: Where each public name lives, below this package.
_HOMES = {
    "Array": "cpython.value",
    "ClosureError": "errors",
    "DeclarationError": "errors",
    "FarcallError": "errors",
    "FreedMemoryError": "errors",
    "IncompleteTypeError": "errors",
    "LibraryClosedError": "errors",
    "LibraryError": "errors",
    "MemoryPolicyError": "errors",
    "NullPointerError": "errors",
    "Pointer": "cpython.value",
    "Struct": "cpython.value",
    "SymbolError": "errors",
    "Union": "cpython.value",
    "UnsupportedTargetError": "errors",
    "UnsupportedTypeError": "errors",
    "check_hresult": "high.hresult",
    "debug_map": "cpython.observe.gdb",
    "errno": "cpython.callable.errno",
    "last_error": "cpython.callable.last_error",
    "keep_threads": "cpython.link.kept_threads",
    "perf_map": "cpython.observe.perf",
    **dict.fromkeys(_HIGH, "high"),
    **dict.fromkeys(_MEMORY, "high.memory"),
    **dict.fromkeys(_TRANSFER, "high.transfer"),
    **dict.fromkeys(_HANDLES, "high.handle"),
    **dict.fromkeys(_VARIADIC, "high.va_list"),
    **dict.fromkeys(_ARRAYS, "high.ndpointer"),
    **dict.fromkeys(_EXCHANGE, "high.exchange"),
}

#: C's named types, as classes: `farcall.double`, `farcall.int64`.
_TYPES = (
    "void bool_ char schar uchar short ushort int_ uint long ulong longlong ulonglong "
    "int8 uint8 int16 uint16 int32 uint32 int64 uint64 int128 uint128 "
    "size_t ssize_t ptrdiff_t intptr uintptr wchar float_ double longdouble float16 bfloat16 float128 "
    "complex_float complex_double complex_longdouble"
).split()

__all__ = [*_HOMES, *_TYPES, "__version__"]


#: What other packages call what farcall has, too.
_ELSEWHERE = {
    "CDLL": "Library", "PyDLL": "Library", "cdll": "Library", "FFI": "Library", "Structure": "Struct",
    "CFUNCTYPE": "closure", "callback": "closure", "byref": "addressof", "POINTER": "pointer", "typeof": "type_of",
    "c_voidp": "pointer", "c_void_p": "pointer", "c_char_p": "string", "get_errno": "errno", "get_last_error": "last_error",
    "buffer": "view", "None_": "void",
    "new_handle": "handle", "py_object": "handle", "memcpy": "memmove",
}  # fmt: skip


def _meant(name: str) -> str:
    """The end of a message: the public name that may be meant; "" for names that programs ask for."""
    if name.startswith("_"):
        return ""
    plain = name[2:] if name.startswith("c_") else name
    for found in (_ELSEWHERE.get(name, ""), plain, f"{plain}_", name.lower()):
        if found in __all__:
            return f"; did you mean farcall.{found}?"
    return ""


def _awake() -> None:
    """Have what was opened before be as all else (`cache`): somebody may be about to hand it on."""
    cache = sys.modules.get(f"{__name__}.cache")
    if cache is not None:
        cache.awake()


def __getattr__(name: str) -> "Any":
    if name not in _read:
        _read[name] = _loaded(name)
    found = _read[name]
    _count()
    if not _left:
        _settle()
    return found


def _loaded(name: str) -> "Any":
    """What a public name stands for; AttributeError for other names."""
    home = _HOMES.get(name)
    if home is not None:
        module = f"{__name__}.{home}"
        __import__(module)  # `importlib` loads more
        found = getattr(sys.modules[module], name)
        if home not in ("errors", "high"):  # which sees to it itself
            _awake()
    elif name in _TYPES:
        from .high.types import named

        found = named(name)
        _awake()
    else:
        meant = _meant(name)
        error = AttributeError(f"module {__name__!r} has no attribute {name!r}{meant}", name=name)
        if not meant:
            error.obj = sys.modules[__name__]  # where Python looks for similar names
        raise error
    return found


# CPython specialises the reading of a module's attributes if the module has no `__getattr__`, which halves the time of a call
# such as `farcall.sizeof(x)`. So a program that goes on reading them gets a module without: the rest is loaded, a name at a read.

#: How many reads it takes. It is long before it pays, some million reads; most programs that read so often go on.
_READS = 1000

#: What has been read. CPython 3.10 specialises nothing: there it is read once, and then found in the module.
_read: "dict[str, Any]" = {} if sys.version_info >= (3, 11) else globals()
#: What has still to be loaded for that. Emptied if something cannot be, in this process: then each name is read once, as on 3.10.
_left = [*_HOMES, *_TYPES]
_reads = 0


def _count() -> None:
    """Count a read, and load one more name if there were many."""
    global _reads
    _reads += 1
    if _reads < _READS or not _left:
        return
    try:
        name = _left.pop()
        if name not in _read:
            _read[name] = _loaded(name)
    except Exception:  # nobody has asked for this name
        _left.clear()


def _settle() -> None:
    """Have what has been read in the module, and if that is all, no `__getattr__`."""
    here = globals()
    for name, found in [*_read.items()]:
        here.setdefault(name, found)
    if here.keys() >= {*_HOMES, *_TYPES}:
        here.pop("__getattr__", None)


def __dir__() -> list[str]:
    return [] if _for_help() else sorted({*globals(), *__all__})


def _for_help() -> bool:
    """Whether pydoc asks, for `help(farcall)`. Of everything it is told of it writes all, of a class each method of its bases
    too: some thousand lines around the overview above, which names everything."""
    frame = sys._getframe(1).f_back  # what calls dir()
    while frame is not None and frame.f_code.co_name in ("getmembers", "_getmembers"):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_name == "docmodule"
