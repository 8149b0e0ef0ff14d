"""From a placement to shapes: one pure function. It knows the names of registers from the placement alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..convention import Piece, Placement, Register, Stack, Target, ValueLocation, target
from ..convention.register_size import register_size
from .cell import filled, value_cells
from .shape import Box, Cell, Drawing, Group, Value

__all__ = ["placed"]

RESULT = "result"
REST_OF_REGISTER = "the rest of the register: nothing may be read from it"
REST_OF_STACK = "nothing is here: what follows is aligned"
RESERVED = "reserved for the callee, below the first argument on the stack (shadow space, register save area)"
#: Of a register that holds numbers in one format only, whatever their type.
CONVERTED = {"x87": "converted to the register's own format"}


def placed(placement: Placement, names: Sequence[str] = (), title: str = "") -> Drawing:
    """The drawing of a placement: its registers, its stack, what its pointers point to and what comes back.

    `names` are those of the parameters, "" for none, as far as they are known; `title` is the declaration (default: the
    signature). Every byte of a value is in one cell of the drawing, unless it is padding that is passed nowhere
    (`Value.left`), and in a second one marked `again` where the convention has it in two places.
    """
    where = target(placement.target)
    known = [*names, *[""] * len(placement.arguments)]
    passed = [(0, RESULT, placement.result)]
    passed += [(i, known[i - 1], argument) for i, argument in enumerate(placement.arguments, 1)]
    values = tuple(_value(index, name, location) for index, name, location in passed)
    boxes = [*_registers(placement, values, where), *_stack(placement, values, where)]
    boxes += [_memory(value, location, where, "memory") for value, (_, _, location) in zip(values[1:], passed[1:], strict=True)
              if location.by_reference and value.size]  # fmt: skip
    boxes += _result(placement, values[0], where)
    return Drawing(
        title or str(placement.signature),
        placement.target,
        placement.convention,
        values,
        tuple(boxes),
        _facts(placement, where),
    )


def _value(index: int, name: str, location: ValueLocation) -> Value:
    way = ["by reference"] if location.by_reference else []
    for piece in location.pieces:
        bank = "stack" if isinstance(piece.place, Stack) else piece.place.bank
        widened = f" {piece.extend}-extended" if piece.extend else ""
        way.append(f"bytes {piece.offset} to {piece.offset + piece.size - 1} {bank}{widened}")
    return Value(
        index,
        name,
        str(location.type),
        location.size,
        location.rule,
        location.by_reference,
        () if location.by_reference else _left(location),
        tuple(way),
    )


def _left(location: ValueLocation) -> tuple[tuple[int, int], ...]:
    """The bytes of a value that are in none of its pieces."""
    left, at = [], 0
    for piece in sorted(location.pieces, key=lambda piece: piece.offset):
        if piece.offset > at:
            left.append((at, piece.offset))
        at = max(at, piece.offset + piece.size)
    if at < location.size:
        left.append((at, location.size))
    return tuple(left)


# Registers.


def _registers(placement: Placement, values: Sequence[Value], where: Target) -> Iterable[Box]:
    """The registers in the order of the values that they hold; the result's address goes first."""
    cells: dict[Register, list[Cell]] = {}
    for value, location in _passed(placement, values):
        seen: set[tuple[int, int]] = set()
        for piece in location.pieces:
            if isinstance(piece.place, Register):
                there = cells.setdefault(piece.place, [])
                width = max(_width(piece.place, where), _extent(piece))
                again = (piece.offset, piece.size) in seen
                there += _in_register(value, location, piece, width, where, again=again)
                seen.add((piece.offset, piece.size))
    for register, there in cells.items():
        yield _register_box(register, there, "registers", where)
    counted = placement.vector_count_in
    if counted is not None:
        width = _width(counted, where) or 1
        note = f"{counted} = {placement.vector_count}: how many vector registers the call uses"
        label = f"{placement.vector_count} vector register" + "s" * (placement.vector_count != 1)
        yield Box(
            counted.name,
            "registers",
            width,
            _word(where),
            (Cell(0, width, "count", label=label, note=note),),
            counted.bank,
        )


def _passed(placement: Placement, values: Sequence[Value]) -> list[tuple[Value, ValueLocation]]:
    """What goes into the call: the address of a result in memory, and the arguments."""
    both = list(zip(values, (placement.result, *placement.arguments), strict=True))
    return both if placement.result.by_reference else both[1:]


def _register_box(register: Register, cells: list[Cell], group: Group, where: Target) -> Box:
    width = max([_width(register, where), *(cell.stop for cell in cells)])
    return Box(register.name, group, width, _word(where), filled(cells, width, REST_OF_REGISTER), register.bank)


