"""What libffi's headers say of each CPU it is ported to: the numbers that bindings hard-code, and odd fields.

Sources: libffi 3.8, src/*/ffitarget.h, and include/ffi.h.in for what follows from them.
"""

from __future__ import annotations

from ..errors import UnsupportedTargetError
from ..record import NamedTuple, dataclass, replace
from .target import Target

__all__ = ["Abi", "CifField", "Port", "port"]


@dataclass(frozen=True, slots=True)
class Abi:
    """A constant of `enum ffi_abi`: its name behind "FFI_", its number, and the convention it stands for, None for the
    target's own. `spellings` are other names of the convention. `go`: whether it has Go closures; `raw`: whether it
    has raw ones."""

    name: str
    number: int
    convention: str | None
    spellings: tuple[str, ...] = ()
    go: bool = True
    raw: bool = True


class CifField(NamedTuple):
    """A field of ffi_cif that only a port has: its name, its C type and the bytes of that, and how many elements an array
    has, 0 for one alone."""

    name: str
    type: str = "unsigned int"
    size: int = 4
    length: int = 0

    @property
    def declaration(self) -> str:
        return f"{self.type} {self.name}" + (f"[{self.length}]" if self.length else "")


@dataclass(frozen=True, slots=True)
class Port:
    """A port of libffi. `first` and `last` enclose the numbers of `abis`, of which the first is the default.

    `trampoline` is FFI_TRAMPOLINE_SIZE in bytes; `extra` are the fields that ffi_cif has at its end, words together. That
    numbered `fixed`, if any, counts the fixed arguments; the others are libffi's own, and 0 here. `native_raw` is
    FFI_NATIVE_RAW_API: raw closures are laid out as plain ones and take no structs and no long double.
    `complex_alone`: complex numbers of integers, an extension of gcc's, are not passed as a struct of two is; `complex_own`: as
    nothing else is.
    """

    abis: tuple[Abi, ...]
    first: int
    last: int
    trampoline: int
    extra: tuple[CifField, ...] = ()
    fixed: int | None = None
    native_raw: bool = False
    complex: bool = True
    int128: bool = True
    vector: bool = False
    complex_alone: bool = False
    complex_own: bool = False

    @property
    def extra_words(self) -> int:
        """How many words of 4 bytes the fields at the end of ffi_cif take."""
        return sum(field.size * (field.length or 1) for field in self.extra) // 4

    @property
    def default(self) -> Abi:
        return self.abis[0]

    def abi(self, number: int) -> Abi | None:
        """The ABI of a number; None for one that means nothing."""
        return next((abi for abi in self.abis if abi.number == number), None)

    def abi_of(self, convention: str | None) -> Abi | None:
        """The ABI of a convention; None for one that this port has none for."""
        return next((a for a in self.abis if convention == a.convention or convention in a.spellings), None)


