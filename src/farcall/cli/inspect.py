"""`farcall inspect`: where each byte of a call travels, by which rule, and the code generated for it.

Nothing is called and no code is run: every target that farcall knows is shown on every machine.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..convention import Piece, Placement, Stack, Target, ValueLocation
from ..ctype import Function, declare

if TYPE_CHECKING:
    from ..stub.interpreter import Interpreter

__all__ = ["arranged", "parser", "run"]


class Inspected(NamedTuple):
    """A prototype on a target. `code` is the listing, or why there is none."""

    name: str
    function: Function
    target: Target
    placement: Placement
    code: str
    generated: bool
    policy: str


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    from ..convention import TARGETS

    made = argparse.ArgumentParser(
        prog="farcall inspect",
        description="Show where each byte of a call travels, by which rule, and the generated code.",
    )
    made.add_argument("prototype", metavar="PROTOTYPE", help="a function's declaration in C, with or without name")
    made.add_argument("--target", choices=sorted(TARGETS), help="(default: this machine)")
    made.add_argument("--tail", metavar="TYPES", help="the types behind `...`, or without a prototype: 'int, double'")
    made.add_argument(
        "--listing", action=argparse.BooleanOptionalAction, help="show the code (default: where there is any)"
    )
    made.add_argument("--gil", choices=("release", "hold"), default="release", help="(default: release)")
    made.add_argument("--errno", action="store_true", help="with the code that keeps errno")
    made.add_argument("--tier", choices=("fast", "api"), default="", help="the way objects are read")
    made.add_argument("--json", action="store_true", help="all of it as JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Show it."""
    inspected = _inspect(options)
    if options.json:
        import json

        print(json.dumps(_record(inspected, options), indent=2))
    else:
        print(_text(inspected, options))
    return 0


def _inspect(options: argparse.Namespace) -> Inspected:
    from ..cdecl import Scope, parse_function
    from ..convention import Signature, place, promote, target
    from ..ctype import unqualified

    if options.target:
        chosen = target(options.target)
    else:
        from ..cpython.facts.host import host_target

        chosen = host_target()
    scope = Scope(chosen.model)
    name, function = parse_function(options.prototype, scope)
    types = [unqualified(parameter.type) for parameter in function.parameters]
    if options.tail is not None:
        if not function.takes_any:
            raise ValueError(f"--tail: {declare(function, name)} has no variadic part")
        _, tail = parse_function(f"void tail({options.tail})", scope)
        types += [promote(parameter.type, chosen.model) for parameter in tail.parameters]
    fixed = len(function.parameters) if function.variadic else None
    signature = Signature(function.result, tuple(types), fixed, function.convention)
    placement = place(signature, chosen)
    code, generated, policy = _code(placement, chosen, options)
    return Inspected(name, function, chosen, placement, code, generated, policy)


def _code(placement: Placement, target: Target, options: argparse.Namespace) -> tuple[str, bool, str]:
    """The listing of the builtin's body, or why there is none; whether there is; and what it was made for. If a
    listing was asked for, its absence is an error."""
    from ..errors import UnsupportedTargetError, UnsupportedTypeError
    from ..lower import listing, lower
    from ..stub import Policy, Surroundings, call, crossing

    interpreter = _interpreter(target, options.tier)
    words = [f"gil={options.gil}", "errno kept" if options.errno else "", f"objects of {interpreter.name}"]
    policy = ", ".join(word for word in words if word)
    if options.listing is False:
        return "", False, policy
    try:
        kept = Policy(options.gil == "release", options.errno)
        routine = call(crossing(placement.signature, target), kept, Surroundings(target, interpreter))
        return listing(lower(routine, target, listed=True)), True, policy
    except (UnsupportedTypeError, UnsupportedTargetError) as error:
        if options.listing:
            raise
        return str(error), False, policy


def _interpreter(target: Target, tier: str) -> Interpreter:
    """The facts for a Python on `target` of the running one's version, in a usual build if that is another width."""
    from ..cpython.facts import interpreter

    here, width = interpreter.interpreter(tier), target.model.pointer
    if here.pointer == width:
        return here
    row = (interpreter.ROWS if width == 8 else interpreter.ROWS_32).get(sys.version_info[:2])
    if here.fast and row is not None:
        return row
    return replace(interpreter.API_ONLY, header=2 * width, type=width, pointer=width)


# As text.