def _in_register(
    value: Value, location: ValueLocation, piece: Piece, width: int, where: Target, *, again: bool = False
) -> list[Cell]:
    """A piece at the low-order end of its register, or at the high-order one."""
    extent = _extent(piece)
    order = where.byteorder
    end = order.high if piece.justified == "left" else order.low
    start = end(width, extent)
    return _piece(value, location, piece, start + order.low(extent, piece.size), where, again=again)


def _extent(piece: Piece) -> int:
    """The bytes of a piece, widened."""
    return max(piece.size, piece.extend_to if piece.extend else 0)


def _width(register: Register, where: Target) -> int:
    return register_size(register, where.cpu)


def _word(where: Target) -> int:
    """What a line of the drawing holds: a general register, or an address where those are not known."""
    return register_size(Register("", "general"), where.cpu) or where.model.pointer


# Pieces, wherever they are.


def _piece(
    value: Value, location: ValueLocation, piece: Piece, at: int, where: Target, *, again: bool = False
) -> list[Cell]:
    """The cells of a piece whose own bytes stand at `at`, and of what it is widened by."""
    if location.by_reference:
        what = RESULT if value.index == 0 else f"copy of {value.shown}"
        note = (
            "the address of memory of the caller's for the result" if value.index == 0 else f"the address of a {what}"
        )
        cells = [Cell(at, piece.size, "pointer", value.index, label=f"→ {what}", note=note, again=again)]
    else:
        part = (piece.offset, piece.offset + piece.size)
        cells = value_cells(location.type, where.model, part, at, value.index, value.shown, again=again)
    missing = _extent(piece) - piece.size
    if missing:
        order = where.byteorder
        first = at - order.low(_extent(piece), piece.size) + order.high(_extent(piece), missing)
        note = f"{piece.extend}-extended to {piece.extend_to * 8} bits by who puts it there"
        cells.append(
            Cell(first, missing, "extension", value.index, label=f"{piece.extend} ext", note=note, again=again)
        )
    return cells


def _stack(placement: Placement, values: Sequence[Value], where: Target) -> Iterable[Box]:
    if not placement.stack_size:
        return
    cells: list[Cell] = []
    for value, location in _passed(placement, values):
        for piece in location.pieces:
            if isinstance(piece.place, Stack):
                cells += _piece(value, location, piece, piece.place.offset, where)
    size = max([placement.stack_size, *(cell.stop for cell in cells)])
    inside = filled(cells, size, REST_OF_STACK, placement.shadow_space, RESERVED)
    yield Box("stack", "stack", size, _word(where), inside)


def _memory(value: Value, location: ValueLocation, where: Target, group: Group) -> Box:
    """What a pointer points to: the whole value."""
    name = RESULT if value.index == 0 else f"copy of {value.shown}"
    cells = value_cells(location.type, where.model, (0, value.size), 0, value.index, value.shown)
    return Box(name, group, value.size, _word(where), tuple(cells))


def _result(placement: Placement, value: Value, where: Target) -> Iterable[Box]:
    """The registers that a result comes back in, or the memory that it is in and the address that comes back."""
    if placement.result.by_reference:
        if value.size:
            yield _memory(value, placement.result, where, "result")
        register = placement.returned_address
        if register is not None:
            size = placement.result.pieces[0].size
            width = max(_width(register, where), size)
            note = "the address of the result comes back"
            cell = Cell(where.byteorder.low(width, size), size, "pointer", 0, label=f"→ {RESULT}", note=note)
            yield _register_box(register, [cell], "result", where)
        return
    for piece in placement.result.pieces:
        if isinstance(piece.place, Register):
            width = max(_width(piece.place, where), _extent(piece))
            cells = _in_register(value, placement.result, piece, width, where)
            yield _register_box(piece.place, cells, "result", where)


def _facts(placement: Placement, where: Target) -> tuple[str, ...]:
    facts = []
    if placement.stack_size:
        shadow = placement.shadow_space
        reserved = f", {shadow} of them reserved below the first argument" if shadow else ""
        facts.append(f"stack: {placement.stack_size} bytes{reserved}, aligned to {placement.stack_align}")
    if placement.callee_pops:
        facts.append(f"the callee removes {placement.callee_pops} bytes of the stack")
    for location in (placement.result, *placement.arguments):
        for piece in location.pieces:
            place = piece.place
            if isinstance(place, Register) and place.bank in CONVERTED and piece.size < _width(place, where):
                facts.append(f"{place}: {CONVERTED[place.bank]}")
    return tuple(dict.fromkeys(facts))
