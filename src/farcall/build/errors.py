"""What a built module runs when a value does not fit, or a name is not there: it has the text of this file in it.

It imports nothing of farcall, whose words these are, but for what only farcall can do. Behind it the module has its own
values of the constants.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

#: The module and its library; what is bound by farcall, with the text that declares it; constants; the symbols of all others.
NAME = LIBRARY = TEXT = ""
GIL = "release"
BOUND: tuple[str, ...] = ()
CONSTANTS: dict[str, object] = {}
MISSING: dict[str, str] = {}
#: How farcall binds some of its functions, where it is not as all others: `Library.function`'s options.
OPTIONS: dict[str, dict[str, Any]] = {}


def _row(self: str, index: int) -> tuple[str, str, str, int, list[str], str, str]:
    """What is known of a parameter: see `stubs.described`."""
    name, _, *rows = self.split("\x1f")
    word, ctype, kind, size, flags, low, high = rows[index].split("\x1e")
    where = f"{name}() parameter {word!r}" if word else f"{name}() argument {index + 1}"
    return where, ctype, kind, int(size), flags.split(","), low, high


def count(self: str, given: int) -> NoReturn:
    """Raise that a function was given the wrong number of arguments."""
    name, prototype, *rows = self.split("\x1f")
    noun = "argument" if len(rows) == 1 else "arguments"
    raise TypeError(f"{name}() takes {len(rows)} {noun} ({given} given): {prototype}")


def real(value: Any) -> float:
    """The float of a number that is neither a float nor an int. TypeError for a complex one."""
    if not _is_real(type(value)):
        raise TypeError(f"{type(value).__name__} is no real number")
    return float(value)


def truth(value: Any) -> bool:
    """The bool of a number 0 or 1, or of NumPy's bool. OverflowError for another number."""
    from operator import index

    kind = type(value)
    if kind.__name__ in ("bool", "bool_") and hasattr(kind, "__array_interface__"):
        return bool(value)
    number = index(value)
    if number not in (0, 1):
        raise OverflowError(f"{number} is neither 0 nor 1")
    return bool(number)


def _said(value: Any) -> str:
    from operator import index
    from reprlib import repr as short_repr

    if not isinstance(value, int):
        return short_repr(value)
    number = int.__index__(index(value))
    return "an int of more than 256 bits" if abs(number) >= 1 << 256 else str(number)


def _raise_named(error: BaseException, where: str) -> NoReturn:
    for plain in (OverflowError, ValueError, TypeError, BufferError):
        if isinstance(error, plain):
            raise plain(f"{where}: {error}") from error
    raise error


def refuse(self: str, index: int, value: Any, error: BaseException | None = None) -> NoReturn:
    """Raise what is wrong with `value` as argument `index`; `error` is what its conversion raised."""
    where, ctype, kind, size, flags, low, high = _row(self, index)
    given = type(value).__name__
    if kind == "pointer":
        _refuse_pointer(where, ctype, size, flags, value, error)
    if kind == "char" and issubclass(type(value), (bytes, bytearray, str)):
        raise TypeError(f"{where} must be one byte or an int for {ctype}, not {given} of length {len(value)}")
    if kind == "real":
        wanted, converts = "a number", _is_real(type(value))
    else:
        wanted, converts = "an int", hasattr(type(value), "__index__")
    if isinstance(error, TypeError) and not converts:
        raise TypeError(f"{where} must be {wanted} for {ctype}, not {given}") from None
    if error is not None and not (isinstance(error, OverflowError) and isinstance(value, int)):
        _raise_named(error, where)
    if kind == "real":
        raise OverflowError(f"{where}: {_said(value)} is out of range for {ctype}")
    raise OverflowError(f"{where}: {_said(value)} is out of range for {ctype} ({low} to {high})")


def _is_real(kind: Any) -> bool:
    import numbers

    if issubclass(kind, (str, bytes)) or (issubclass(kind, numbers.Complex) and not issubclass(kind, numbers.Real)):
        return False
    return hasattr(kind, "__float__") or hasattr(kind, "__index__")


def convert(self: str, index: int, value: Any) -> NoReturn:
    """Raise why `value` is no pointer: what farcall makes pointers of is farcall's."""
    where, ctype, _, size, flags, _, _ = _row(self, index)
    _refuse_pointer(where, ctype, size, flags, value, None)


def _refuse_pointer(
    where: str, ctype: str, item: int, flags: list[str], value: Any, error: BaseException | None
) -> NoReturn:
    given, const = type(value).__name__, "const" in flags
    if issubclass(type(value), str):
        if "text" in flags:
            raise ValueError(f"{where}: the str has a NUL character inside, where C would cut it")
        raise TypeError(f"{where} must be {ctype}, not str; pass {'bytes' if const else 'a bytearray'}")
    if issubclass(type(value), int) and type(value) is not bool and "void" not in flags:
        raise TypeError(f"{where} must be {ctype}, not int; only void * takes an address as int")
    if error is not None and not isinstance(error, (TypeError, ValueError, BufferError)):
        raise error
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError) as refused:
        if isinstance(refused, TypeError) and not hasattr(type(value), "__buffer__"):
            raise TypeError(f"{where} must be {ctype}, not {given}{_instead(ctype, flags, value)}") from None
        _raise_named(refused, where)
    if view.readonly and not const:
        raise TypeError(f"{where} must be writable for {ctype}; {given} is read-only")
    if not view.c_contiguous:
        raise ValueError(f"{where}: the buffer is not C-contiguous; pass a contiguous copy")
    if isinstance(value, (bytes, bytearray)):
        raise ValueError(
            f"{where} must be {ctype}, with items of {item} bytes; {given} has {view.nbytes}, not a whole number of them"
        )
    if view.itemsize != item:
        raise TypeError(
            f"{where} must be {ctype}, with items of {item} bytes; "
            f"{given} has items of {view.itemsize} (format {view.format!r}); view or cast it"
        )
    raise TypeError(f"{where} must be {ctype}; the items of {given} have format {view.format!r}")


def _instead(ctype: str, flags: list[str], value: Any) -> str:
    import io

    if isinstance(value, io.IOBase):
        return ": a Python file is no C object; C's fdopen() makes a FILE of its fileno()"
    if type(value).__name__ == "CArgObject":
        return ": pass the ctypes object itself"
    if "void" in flags:
        return ""
    target = ctype.removesuffix("*").rstrip().removeprefix("const ")
    if isinstance(value, (list, tuple)):
        return f'; pass new("{target} []", {type(value).__name__}), or a buffer'
    if isinstance(value, (bool, float, complex)):
        return f'; pass new("{target}", value), or a buffer'
    return ""


_loaded: list[Any] = []
_bound: dict[str, Any] = {}


def attribute(name: str) -> Any:
    """A constant, or a function that is bound by farcall. AttributeError for what there is not."""
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name in BOUND:
        if not _loaded:
            try:
                import farcall
            except ImportError as error:
                raise ImportError(f"{NAME}.{name} needs farcall, which is not installed") from error
            library = farcall.Library(LIBRARY, gil=GIL)
            library.cdef(TEXT)
            _loaded.append(library)
        if name not in OPTIONS:
            return getattr(_loaded[0], name)
        if name not in _bound:
            _bound.setdefault(name, _loaded[0].function(name, **OPTIONS[name]))
        return _bound[name]
    if name in MISSING:
        raise AttributeError(f"{LIBRARY} has no symbol {MISSING[name]!r}")
    raise AttributeError(f"module {NAME!r} has no attribute {name!r}")
