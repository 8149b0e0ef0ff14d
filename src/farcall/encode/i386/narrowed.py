"""An instruction that i386 shares with x86-64: the encoder of that, let near no operand that i386 has not.

Without a REX prefix both CPUs read the same bytes alike. So all there is to do is to keep out what would need
one: registers from 8 on, widths of 64 bits, and at 8 bits registers 4 to 7, which are SPL to DIL there, and here
would be AH to BH, which farcall never names.

Source: Intel SDM volume 2, section 2.2.1.2; table 3-1 for the registers of 8 bits.
"""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.i386.operand import Address, as_x86_64
from farcall.encode.x86_64.sse import Sse

__all__ = ["DWORD", "GENERAL", "WIDE", "Narrowed"]

Operand = int | Address | Sse

#: Widths of general operands: all, all but bytes, and the full register alone.
GENERAL, WIDE, DWORD = (8, 16, 32), (16, 32), (32,)

_REGISTERS, _BYTE_REGISTERS = range(8), range(4)
_REGISTER_PARAMETERS = {"dst", "src", "reg", "first", "second"}


class Narrowed:
    """`encoder` of x86-64 as one of i386: operands by position, `bits` one of `widths`, by default 32.

    Where `encoder` has no `bits`, its general register is as wide as the last of `widths`. It shows its
    parameters as a function does, in `__name__`, `__code__` and `__defaults__`.
    """

    def __init__(self, encoder: Callable[..., bytes], widths: tuple[int, ...] = GENERAL) -> None:
        code = encoder.__code__
        names = code.co_varnames[: code.co_argcount]
        given: tuple[Operand, ...] = encoder.__defaults__ or ()
        late = names[len(names) - len(given) :]
        self.__name__ = encoder.__name__
        self.__doc__ = encoder.__doc__
        self.__code__ = code
        self.__defaults__ = tuple(
            32 if name == "bits" and 32 in widths else value for name, value in zip(late, given, strict=True)
        )
        self._encoder = encoder
        self._names = names
        self.widths = widths
        self._bits = names.index("bits") if "bits" in names else None
        self._memory = names.index("mem") if "mem" in names else None
        # Each register with the operand that tells its width, where one does.
        source = names.index("source_bits") if "source_bits" in names else self._bits
        self._registers = tuple(
            (at, source if name == "src" else self._bits)
            for at, name in enumerate(names)
            if name in _REGISTER_PARAMETERS
        )

    def __call__(self, *operands: Operand) -> bytes:
        """The bytes. Raises ValueError naming instruction and operand for what does not fit i386."""
        if len(operands) != len(self._names):
            operands = self._completed(operands)
        if self._bits is not None and operands[self._bits] not in self.widths:
            widths = ", ".join(map(str, self.widths))
            raise ValueError(f"{self.__name__}: width {operands[self._bits]!r} is none of {widths}")
        for at, width in self._registers:
            bits = self.widths[-1] if width is None else operands[width]
            if operands[at] not in (_BYTE_REGISTERS if bits == 8 else _REGISTERS):
                kind = "an 8-bit register (0 to 3)" if bits == 8 else "a register (0 to 7)"
                raise ValueError(f"{self.__name__}: {self._names[at]} {operands[at]!r} is not {kind}")
        if self._memory is None:
            return self._encoder(*operands)
        before, mem, after = operands[: self._memory], operands[self._memory], operands[self._memory + 1 :]
        return self._encoder(*before, as_x86_64(mem, self.__name__), *after)

    def _completed(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """`operands` and the defaults of those not given."""
        missing = len(self._names) - len(operands)
        if not 0 < missing <= len(self.__defaults__):
            raise TypeError(f"{self.__name__} takes {', '.join(self._names)}: not {len(operands)} operands")
        return (*operands, *self.__defaults__[-missing:])