MIPS = (CifField("rstruct_flag"), CifField("mips_nfixedargs"))
PORTS = {
    "x86_64": Port(
        (
            Abi("UNIX64", 2, None, ("sysv", "sysv_abi")),
            Abi("WIN64", 3, "win64"),
            Abi("EFI64", 3, "win64"),
            Abi("GNUW64", 4, "gnuw64", ("ms_abi",)),
        ),
        first=1, last=5, trampoline=32, vector=True,
    ),
    "i386": Port(
        (
            Abi("SYSV", 1, None, ("cdecl",)),
            Abi("THISCALL", 3, "thiscall"),
            Abi("FASTCALL", 4, "fastcall", raw=False),
            Abi("STDCALL", 5, "stdcall", raw=False),
            Abi("PASCAL", 6, "pascal", raw=False),
            Abi("REGISTER", 7, "register", go=False, raw=False),
            Abi("MS_CDECL", 8, "ms_cdecl", raw=False),
        ),
        first=0, last=9, trampoline=16, native_raw=True, int128=False, complex_alone=True,
    ),
    "aarch64": Port(
        (Abi("SYSV", 1, None, ("aapcs64",)), Abi("WIN64", 2, "windows-arm64")),
        first=0, last=3, trampoline=24, vector=True,
    ),
    # SYSV means the base standard here. The fields at the end say which registers of VFP's an argument is in.
    "arm": Port(
        (Abi("VFP", 2, None, ("aapcs-vfp",)), Abi("SYSV", 1, 'pcs("aapcs")', ("aapcs",))),
        first=0, last=3, trampoline=12, int128=False,
        extra=(
            CifField("vfp_used", "int"), CifField("vfp_reg_free", "unsigned short", 2),
            CifField("vfp_nargs", "unsigned short", 2), CifField("vfp_args", "signed char", 1, 16),
        ),
    ),
    "riscv64": Port(
        (
            Abi("SYSV", 1, None, ("lp64", "lp64f", "lp64d")),
            *(Abi(f"UNUSED_{number - 1}", number, None) for number in (2, 3, 4)),
        ),
        first=0, last=5, trampoline=24, extra=(CifField("riscv_nfixedargs"), CifField("riscv_unused")),
        fixed=0, complex=False,
    ),
    # libffi passes what it was compiled for, whatever the number.
    "loongarch64": Port(
        (
            Abi("LP64D", 3, None, ("lp64d",)), Abi("LP64S", 1, None), Abi("LP64F", 2, None), Abi("ILP32S", 4, None),
            Abi("ILP32F", 5, None), Abi("ILP32D", 6, None),
        ),
        first=0, last=7, trampoline=24, extra=(CifField("loongarch_nfixedargs"), CifField("loongarch_unused")),
        fixed=0, complex=False,
    ),
    # FFI_LINUX with FFI_LINUX_STRUCT_ALIGN and FFI_LINUX_LONG_DOUBLE_128: what the compiler does. Other sums are not known.
    "ppc64le": Port(
        (Abi("DEFAULT_ABI", 11, None, ("elfv2",)),), first=0, last=16, trampoline=32, extra=(CifField("nfixedargs"),),
        fixed=0, complex=False,
    ),
    "s390x": Port((Abi("SYSV", 1, None, ("s390x", "s390x-novx")),), first=0, last=2, trampoline=32, complex_alone=True),
    # What a CPU has not, one of the other width's, is taken for its own.
    "mipsel": Port(
        (
            Abi("O32", 1, None, ("o32",)), Abi("N32", 2, None), Abi("N64", 3, None), Abi("O32_SOFT_FLOAT", 4, "o32-soft"),
            Abi("N32_SOFT_FLOAT", 5, "o32-soft"), Abi("N64_SOFT_FLOAT", 6, "o32-soft"),
        ),
        first=0, last=7, trampoline=20, extra=MIPS, fixed=1, int128=False, complex_own=True,
    ),
    "mips64el": Port(
        (
            Abi("N64", 3, None, ("n64",)), Abi("N32", 2, None), Abi("O32", 1, None), Abi("N64_SOFT_FLOAT", 6, "n64-soft"),
            Abi("N32_SOFT_FLOAT", 5, "n64-soft"), Abi("O32_SOFT_FLOAT", 4, "n64-soft"),
        ),
        first=0, last=7, trampoline=56, extra=MIPS, fixed=1, int128=False,
    ),
}  # fmt: skip

#: Those of the other byte order.
PORTS["mips"], PORTS["mips64"] = PORTS["mipsel"], PORTS["mips64el"]

#: Where a system's numbers are others than those of Unix, by target: libffi's default is that of the compiler.
WIN64, GNUW64 = Abi("WIN64", 1, None, ("win64", "ms_abi")), Abi("GNUW64", 2, "gnuw64")
OWN = {
    "x86_64-windows-msvc": Port((WIN64, GNUW64), first=0, last=3, trampoline=32, vector=True),
    "x86_64-windows-gnu": Port(
        (
            replace(GNUW64, convention=None, spellings=("gnuw64", "ms_abi")),
            replace(WIN64, convention="win64", spellings=()),
        ),
        first=0, last=3, trampoline=32, vector=True,
    ),
}  # fmt: skip
#: Of 32 bits: the default is Microsoft's, SYSV has who is called remove the hidden pointer, as Unix' has.
WIN32 = replace(
    PORTS["i386"],
    abis=(
        Abi("MS_CDECL", 5, None, ("cdecl", "ms_cdecl"), raw=False),
        Abi("SYSV", 1, "sysv_abi"),
        Abi("STDCALL", 2, "stdcall", raw=False),
        *(abi for abi in PORTS["i386"].abis if abi.name in ("THISCALL", "FASTCALL", "PASCAL", "REGISTER")),
    ),
    last=8,
)
OWN |= dict.fromkeys(("i386-windows-msvc", "i386-windows-gnu"), WIN32)


def port(target: Target) -> Port:
    """The port for a target: its own, or that of its CPU's Unix systems. Raises UnsupportedTargetError where there is none."""
    try:
        return OWN.get(target.name) or PORTS[target.cpu]
    except KeyError:
        raise UnsupportedTargetError(f"libffi's numbers for {target} are not known here") from None
