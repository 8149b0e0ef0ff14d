"""Data models: how wide C's types are on a target.

A model is data only. Sizes and alignments are in bytes. `scalar_align_limit` is the largest alignment a
scalar member of an aggregate gets (i386 System V aligns `double` and `long long` to 4 inside structs:
Intel386 psABI 1.1, table 2.1; elsewhere the natural alignment holds). `vector_align_limit` is the same for vectors
(AArch64 has none over 16 bytes, so gcc and clang align those as two or more of 16). `largest_align` is what the
attribute `aligned` without a number gives (GCC's __BIGGEST_ALIGNMENT__). `lacks` are ranks of integers and formats or
names of floating numbers (see `types`) that the platform's C does not have.
"""

from __future__ import annotations

from ..record import dataclass
from .byteorder import LITTLE, ByteOrder
from .typedef import WINDOWS, Typedef

__all__ = ["ILP32", "ILP32_I386", "LLP64", "LP64", "DataModel"]


@dataclass(frozen=True, slots=True)
class DataModel:
    """The widths of C's types, in bytes, and the few choices a platform makes about them."""

    name: str
    pointer: int
    long: int
    long_double: int
    long_double_align: int
    long_double_format: str = "x87"  # "x87" (80 bits), "binary64", "binary128", "double-double", "extended96"
    wchar: int = 4
    wchar_signed: bool = True
    char_signed: bool = True
    scalar_align_limit: int = 16
    vector_align_limit: int = 0  # none
    largest_align: int = 16
    byteorder: ByteOrder = LITTLE
    lacks: tuple[str, ...] = ("__fp16",)
    #: What every struct and union is aligned to at least.
    record_align: int = 1
    #: How they are laid out: "sysv", "aapcs" (that, but all align), "dense" (that, but their types have no say), "microsoft",
    #: "ms_struct" (that by gcc).
    bit_fields: str = "sysv"
    #: Of C's headers, those that Linux has otherwise.
    typedefs: tuple[Typedef, ...] = ()
    #: Of the system's own headers, those whose types are known without them.
    known_headers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


#: x86-64 System V: long and pointers of 64 bits (AMD64 psABI 1.0, figure 3.1).
LP64 = DataModel("LP64", pointer=8, long=8, long_double=16, long_double_align=16)
#: 64-bit Windows: long stays at 32 bits.
LLP64 = DataModel(
    "LLP64", pointer=8, long=4, long_double=8, long_double_align=8, long_double_format="binary64",
    wchar=2, wchar_signed=False, bit_fields="microsoft", typedefs=WINDOWS,
    known_headers=("windows.h",),
)  # fmt: skip
#: A 32-bit machine with natural alignment. GCC has __int128 where a register holds half of it.
ILP32 = DataModel(
    "ILP32", pointer=4, long=4, long_double=8, long_double_align=8, long_double_format="binary64", largest_align=8,
    lacks=("128", "__fp16"),
)  # fmt: skip
#: i386 System V (Intel386 psABI 1.1, table 2.1). Its half-precision types need SSE2, as vectors do.
ILP32_I386 = DataModel(
    "ILP32-i386", pointer=4, long=4, long_double=12, long_double_align=4, scalar_align_limit=4,
    lacks=("128", "__fp16"),
)  # fmt: skip
