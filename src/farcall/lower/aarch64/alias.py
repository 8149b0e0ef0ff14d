"""Which of an instruction's names is shown, where it has several (Arm ARM C6.2, "Alias conditions")."""

from __future__ import annotations

from typing import Any

from ...encode.aarch64 import AL, LR, SP, XZR

__all__ = ["preferred"]

Given = dict[str, Any]
_WIDENING = {8: "b", 16: "h", 32: "w"}


def preferred(name: str, given: Given) -> tuple[str, Given]:
    """The row to show an encoder's instruction by, and the operands for it, in the row's order."""
    match name:
        case "add_ri" if not given["imm"] and not given["shift12"] and SP in (given["dst"], given["src"]):
            return "mov_sp", _without(given, "imm", "shift12")
        case "mov_sp" if SP not in given.values():
            return "add_ri", {**given, "imm": 0, "shift12": False, "bits": 64}
        case "sub_rr" if given["a"] == XZR:
            return "neg_r", _without(given, "a")
        case "orr_rr" if given["a"] == XZR and not given["shift"]:
            return "mov_rr", _without(given, "a", "shift")
        case "madd" if given["addend"] == XZR:
            return "mul_rr", _without(given, "addend")
        case "msub" if given["minuend"] == XZR:
            return "mneg_rr", _without(given, "minuend")
        case "orr_ri" if given["src"] == XZR and (given["dst"] == SP or not _is_wide(given["imm"], given["bits"])):
            return "mov_bitmask", _without(given, "src")
        case "movz" | "movn":
            return _wide(name, given)
        case "lsl_ri" if not given["count"]:
            return "lsr_ri", given
        case "ubfx" | "sbfx":
            return _extracted(name, given)
        case "bfi" if not given["lsb"]:
            return "bfxil", given
        case "bfi" if given["src"] == XZR:
            return "bfc", _without(given, "src")
        case "csinc" if given["a"] == given["b"] and given["condition"] != AL:
            opposite = {**given, "condition": given["condition"] ^ 1}
            return ("cset", _without(opposite, "a", "b")) if given["a"] == XZR else ("cinc", _without(opposite, "b"))
        case "ret" if given["reg"] == LR:
            return "ret_lr", {}
        case "tbz" | "tbnz":
            return name, {**given, "bits": 64 if given["bit"] > 31 else 32}
        case "movi_zero" if given["bits"] == 128:
            return "movi_zero_all", given
    return name, given


def _without(given: Given, *names: str) -> Given:
    return {key: value for key, value in given.items() if key not in names}


def _is_wide(value: int, bits: int) -> bool:
    """Whether movz or movn, which do not reach SP, make the number: its 16-bit parts but one are all zeros or ones."""
    parts = [value >> shift & 0xFFFF for shift in range(0, bits, 16)]
    return len(parts) - 1 in (parts.count(0), parts.count(0xFFFF))


def _wide(name: str, given: Given) -> tuple[str, Given]:
    """`mov` with the number that movz or movn makes, unless another instruction makes it as well."""
    dst, imm, shift, bits = given.values()
    if (not imm and shift) or (name == "movn" and bits == 32 and imm == 0xFFFF):
        return name, given
    value = imm << shift
    return "mov_wide", {"dst": dst, "imm": ~value if name == "movn" else value, "bits": bits}


def _extracted(name: str, given: Given) -> tuple[str, Given]:
    """A field that ends at the top is a shift; one that starts at the bottom, as wide as a C type, an extension."""
    dst, src, lsb, width, bits = given.values()
    if lsb + width == bits:
        return ("lsr_ri" if name == "ubfx" else "asr_ri"), {"dst": dst, "src": src, "count": lsb, "bits": bits}
    if lsb == 0 and width in _WIDENING and (name == "sbfx" or bits == 32):
        return f"{name[0]}xt{_WIDENING[width]}", {"dst": dst, "src": src, "bits": bits}
    return name, given
