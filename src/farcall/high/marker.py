"""Numbers by their width, under the names that libffi's bindings give them: `u8` to `u64`, `i8` to `i64`, `f32`, `f64`,
`usize`, `isize`.

Each is a class: an annotation (`def add(x: u64, y: u64) -> u64`), a type in a list (`[u64, u64]`), and a maker of
values (`f32(3)`). To a type checker each is the Python type whose values it takes.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not loaded for this

__all__ = ["f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize"]

if TYPE_CHECKING:
    u8 = u16 = u32 = u64 = usize = int
    i8 = i16 = i32 = i64 = isize = int
    f32 = f64 = float
else:
    from .types import named

    u8, u16, u32, u64, usize = map(named, ("uint8", "uint16", "uint32", "uint64", "size_t"))
    i8, i16, i32, i64, isize = map(named, ("int8", "int16", "int32", "int64", "ssize_t"))
    f32, f64 = map(named, ("float_", "double"))
