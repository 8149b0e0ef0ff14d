"""The names of CPUs: what others call those that targets are named by; and what ELF files of some have of their own."""

from __future__ import annotations

from ..ctype import BIG, LITTLE

__all__ = [
    "COPIES",
    "ELF_MACHINES",
    "ELF_ORDERS",
    "FAMILIES",
    "OLDER",
    "SYMBOL_COUNTS",
    "WIDE_HASHES",
    "WINDOWS_FEATURES",
    "cpu_called",
    "cpu_of_elf",
    "cpu_of_pe",
    "cpu_on",
    "gnu_name",
    "oldest_platform",
    "wheel_name",
]  # fmt: skip

#: CPUs that are one but for the byte order and the width of a word, by the name of what they share.
FAMILIES = {
    "aarch64_be": "aarch64",
    "riscv32": "riscv64",
    "mipsel": "mips",
    "mips64el": "mips",
    "mips64": "mips",
    "sparc": "sparc64",
}
#: By the identity's EI_DATA (the gABI, "ELF Identification").
ELF_ORDERS = {1: LITTLE, 2: BIG}
#: By e_machine and the bits of the class in an ELF header (the gABI's registry of machines, and psABIs).
ELF_MACHINES = {
    (3, 32): "i386",
    (62, 64): "x86_64",
    (62, 32): "x32",
    (183, 64): "aarch64",
    (40, 32): "arm",
    (243, 64): "riscv64",
    (258, 64): "loongarch64",
    (243, 32): "riscv32",
    (22, 64): "s390x",
    (21, 64): "ppc64le",
    (20, 32): "ppc",
    (8, 32): "mipsel",
    (8, 64): "mips64el",
    (43, 64): "sparc64",
    (2, 32): "sparc",
    (18, 32): "sparc",
    (0x9026, 64): "alpha",
    (4, 32): "m68k",
    (42, 32): "sh4",
}
#: The same with the EI_DATA of programs that are not those called so.
OTHER_ORDER = {(183, 64, 2): "aarch64_be", (21, 64, 2): "ppc64", (8, 32, 2): "mips", (8, 64, 2): "mips64"}
#: Where e_flags lies, by the bits of the class; and by machine and bits, bits of it with what programs have there that are
#: called otherwise: those that pass floating-point numbers in general registers (AAELF32, §5.3: EF_ARM_ABI_FLOAT_HARD), by
#: Debian's name; those of n32 (EF_MIPS_ABI2), and those in the sixth release's instructions (EF_MIPS_ARCH), by GNU's.
FLAGS_AT = {32: 36, 64: 48}
EF_MIPS_ARCH = 0xF000_0000
FLAGS: dict[tuple[int, int], tuple[tuple[int, int, str], ...]] = {
    (40, 32): ((0x400, 0, "armel"),),
    (8, 32): ((0x20, 0x20, "mipsn32"), (EF_MIPS_ARCH, 0x9000_0000, "mipsisa32r6")),
    (8, 64): ((EF_MIPS_ARCH, 0xA000_0000, "mipsisa64r6"),),
}
#: The machines, by e_machine and bits, whose DT_HASH tables have entries of 64 bits: s390x and Alpha.
WIDE_HASHES = frozenset({(22, 64), (0x9026, 64)})
#: By e_machine, the tag that counts a file's symbols where there need be no DT_HASH: MIPS's DT_MIPS_SYMTABNO.
SYMBOL_COUNTS = {8: 0x70000011}
#: By e_machine, the type of a relocation by which a program takes over a library's variable (the psABIs' R_..._COPY).
COPIES = {3: 5, 40: 20, 62: 5, 183: 1024, 243: 4, 258: 4, 22: 9, 21: 19}
#: By the machine in a PE file's header ("PE Format", Machine Types). The last two are for code that emulated and native
#: programs share.
PE_MACHINES = {0x14C: "i386", 0x8664: "x86_64", 0xAA64: "aarch64", 0xA641: "aarch64", 0xA64E: "aarch64"}
#: The numbers by which Windows is asked what the CPU has (<winnt.h>, PF_..._AVAILABLE), by Linux's names for it.
WINDOWS_FEATURES = {
    "sse": 6, "sse2": 10, "pni": 13, "ssse3": 36, "sse4_1": 37, "sse4_2": 38, "avx": 39, "avx2": 40, "avx512f": 41,
}  # fmt: skip
#: Names that systems and compilers have for one CPU.
ALIASES = {
    "AMD64": "x86_64", "amd64": "x86_64", "arm64": "aarch64", "ARM64": "aarch64",
    "i486": "i386", "i586": "i386", "i686": "i386", "x86": "i386",
}  # fmt: skip
#: What a kernel's name of its machine means for a program of 32 bits.
NARROW = {"x86_64": "i386"}