def _text(inspected: Inspected, options: argparse.Namespace) -> str:
    placement, function = inspected.placement, inspected.function
    lines = [
        f"{declare(function, inspected.name)};",
        f"on {inspected.target}, convention {placement.convention}",
        "",
        *_value("result", placement.result),
    ]
    if placement.returned_address is not None:
        lines.append(f"  the address of the result comes back in {placement.returned_address}")
    for index, passed in enumerate(placement.arguments):
        lines += _value(_parameter(inspected, index), passed)
    if function.variadic and len(placement.arguments) == len(function.parameters):
        lines.append("... nothing in the variadic part; --tail 'int, double' shows one")
    if not function.prototyped and not placement.arguments:
        lines.append("no prototype: any arguments are taken; --tail 'int, double' shows some")
    lines.append(_stack(placement))
    if placement.vector_count_in is not None:
        register, count = placement.vector_count_in, placement.vector_count
        lines.append(f"{register} = {count}: how many vector registers the call uses")
    if inspected.generated:
        lines += ["", f"generated code ({inspected.policy}):", "", inspected.code]
    elif options.listing is None:
        lines += ["", f"no generated code: {inspected.code}"]
    return "\n".join(lines)


def _parameter(inspected: Inspected, index: int) -> str:
    known = inspected.function.parameters
    if index >= len(known):
        return f"{'variadic' if inspected.function.variadic else 'argument'} {index + 1}"
    name = known[index].name
    return f"parameter {index + 1}" + (f" {name!r}" if name else "")


def _value(title: str, passed: ValueLocation) -> list[str]:
    """Type and size, then a line for each piece, then the rule."""
    unit = "byte" if passed.size == 1 else "bytes"
    size = f", {passed.size} {unit}" if passed.size else ""
    lines = [f"{title}: {passed.type}{size}"]
    if passed.by_reference:
        lines.append(f"  its address, {passed.pieces[0]}")
    else:
        lines += [f"  {_bytes(piece)}" for piece in passed.pieces]
    return [*lines, f"  by {passed.rule}"]


def _bytes(piece: Piece) -> str:
    last = piece.offset + piece.size - 1
    span = f"byte {piece.offset}" if piece.size == 1 else f"bytes {piece.offset} to {last}"
    widened = f", {piece.extend}-extended to {piece.extend_to * 8} bits" if piece.extend else ""
    left = ", left-justified" if piece.justified == "left" else ""
    return f"{span} in {piece.place}{widened}{left}"


def _stack(placement: Placement) -> str:
    if not placement.stack_size:
        return "stack: no arguments"
    home = f", {placement.home} of them reserved below the first" if placement.home else ""
    popped = f"; the callee removes {placement.callee_pops}" if placement.callee_pops else ""
    return f"stack: {placement.stack_size} bytes of arguments{home}, aligned to {placement.stack_align}{popped}"


# As data.


def _record(inspected: Inspected, options: argparse.Namespace) -> dict[str, Any]:
    placement, known = inspected.placement, inspected.function.parameters
    parameters = []
    for index, passed in enumerate(placement.arguments):
        fixed = index < len(known)
        variadic = not fixed and inspected.function.variadic
        parameters.append({"name": known[index].name if fixed else "", "variadic": variadic, **_passed(passed)})
    count_in, returned = placement.vector_count_in, placement.returned_address
    return {
        "prototype": declare(inspected.function, inspected.name),
        "target": inspected.target.name,
        "convention": placement.convention,
        "result": _passed(placement.result),
        "returned_address": returned.name if returned else None,
        "parameters": parameters,
        "stack": {
            "size": placement.stack_size,
            "align": placement.stack_align,
            "home": placement.home,
            "callee_pops": placement.callee_pops,
        },
        "vector_count": {"in": count_in.name, "value": placement.vector_count} if count_in else None,
        "policy": inspected.policy,
        "listing": inspected.code.splitlines() if inspected.generated else None,
        "no_listing": inspected.code or None if not inspected.generated else None,
    }


def _passed(passed: ValueLocation) -> dict[str, Any]:
    return {
        "type": str(passed.type),
        "size": passed.size,
        "by_reference": passed.by_reference,
        "pieces": [_piece(piece) for piece in passed.pieces],
        "rule": passed.rule,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    place = piece.place
    where = {"stack": place.offset} if isinstance(place, Stack) else {"register": place.name, "bank": place.bank}
    widened = {"extend": piece.extend, "extend_to": piece.extend_to} if piece.extend else {}
    left = {"justified": piece.justified} if piece.justified == "left" else {}
    return {"offset": piece.offset, "size": piece.size, **where, **widened, **left}
