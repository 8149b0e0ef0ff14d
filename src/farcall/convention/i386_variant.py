"""What systems and their compilers do differently on 32-bit x86, as a record of named choices for each target.

The Intel386 psABI 1.1 (§2.2.3) is Linux's, and gcc follows it. The BSDs and macOS have clang, Windows has Microsoft's
compiler, for which clang stands here, or gcc as MinGW. Where no document speaks, those compilers decide.
"""

from __future__ import annotations

from ..record import NamedTuple

__all__ = ["MICROSOFT", "VARIANTS", "AbiVariant"]


class AbiVariant(NamedTuple):
    """What a system does differently.

    - `stack_align`: what the stack pointer is aligned to at a call.
    - `pops_hidden`: who is called removes the hidden pointer of a result in memory from the stack.
    - `attribute_keeps_hidden`: but not a variadic function with an attribute that gives registers, though it uses none.
    - `hidden_on_stack`: the hidden pointer of `fastcall` and `thiscall` is on the stack, ecx is the first parameter's.
    - `small_in_registers`: records of 1, 2, 4 or 8 bytes are returned in eax and edx.
    - `lone_unwrapped`: of those, one around a single floating number is returned as that.
    - `machine_modes`: a record is to gcc what its machine mode is. A struct, no union, around any single number or
      vector is returned as that, whatever its size; as an argument it uses no general registers. Elsewhere only
      one around a float or a double uses none, and a union too. A record without members is returned in memory.
    - `members_by_size`: a small record is returned in memory if one of its members, looked into, is not small too.
    - `spends`: the kinds of arguments that use up registers of `fastcall` and `thiscall` though they are on the stack.
    - `registers_widened`: the caller widens a narrow integer in a register too.
    - `m64_in_mmx`: vectors of 8 bytes use mm0 to mm2.
    - `m64_on_stack`: those of integers are on the stack.
    - `tiny_vectors_general`: vectors under 8 bytes are passed as integers are, else in vector registers.
    - `vectors`: how many vector registers take arguments.
    - `only_xmm_returned`: vectors of 8, 32 and 64 bytes are returned in memory.
    - `wide_slots`: a vector in a vector register of its kind takes 16 bytes of stack at least.
    - `spilled_by_reference`: a vector that finds no register goes by reference, as does a record with an alignment
      that was asked for.
    - `most_aligned`: the largest alignment on the stack of what is no vector, but has an alignment of 16 or more.
    - `members_aligned`: a record has that from members aligned so, looked into; else from any vector of 16 bytes in it or
      in records in it, but not in arrays.
    """

    stack_align: int
    pops_hidden: bool
    attribute_keeps_hidden: bool
    hidden_on_stack: bool
    small_in_registers: bool
    lone_unwrapped: bool
    machine_modes: bool
    members_by_size: bool
    spends: frozenset[str]
    registers_widened: bool
    m64_in_mmx: bool
    m64_on_stack: bool
    tiny_vectors_general: bool
    vectors: int
    only_xmm_returned: bool
    wide_slots: bool
    spilled_by_reference: bool
    most_aligned: int
    members_aligned: bool


#: Linux, by gcc.
LINUX = AbiVariant(
    stack_align=16,
    pops_hidden=True,
    attribute_keeps_hidden=True,
    hidden_on_stack=False,
    small_in_registers=False,
    lone_unwrapped=False,
    machine_modes=True,
    members_by_size=True,
    spends=frozenset({"wide", "record"}),
    registers_widened=True,
    m64_in_mmx=True,
    m64_on_stack=False,
    tiny_vectors_general=True,
    vectors=3,
    only_xmm_returned=False,
    wide_slots=False,
    spilled_by_reference=False,
    most_aligned=1 << 28,
    members_aligned=True,
)
#: Windows by gcc (MinGW, Cygwin).
MINGW = LINUX._replace(stack_align=4, pops_hidden=False, small_in_registers=True, lone_unwrapped=True)
#: FreeBSD and OpenBSD, by clang.
BSD = AbiVariant(
    stack_align=4,
    pops_hidden=True,
    attribute_keeps_hidden=False,
    hidden_on_stack=True,
    small_in_registers=True,
    lone_unwrapped=True,
    machine_modes=False,
    members_by_size=True,
    spends=frozenset({"record", "complex"}),
    registers_widened=False,
    m64_in_mmx=False,
    m64_on_stack=True,
    tiny_vectors_general=False,
    vectors=3,
    only_xmm_returned=False,
    wide_slots=True,
    spilled_by_reference=False,
    most_aligned=4,
    members_aligned=False,
)
#: macOS: clang, and Apple's "IA-32 Function Calling Conventions".
APPLE = BSD._replace(
    stack_align=16,
    tiny_vectors_general=True,
    vectors=4,
    only_xmm_returned=True,
    most_aligned=16,
)
#: Windows by Microsoft's compiler.
MICROSOFT = BSD._replace(
    pops_hidden=False,
    lone_unwrapped=False,
    members_by_size=False,
    spends=frozenset(),
    m64_on_stack=False,
    spilled_by_reference=True,
)

#: By the target's name.
VARIANTS = {
    "i386-linux": LINUX,
    "i386-freebsd": BSD,
    "i386-openbsd": BSD,
    "i386-macos": APPLE,
    "i386-windows-msvc": MICROSOFT,
    "i386-windows-gnu": MINGW,
}