#: What GNU calls programs for Linux on a CPU, where that is not the CPU's name before "-linux-gnu".
GNU_NAMES = {
    "arm": "arm-linux-gnueabihf", "ppc64le": "powerpc64le-linux-gnu", "mips64el": "mips64el-linux-gnuabi64",
    "mips64": "mips64-linux-gnuabi64", "ppc64": "powerpc64-linux-gnu",
    "ppc": "powerpc-linux-gnu",
}  # fmt: skip
#: Where the C library is younger than that of 2014.
OLDEST_PLATFORMS = {"riscv64": "manylinux_2_31", "loongarch64": "manylinux_2_36"}
#: What wheels' tags call CPUs, where that is not their name here (PEP 425: what the kernel calls the machine).
WHEEL_NAMES = {"i386": "i686", "arm": "armv7l", "mipsel": "mips", "mips64el": "mips64"}
#: How kernels' names of machines start that lack instructions which all code for a CPU has: those before ARMv7.
OLDER = {"arm": ("armv4", "armv5", "armv6")}


def cpu_of_elf(head: bytes) -> str:
    """The CPU of a program, by the first 52 bytes of its file. Raises ValueError for what is no ELF file. One that no
    target is for is called by its number."""
    if len(head) < 20 or head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in ELF_ORDERS:
        raise ValueError("not an ELF file")
    machine, bits = int.from_bytes(head[18:20], ELF_ORDERS[head[5]].name), 32 * head[4]
    order = ELF_ORDERS[head[5]]
    at = FLAGS_AT[bits]
    flags = int.from_bytes(head[at : at + 4], order.name)
    for mask, value, name in FLAGS.get((machine, bits), ()):
        if flags & mask == value:
            return name
    if (machine, bits, head[5]) in OTHER_ORDER:
        return OTHER_ORDER[machine, bits, head[5]]
    return ELF_MACHINES.get((machine, bits), f"machine {machine} of {bits} bits")


def cpu_of_pe(head: bytes) -> str:
    """The CPU of a module of Windows, by the first 6 bytes of its PE header. Raises ValueError for what is none. One that no
    target is for is called by its number."""
    if len(head) < 6 or head[:4] != b"PE\0\0":
        raise ValueError("not a PE header")
    machine = int.from_bytes(head[4:6], LITTLE.name)
    return PE_MACHINES.get(machine, f"machine {machine:#x}")


def cpu_on(cpu: str, machine: str) -> str:
    """The CPU of a program on what the kernel calls `machine`: that name, which no target has, for one that is too old."""
    return machine if machine.startswith(OLDER.get(cpu, ())) else cpu


def gnu_name(cpu: str) -> str:
    """GNU's name for programs for Linux on a CPU, as those who name directories and files by CPU have it."""
    return GNU_NAMES.get(cpu, f"{cpu}-linux-gnu")


def cpu_called(name: str, pointer: int) -> str:
    """The CPU that a system calls so, for programs whose pointers have so many bytes."""
    name = ALIASES.get(name, name)
    return NARROW.get(name, name) if pointer == 4 else name


def oldest_platform(cpu: str) -> str:
    """The oldest that a Python wheel for Linux is for, as the policies of auditwheel have it for a CPU."""
    return OLDEST_PLATFORMS.get(cpu, "manylinux_2_17")


def wheel_name(cpu: str) -> str:
    """What the tag of a Python wheel calls a CPU."""
    return WHEEL_NAMES.get(cpu, cpu)
