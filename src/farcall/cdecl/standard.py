"""The typedefs every scope starts with: C's headers, POSIX, and `__m128` and its like, as data."""

from __future__ import annotations

from collections.abc import Iterator

from ..ctype import LP64, Array, CType, DataModel, Float, Integer, Record, Vector, names, python_object, sizeof

__all__ = ["standard"]

#: Typedefs by C's name, as Linux has them; a data model tells its own (`DataModel.typedefs`).
FIXED = {
    type.name: type
    for type in (
        names.int8, names.int16, names.int32, names.int64,
        names.uint8, names.uint16, names.uint32, names.uint64,
        names.size_t, names.ssize_t, names.ptrdiff_t, names.intptr, names.uintptr, names.wchar,
        Integer("int_least8_t", "8", True), Integer("uint_least8_t", "8", False),
        Integer("int_least16_t", "16", True), Integer("uint_least16_t", "16", False),
        Integer("int_least32_t", "32", True), Integer("uint_least32_t", "32", False),
        Integer("int_least64_t", "64", True), Integer("uint_least64_t", "64", False),
        Integer("int_fast8_t", "8", True), Integer("uint_fast8_t", "8", False),
        Integer("int_fast64_t", "64", True), Integer("uint_fast64_t", "64", False),
        Integer("intmax_t", "64", True), Integer("uintmax_t", "64", False),
        Integer("char8_t", "8", False), Integer("char16_t", "16", False), Integer("char32_t", "32", False),
        Integer("pid_t", "int", True), Integer("id_t", "int", False), Integer("key_t", "int", True),
        Integer("uid_t", "int", False), Integer("gid_t", "int", False), Integer("mode_t", "int", False),
        Integer("socklen_t", "int", False), Integer("sa_family_t", "16", False),
        Integer("in_addr_t", "32", False), Integer("in_port_t", "16", False),
        Integer("useconds_t", "32", False), Integer("dev_t", "64", False),
        Integer("off64_t", "64", True), Integer("loff_t", "64", True),
        Integer("u_char", "char", False), Integer("u_short", "short", False),
        Integer("u_int", "int", False), Integer("u_long", "long", False),
        Integer("ushort", "short", False), Integer("uint", "int", False), Integer("ulong", "long", False),
        Integer("time_t", "long", True), Integer("clock_t", "long", True), Integer("suseconds_t", "long", True),
        Integer("off_t", "long", True), Integer("blksize_t", "long", True), Integer("blkcnt_t", "long", True),
        Integer("ino_t", "long", False), Integer("wint_t", "int", False),
        Integer("int_fast16_t", "long", True), Integer("uint_fast16_t", "long", False),
        Integer("int_fast32_t", "long", True), Integer("uint_fast32_t", "long", False),
        Integer("Py_ssize_t", "pointer", True), Integer("Py_hash_t", "pointer", True),
        Integer("__int128_t", "128", True), Integer("__uint128_t", "128", False),
    )
} | {"bool": names.bool_}  # fmt: skip

VECTORS = {
    name: Vector(lane, size // width, name)
    for size, base in ((16, "__m128"), (32, "__m256"), (64, "__m512"))
    for name, lane, width in (
        (base, names.float_, 4), (base + "d", names.double, 8), (base + "i", names.longlong, 8),
        (base + "h", names.float16, 2),
    )
} | {"__m64": Vector(names.longlong, 1, "__m64")}  # fmt: skip

#: By the first letters of their names, the lanes of the short vectors of 8 and of 16 bytes that compilers have built in
#: (ACLE, "Vector data types"); and polynomials, which are unsigned integers to C's callers.
POLYNOMIALS = tuple(Integer(f"__Poly{bits}_t", str(bits), False) for bits in (8, 16, 64, 128))
LANES: dict[str, tuple[Integer | Float, ...]] = {
    "Int": (names.int8, names.int16, names.int32, names.int64),
    "Uint": (names.uint8, names.uint16, names.uint32, names.uint64),
    "Float": (names.fp16, names.float_, names.double), "Bfloat": (names.bfloat16,), "Poly": POLYNOMIALS[:3],
}  # fmt: skip


def _built_in() -> Iterator[tuple[str, CType]]:
    yield from ((type.name, type) for type in POLYNOMIALS)
    for kind, lanes in LANES.items():
        for lane in lanes:
            bits = 8 * sizeof(lane, LP64)  # as on any model
            for count in (64 // bits, 128 // bits):
                name = f"__{kind}{bits}x{count}_t"
                yield name, Vector(lane, count, name)


BUILT_IN = dict(_built_in())


#: Structs that only their owner knows, by their typedefs.
OPAQUE = (("FILE", "_IO_FILE"), ("DIR", "__dirstream"), ("va_list", "__va_list_tag"), ("PyObject", python_object.TAG))


def standard(model: DataModel) -> tuple[dict[str, CType], dict[tuple[str, str], CType]]:
    """(typedefs, tags) of a new scope. The opaque records in them are its own."""
    typedefs: dict[str, CType] = {**FIXED, **VECTORS, **BUILT_IN}
    for name, rank, signed in model.typedefs:
        typedefs[name] = Integer(name, rank, signed)
    if "windows.h" in model.known_headers:
        from .windows_h import windows_types  # which other systems' declarations do not name

        typedefs.update(windows_types())
    tags: dict[tuple[str, str], CType] = {}
    for name, tag in OPAQUE:
        typedefs[name] = tags["struct", tag] = Record("struct", tag)
    # As a parameter a va_list is one pointer on every platform: an array, a pointer, or a
    # struct that is passed by reference. Its size stays unknown.
    typedefs["va_list"] = Array(typedefs["va_list"], 1)
    for name in ("__builtin_va_list", "__gnuc_va_list"):
        typedefs[name] = typedefs["va_list"]
    return typedefs, tags
