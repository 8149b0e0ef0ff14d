"""Numbers inside instruction words: checked for width, given as the field's bits, not yet in place."""

from __future__ import annotations

__all__ = ["either", "ranged", "register", "signed", "unsigned"]


def ranged(value: int, limit: int, name: str, what: str) -> int:
    """0 to `limit` inclusive; else ValueError naming the instruction and `what`."""
    if 0 <= value <= limit:
        return value
    raise ValueError(f"{name}: {what} {value!r} is not in 0 to {limit}")


def unsigned(value: int, bits: int, name: str, what: str) -> int:
    """0 to 2^bits - 1; else ValueError naming the instruction and `what`."""
    if 0 <= value < 1 << bits:
        return value
    raise ValueError(f"{name}: {what} {value!r} does not fit {bits} unsigned bits")


def signed(value: int, bits: int, name: str, what: str, unit: int = 1) -> int:
    """A multiple of `unit` that, divided by it, fits `bits` signed bits; else ValueError naming both."""
    half = unit << bits - 1
    if -half <= value < half and not value % unit:
        return value // unit & (1 << bits) - 1
    times = f" times {unit}" if unit != 1 else ""
    raise ValueError(f"{name}: {what} {value!r} does not fit {bits} signed bits{times}")


def either(value: int, bits: int, name: str) -> int:
    """A number of `bits` bits in either view (-1 and 2^bits - 1 are the same), as the unsigned one."""
    if -(1 << bits - 1) <= value < 1 << bits:
        return value & (1 << bits) - 1
    raise ValueError(f"{name}: immediate {value!r} does not fit {bits} bits")


def register(number: int, name: str, field: str) -> int:
    """The number of a register, 0 to 31; else ValueError naming the instruction and the field."""
    if number & ~31:
        raise ValueError(f"{name}: {field} operand {number!r} is not a register (0 to 31)")
    return number
