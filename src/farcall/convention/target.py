"""Targets: the CPU, system and data model that a placement is made for. One row each; no rules here."""

from __future__ import annotations

from ..ctype import BIG, ILP32, ILP32_I386, LITTLE, LLP64, LP64, ByteOrder, DataModel, typedef
from ..errors import UnsupportedTargetError
from ..record import dataclass, replace

__all__ = ["TARGETS", "Target", "target", "target_of"]


#: By system, the function of its C library that tells where errno is.
ERRNO = {
    "linux": "__errno_location", "freebsd": "__error", "macos": "__error", "openbsd": "__errno", "cygwin": "__errno",
    "windows": "_errno",
}  # fmt: skip


#: By system, the functions that get and set the number of a thread's last failure, where the system has one of its own
#: beside errno.
LAST_ERROR = {"windows": ("GetLastError", "SetLastError")}

#: By CPU and system, the convention of the system's own functions, where that is not C's ("WINAPI", Microsoft Learn).
SYSTEM_CONVENTION = {("i386", "windows"): "stdcall"}


@dataclass(frozen=True, slots=True)
class Target:
    """What decides a placement. `convention` names the calling convention used where none is asked for."""

    name: str
    cpu: str
    system: str
    model: DataModel
    convention: str

    @property
    def errno(self) -> str:
        """The function of the system's C library that returns the address of errno."""
        return ERRNO[self.system]

    @property
    def last_error(self) -> tuple[str, str] | None:
        """The system's functions that get and set a thread's last error; None where errno is all there is."""
        return LAST_ERROR.get(self.system)

    @property
    def system_convention(self) -> str | None:
        """The convention of the system's own functions, and of those that it calls; None where it is C's."""
        return SYSTEM_CONVENTION.get((self.cpu, self.system))

    @property
    def byteorder(self) -> ByteOrder:
        """Which end of a number comes first in memory."""
        return self.model.byteorder

    def __str__(self) -> str:
        return self.name


#: Windows as gcc has it (MinGW): its long double is the x87's.
LLP64_GNU = replace(
    LLP64, name="LLP64-gnu", long_double=16, long_double_align=16, long_double_format="x87", bit_fields="ms_struct",
    typedefs=typedef.MINGW,
)  # fmt: skip

