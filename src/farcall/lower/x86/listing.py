"""Instructions as text, in the Intel syntax that objdump prints, from the encoder and its operands.

Jumps show the label they go to, accesses of the pool the name of the address there, and instructions that carry an
address themselves its name. `word` is 64 or 32: bits of an address, and of what is pushed.
"""

from __future__ import annotations

from ...encode.i386 import Absolute
from ...encode.x86_64 import TEST, Mem, Rip
from ..code import Line
from ..note import Naming
from .mnemonic import CONDITIONS, LEGACY, LETTERS, NOPS, OPERATIONS, ROWS, SAME, SIZES, SSE_MEMORY, VECTORS

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["reason", "text"]

RAX, RBP, R13 = 0, 5, 13
JUMPS = frozenset({"jcc32", "jmp32", "call32"})
#: Encoders for an immediate that is an address, patched later.
CARRIERS = frozenset({"alu_ri_full", "alu_mi_full", "mov_ri_full", "push_i32"})


def _is_unknown(operand: object) -> bool:
    """Whether it is memory whose place is known by name only: in the pool, or at an address patched later."""
    return type(operand) is Rip or operand == Absolute(0)


def _pooled(line: Line) -> bool:
    return line.encoder.__name__ in CARRIERS or any(map(_is_unknown, line.operands))


NAMING = Naming(JUMPS, _pooled)
reason = NAMING.reason


def text(line: Line, word: int) -> str:
    """The instruction of `line`, with its label or symbol. Raises KeyError for an encoder without a row."""
    name, given = line.encoder.__name__, line.given()
    if name == "nop":
        return NOPS[given["length"] - 1].format(e=LETTERS[word])
    if name == "mov_constant":
        name, given = _constant(**given)
    elif name == "xchg_rr":
        _short_xchg(given)
    elif name == "ret":
        return f"ret {given['pop']:#x}" if given["pop"] else "ret"
    elif name == "alu_rm" and given["op"] == TEST:  # the same instruction either way round
        name, given = "alu_mr", {key: given[key] for key in ("op", "mem", "dst", "bits")}
    elif name.startswith(("movzx_", "movsx_")):
        return _extension(name, given, line, word)
    mnemonic, *kinds = ROWS[name].split()
    bits = given.pop("bits", word)
    words = {"z": "64" if bits == 512 else "", "dq": "q" if bits == 64 else "d", "e": LETTERS[word]}
    memory = bits
    if "op" in given:
        op = given.pop("op")
        if isinstance(op, int):
            words["op"] = OPERATIONS[name.removeprefix("lock_").split("_")[0]][op]
        else:
            words["op"], memory = op.name, SSE_MEMORY.get(op.name, 128)
    if "condition" in given:
        words["cc"] = CONDITIONS[given.pop("condition")]
    values = iter(given.values())
    shown = [SAME.get(kind) or _operand(kind, next(values), bits, memory, line, word) for kind in kinds]
    return f"{mnemonic.format(**words).replace('_', ' ')} {','.join(shown)}".rstrip()


def _operand(kind: str, value: Any, bits: int, memory: int, line: Line, word: int) -> str:
    width = word if kind[1:] == "w" else int(kind[1:]) if kind[1:].isdigit() else bits
    match kind[0]:
        case "r":
            return _register(value, width)
        case "m":
            return f"{SIZES[memory if kind == 'mo' else width]} PTR {_address(value, line, word)}"
        case "a":
            return _address(value, line, word)
        case "i":
            return NAMING.name(line) or hex(value & ((1 << width) - 1))
        case "n":  # a shift by one has a form of its own, without an immediate
            return "1" if value == 1 else hex(value)
        case "x":
            return f"xmm{value}"
        case "q":
            return f"mm{value}"
        case "v":
            return f"{VECTORS[width]}mm{value}"
        case "t":
            return f"st({value})"
    end = line.offset + len(line.encoder(*line.operands))  # "j"
    return NAMING.name(line) or hex(end + value & (1 << word) - 1)


def _register(number: int, bits: int) -> str:
    if number > 7:
        return f"r{number}" + {8: "b", 16: "w", 32: "d", 64: ""}[bits]
    name = LEGACY[number]
    if bits == 8:
        return f"{name[0]}l" if name.endswith("x") else f"{name}l"
    return {16: "", 32: "e", 64: "r"}[bits] + name


def _address(mem: Mem | Rip | Absolute, line: Line, word: int) -> str:
    if isinstance(mem, Rip):
        return f"[rip+{NAMING.name(line) or hex(mem.disp & (1 << 64) - 1)}]"
    if isinstance(mem, Absolute):
        return f"ds:{NAMING.name(line) or hex(mem.address & (1 << 32) - 1)}"
    inner = _register(mem.base, word)
    if mem.index is not None:
        inner += f"+{_register(mem.index, word)}*{mem.scale}"
    if mem.disp or mem.base in (RBP, R13):  # these two bases are encoded with a displacement always
        inner += f"{'-' if mem.disp < 0 else '+'}{abs(mem.disp):#x}"
    return f"[{inner}]"


# What no row can say.


def _constant(dst: int, value: int) -> tuple[str, dict[str, Any]]:
    """The mov that `mov_constant` picks."""
    if 0 <= value < 1 << 32:
        return "mov_ri", {"dst": dst, "imm": value, "bits": 32}
    signed = value - (1 << 64) if value >> 63 == 1 else value
    if -(1 << 31) <= signed < 0:
        return "mov_ri", {"dst": dst, "imm": signed, "bits": 64}
    return "movabs_ri", {"dst": dst, "imm": value}


def _short_xchg(given: dict[str, Any]) -> None:
    """The form of `xchg` with rax has it second."""
    if given["first"] == RAX and given["bits"] != 8:
        given["first"], given["second"] = given["second"], RAX


def _extension(name: str, given: dict[str, Any], line: Line, word: int) -> str:
    """`movzx`, `movsx`; of 32 bits it is `movsxd`, or a plain `mov` where that widens by itself."""
    source, bits = given["source_bits"], given["bits"]
    mnemonic = name[:5]
    if source == 32:
        bits, mnemonic = (bits, "movsxd") if (mnemonic, bits) == ("movsx", 64) else (32, "mov")
    kind, value = ("m", given["mem"]) if "mem" in given else ("r", given["src"])
    return f"{mnemonic} {_register(given['dst'], bits)},{_operand(kind, value, source, source, line, word)}"