#: Cygwin: Unix's long, Windows' wchar_t; bit-fields are laid out as gcc does without -mms-bitfields.
LP64_CYGWIN = replace(LP64, name="LP64-cygwin", wchar=2, wchar_signed=False)
#: x32, 32-bit pointers on a 64-bit CPU (AMD64 psABI 1.0, figure 3.1 and §10): all else as LP64 has it.
ILP32_X32 = replace(LP64, name="ILP32-x32", pointer=4, long=4, typedefs=typedef.WIDE)
#: The other systems differ in the typedefs of their headers alone.
LP64_FREEBSD = replace(LP64, name="LP64-freebsd", typedefs=typedef.FREEBSD)
LP64_OPENBSD = replace(LP64, name="LP64-openbsd", typedefs=typedef.OPENBSD)
LP64_MACOS = replace(LP64, name="LP64-macos", typedefs=typedef.MACOS)
ILP32_FREEBSD = replace(ILP32_I386, name="ILP32-freebsd", typedefs=typedef.FREEBSD_32)
ILP32_OPENBSD = replace(ILP32_I386, name="ILP32-openbsd", typedefs=typedef.OPENBSD_32)
#: AAPCS64 §5.1 and §10.1.2: plain char and wchar_t are unsigned, long double is the IEEE's 128-bit format.
LP64_ARM = replace(
    LP64, name="LP64-arm", long_double_format="binary128", wchar_signed=False, char_signed=False, bit_fields="aapcs",
    vector_align_limit=16, lacks=(), typedefs=typedef.GENERIC,
)  # fmt: skip
LP64_ARM_BIG = replace(LP64_ARM, name="LP64-arm-big", byteorder=BIG)
#: Apple's arm64: as on its Intel machines, but long double is double.
LP64_APPLE = replace(
    LP64_MACOS, name="LP64-apple", long_double=8, long_double_align=8, long_double_format="binary64", vector_align_limit=16,
    lacks=(),
)  # fmt: skip
LLP64_ARM = replace(LLP64, name="LLP64-arm", vector_align_limit=16, lacks=())
#: The RISC-V ELF psABI, "C/C++ type details" and "Linux-specific ABI": char is unsigned, wchar_t is int, long double is
#: the IEEE's 128-bit format.
LP64_RISCV = replace(
    LP64, name="LP64-riscv", long_double_format="binary128", char_signed=False, typedefs=typedef.GENERIC
)
#: The same where registers have 32 bits.
ILP32_RISCV = replace(
    ILP32, name="ILP32-riscv", long_double=16, long_double_align=16, long_double_format="binary128", char_signed=False,
    largest_align=16, typedefs=typedef.GENERIC,
)  # fmt: skip
#: LAPCS, "C data types and machine data types": long double is the IEEE's 128-bit format.
LP64_LOONGARCH = replace(
    LP64, name="LP64-loongarch", long_double_format="binary128",
    lacks=("binary16", "bfloat16", "__fp16"), typedefs=typedef.GENERIC,
)  # fmt: skip
#: The ELF ABI s390x Supplement, "Fundamental Types" and "Vector Types": char is unsigned, long double is the IEEE's
#: 128-bit format, nothing is aligned to more than 8.
LP64_S390X = replace(
    LP64, name="LP64-s390x", byteorder=BIG, long_double_align=8, long_double_format="binary128", char_signed=False,
    scalar_align_limit=8, vector_align_limit=8, largest_align=8, lacks=("bfloat16", "__fp16"),
)  # fmt: skip
#: The same before the z13, as gcc has it: vectors are aligned to their size.
LP64_S390X_NOVX = replace(LP64_S390X, name="LP64-s390x-novx", vector_align_limit=0)
#: ELF V2 ABI 1.5, §2.1: char is unsigned, long double is two doubles, the upper and the lower half of a number.
LP64_PPC64LE = replace(
    LP64, name="LP64-ppc64le", long_double_format="double-double", char_signed=False,
    lacks=("binary16", "bfloat16", "__fp16"),
)  # fmt: skip
#: The 64-bit PowerPC ELF ABI Supplement 1.9, §3.1: the same, big-endian.
LP64_PPC64 = replace(LP64_PPC64LE, name="LP64-ppc64", byteorder=BIG)
#: The System V ABI's PowerPC Processor Supplement, "Fundamental Types", with Linux's long double, which is two doubles.
ILP32_PPC = replace(
    ILP32, name="ILP32-ppc", byteorder=BIG, long_double=16, long_double_align=16, long_double_format="double-double",
    char_signed=False, largest_align=16, lacks=("128", "binary16", "bfloat16", "binary128", "__fp16"),
)  # fmt: skip
#: AAPCS32 §5.1 and §8.1: plain char and wchar_t are unsigned, long double is double, nothing is aligned to more than 8.
ILP32_ARM = replace(
    ILP32, name="ILP32-arm", wchar_signed=False, char_signed=False, bit_fields="aapcs", scalar_align_limit=8,
    vector_align_limit=8, lacks=("128", "binary128"),
)  # fmt: skip
#: The ABI before that, as GCC's `-mabi=apcs-gnu` has it: nothing is aligned to more than 4, and no struct to less.
ILP32_OABI = replace(
    ILP32, name="ILP32-oabi", char_signed=False, long_double_align=4, scalar_align_limit=4, largest_align=4,
    record_align=4, lacks=("128", "binary16", "bfloat16", "binary128", "__fp16"),
)  # fmt: skip
#: MIPS: o32 as gcc has it, of either byte order; by the N32 ABI Handbook, chapter 3, n64's long double has the IEEE's 128 bits.
ILP32_MIPS = replace(
    ILP32, name="ILP32-mips", byteorder=BIG, lacks=("128", "binary16", "bfloat16", "binary128", "__fp16")
)
ILP32_MIPSEL = replace(ILP32_MIPS, name="ILP32-mipsel", byteorder=LITTLE)
LP64_MIPS = replace(
    LP64, name="LP64-mips", byteorder=BIG, long_double_format="binary128", lacks=("binary16", "bfloat16", "__fp16")
)
LP64_MIPSEL = replace(LP64_MIPS, name="LP64-mipsel", byteorder=LITTLE)
#: n32, with pointers and long of 32 bits in the same registers.
ILP32_MIPS_N32 = replace(LP64_MIPS, name="ILP32-mips-n32", pointer=4, long=4, typedefs=typedef.WIDE)
ILP32_MIPSEL_N32 = replace(ILP32_MIPS_N32, name="ILP32-mipsel-n32", byteorder=LITTLE)
#: SPARC Compliance Definition 2.4.1, "64-bit", figure 3-1: long double is the IEEE's 128-bit format.
LP64_SPARC = replace(
    LP64, name="LP64-sparc", byteorder=BIG, long_double_format="binary128", lacks=("binary16", "bfloat16", "__fp16"),
)  # fmt: skip
#: The System V ABI's SPARC Processor Supplement, "Fundamental Types".
ILP32_SPARC = replace(
    ILP32, name="ILP32-sparc", byteorder=BIG, long_double=16, long_double_format="binary128",
    lacks=("128", "binary16", "bfloat16", "__fp16"),
)  # fmt: skip
#: Alpha, with Linux's long double.
LP64_ALPHA = replace(LP64_SPARC, name="LP64-alpha", byteorder=LITTLE)
#: The System V ABI's Motorola 68000 supplement, "Fundamental Types", as Linux has it: nothing is aligned to more than 2. long
#: double is the 68881's format, with 16 bits of nothing behind the exponent.
ILP32_M68K = replace(
    ILP32, name="ILP32-m68k", byteorder=BIG, long_double=12, long_double_align=2, long_double_format="extended96",
    scalar_align_limit=2, largest_align=2, bit_fields="dense",
    lacks=("128", "binary16", "bfloat16", "binary128", "__fp16"),
)  # fmt: skip
#: SH as Linux's gcc has it: nothing is aligned to more than 4.
ILP32_SH = replace(
    ILP32, name="ILP32-sh", long_double_align=4, scalar_align_limit=4, largest_align=4,
    lacks=("128", "binary16", "bfloat16", "binary128", "__fp16"),
)  # fmt: skip
#: Intel's macOS of 32 bits: its long double is the x87's in 16 bytes.
ILP32_APPLE = replace(ILP32_I386, name="ILP32-apple", long_double=16, long_double_align=16, typedefs=typedef.MACOS)
#: Windows of 32 bits: natural alignment also on i386.
ILP32_WINDOWS = replace(
    ILP32, name="ILP32-windows", wchar=2, wchar_signed=False, bit_fields="microsoft", largest_align=16,
    typedefs=typedef.WINDOWS, known_headers=("windows.h",),
)  # fmt: skip
ILP32_GNU = replace(
    ILP32_WINDOWS, name="ILP32-gnu", long_double=12, long_double_align=4, long_double_format="x87",
    bit_fields="ms_struct", typedefs=typedef.MINGW,
)  # fmt: skip

TARGETS = {
    t.name: t
    for t in (
        Target("x86_64-linux", cpu="x86_64", system="linux", model=LP64, convention="sysv"),
        Target("x86_64-linux-x32", cpu="x86_64", system="linux", model=ILP32_X32, convention="sysv"),
        Target("x86_64-freebsd", cpu="x86_64", system="freebsd", model=LP64_FREEBSD, convention="sysv"),
        Target("x86_64-openbsd", cpu="x86_64", system="openbsd", model=LP64_OPENBSD, convention="sysv"),
        Target("x86_64-macos", cpu="x86_64", system="macos", model=LP64_MACOS, convention="sysv"),
        Target("x86_64-cygwin", cpu="x86_64", system="cygwin", model=LP64_CYGWIN, convention="gnuw64"),
        Target("x86_64-windows-msvc", cpu="x86_64", system="windows", model=LLP64, convention="win64"),
        Target("x86_64-windows-gnu", cpu="x86_64", system="windows", model=LLP64_GNU, convention="gnuw64"),
        Target("aarch64-linux", cpu="aarch64", system="linux", model=LP64_ARM, convention="aapcs64"),
        Target("aarch64-macos", cpu="aarch64", system="macos", model=LP64_APPLE, convention="apple-arm64"),
        Target("aarch64-windows", cpu="aarch64", system="windows", model=LLP64_ARM, convention="windows-arm64"),
        Target("aarch64_be-linux", cpu="aarch64_be", system="linux", model=LP64_ARM_BIG, convention="aapcs64"),
        Target("riscv64-linux", cpu="riscv64", system="linux", model=LP64_RISCV, convention="lp64d"),
        Target("riscv64-linux-lp64f", cpu="riscv64", system="linux", model=LP64_RISCV, convention="lp64f"),
        Target("riscv64-linux-lp64", cpu="riscv64", system="linux", model=LP64_RISCV, convention="lp64"),
        Target("loongarch64-linux", cpu="loongarch64", system="linux", model=LP64_LOONGARCH, convention="lp64d"),
        Target("loongarch64-linux-lp64f", cpu="loongarch64", system="linux", model=LP64_LOONGARCH, convention="lp64f"),
        Target("loongarch64-linux-lp64s", cpu="loongarch64", system="linux", model=LP64_LOONGARCH, convention="lp64s"),
        Target("riscv32-linux", cpu="riscv32", system="linux", model=ILP32_RISCV, convention="ilp32d"),
        Target("riscv32-linux-ilp32f", cpu="riscv32", system="linux", model=ILP32_RISCV, convention="ilp32f"),
        Target("riscv32-linux-ilp32", cpu="riscv32", system="linux", model=ILP32_RISCV, convention="ilp32"),
        Target("s390x-linux", cpu="s390x", system="linux", model=LP64_S390X, convention="s390x"),
        Target("s390x-linux-novx", cpu="s390x", system="linux", model=LP64_S390X_NOVX, convention="s390x-novx"),
        Target("ppc64le-linux", cpu="ppc64le", system="linux", model=LP64_PPC64LE, convention="elfv2"),
        Target("ppc64-linux", cpu="ppc64", system="linux", model=LP64_PPC64, convention="elfv1"),
        Target("ppc-linux", cpu="ppc", system="linux", model=ILP32_PPC, convention="powerpc-sysv"),
        Target("ppc-linux-svr4", cpu="ppc", system="linux", model=ILP32_PPC, convention="powerpc-svr4"),
        Target("arm-linux", cpu="arm", system="linux", model=ILP32_ARM, convention="aapcs-vfp"),
        Target("arm-linux-eabi", cpu="arm", system="linux", model=ILP32_ARM, convention="aapcs"),
        Target("arm-linux-oabi", cpu="arm", system="linux", model=ILP32_OABI, convention="apcs-gnu"),
        Target("mipsel-linux", cpu="mipsel", system="linux", model=ILP32_MIPSEL, convention="o32"),
        Target("mips-linux", cpu="mips", system="linux", model=ILP32_MIPS, convention="o32"),
        Target("mips64el-linux", cpu="mips64el", system="linux", model=LP64_MIPSEL, convention="n64"),
        Target("mips64-linux", cpu="mips64", system="linux", model=LP64_MIPS, convention="n64"),
        Target("mips64el-linux-n32", cpu="mips64el", system="linux", model=ILP32_MIPSEL_N32, convention="n32"),
        Target("mips64-linux-n32", cpu="mips64", system="linux", model=ILP32_MIPS_N32, convention="n32"),
        Target("sparc64-linux", cpu="sparc64", system="linux", model=LP64_SPARC, convention="v9"),
        Target("sparc-linux", cpu="sparc", system="linux", model=ILP32_SPARC, convention="v8"),
        Target("alpha-linux", cpu="alpha", system="linux", model=LP64_ALPHA, convention="alpha"),
        Target("m68k-linux", cpu="m68k", system="linux", model=ILP32_M68K, convention="m68k"),
        Target("sh4-linux", cpu="sh4", system="linux", model=ILP32_SH, convention="sh4"),
        Target("i386-linux", cpu="i386", system="linux", model=ILP32_I386, convention="cdecl"),
        Target("i386-freebsd", cpu="i386", system="freebsd", model=ILP32_FREEBSD, convention="cdecl"),
        Target("i386-openbsd", cpu="i386", system="openbsd", model=ILP32_OPENBSD, convention="cdecl"),
        Target("i386-macos", cpu="i386", system="macos", model=ILP32_APPLE, convention="cdecl"),
        Target("i386-windows-msvc", cpu="i386", system="windows", model=ILP32_WINDOWS, convention="cdecl"),
        Target("i386-windows-gnu", cpu="i386", system="windows", model=ILP32_GNU, convention="cdecl"),
    )
}


def target(name: str) -> Target:
    """The target called `name`. Raises UnsupportedTargetError, naming those there are."""
    try:
        return TARGETS[name]
    except KeyError:
        raise UnsupportedTargetError(f"no target {name!r}; there are: {', '.join(sorted(TARGETS))}") from None


def target_of(cpu: str, system: str) -> Target:
    """The target of programs that run on a CPU under a system: of several the one whose row is first, which is what the
    system's own compiler has. Raises UnsupportedTargetError, naming those there are."""
    for row in TARGETS.values():
        if (row.cpu, row.system) == (cpu, system):
            return row
    return target(f"{cpu}-{system}")
