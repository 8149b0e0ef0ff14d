"""`farcall inspect`: where each byte of a call is, by which rule, and the code generated for it.

Nothing is called and no code is run: every target that farcall knows is shown on every machine.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from ..convention import Piece, Placement, Stack, Target, ValueLocation
from ..ctype import Function, declare
from ..record import NamedTuple
from .call import TIER

if TYPE_CHECKING:
    from ..drawing import Picture

__all__ = ["arranged", "parser", "run"]


#: The end of the help.
EXAMPLES = """\
  farcall inspect 'double pow(double, double)'
  farcall inspect --draw --target {} --target {} 'int f(struct {{ float x, y; }} p, long n)'
"""


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
        description="Show the argument locations of a call (the register or stack slot of each byte, and the\n"
        "rule of the ABI behind it), and the generated code.",
        epilog="\n".join(["targets:", *(f"  {name}" for name in sorted(TARGETS)), "", EXAMPLES.format(*TARGETS)]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("prototype", metavar="PROTOTYPE", help="a function's declaration in C, with or without name")
    made.add_argument(
        "--target",
        action="append",
        choices=sorted(TARGETS),
        metavar="TARGET",
        help="one of those below (default: this machine); several are compared",
    )
    made.add_argument("--tail", metavar="TYPES", help="the types behind `...`, or without a prototype: 'int, double'")
    made.add_argument(
        "--listing", action=argparse.BooleanOptionalAction, help="show the code (default: where there is any)"
    )
    made.add_argument(
        "--gil",
        choices=("release", "hold", "python"),
        default="release",
        help="what the call does with the GIL (default: release)",
    )
    made.add_argument("--errno", action="store_true", help="with the code that keeps errno")
    made.add_argument("--tier", choices=("fast", "api"), default="", help=TIER)
    made.add_argument("--draw", action="store_true", help="draw the registers and the stack, targets side by side")
    made.add_argument("--svg", metavar="FILE", help="write that drawing to a file as SVG")
    made.add_argument("--json", action="store_true", help="all of it as JSON; with --draw, the shapes that it draws")
    return made


def run(options: argparse.Namespace) -> int:
    """Show it."""
    drawn = options.draw or options.svg is not None
    if drawn and options.listing is None:
        options.listing = False
    inspected = [_inspect(options, chosen) for chosen in _targets(options)]
    if options.svg is not None:
        with open(options.svg, "w", encoding="utf-8") as file:
            file.write(_picture(inspected).svg() + "\n")
    if options.json:
        import json

        records = [_record(one) for one in inspected]
        shown = _picture(inspected).data() if options.draw else records if len(records) > 1 else records[0]
        print(json.dumps(shown, indent=2))
    elif options.draw:
        print(_drawn(inspected))
    elif options.svg is None:
        print("\n\n".join(_text(one, options) for one in inspected))
    return 0


def _targets(options: argparse.Namespace) -> list[Target]:
    from ..convention import target

    if options.target:
        return [target(name) for name in options.target]
    from ..cpython.facts.host import host_target

    return [host_target()]


def _inspect(options: argparse.Namespace, chosen: Target) -> Inspected:
    from ..cdecl import Scope, parse_function
    from ..convention import call_signature, place

    scope = Scope(chosen.model)
    name, function = parse_function(options.prototype, scope)
    tail = []
    if options.tail is not None:
        if not function.takes_any:
            raise ValueError(f"--tail: {declare(function, name)} has no variadic part")
        tail = [parameter.type for parameter in parse_function(f"void tail({options.tail})", scope)[1].parameters]
    placement = place(call_signature(function, tail, chosen.model), chosen)
    code, generated, policy = _code(placement, chosen, options)
    return Inspected(name, function, chosen, placement, code, generated, policy)


def _code(placement: Placement, target: Target, options: argparse.Namespace) -> tuple[str, bool, str]:
    """The listing of the builtin's body, or why there is none; whether there is; and what it was made for. If a
    listing was asked for, its absence is an error."""
    from ..errors import UnsupportedTargetError, UnsupportedTypeError
    from ..explorer.code import code_of, interpreter_on
    from ..lower import listing
    from ..stub import Policy

    interpreter = interpreter_on(target, options.tier)
    words = [f"gil={options.gil}", "errno kept" if options.errno else "", f"objects of {interpreter.name}"]
    policy = ", ".join(word for word in words if word)
    if options.listing is False:
        return "", False, policy
    try:
        kept = Policy(options.gil == "release", options.errno, raise_set=options.gil == "python")
        return listing(code_of(placement, target, kept, tier=options.tier)), True, policy
    except (UnsupportedTypeError, UnsupportedTargetError) as error:
        if options.listing:
            raise
        return str(error), False, policy


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
    reserved = f", {placement.shadow_space} of them reserved below the first" if placement.shadow_space else ""
    popped = f"; the callee removes {placement.callee_pops}" if placement.callee_pops else ""
    return f"stack: {placement.stack_size} bytes of arguments{reserved}, aligned to {placement.stack_align}{popped}"


# As a drawing.


def _picture(inspected: list[Inspected]) -> Picture:
    from ..drawing import Picture, placed

    return Picture(
        placed(
            one.placement, [parameter.name for parameter in one.function.parameters], declare(one.function, one.name)
        )
        for one in inspected
    )


def _drawn(inspected: list[Inspected]) -> str:
    """The drawing, as wide as the terminal and in its colours; then the code, if it was asked for."""
    import shutil

    picture, width = _picture(inspected), shutil.get_terminal_size((100, 24)).columns
    lines = [picture.text(width, colour=_has_colour())]
    for one in inspected:
        if one.generated:
            lines += ["", f"generated code for {one.target} ({one.policy}):", "", one.code]
    return "\n".join(lines)


def _has_colour() -> bool:
    """Whether what is printed goes to a terminal with colours, whose user has not said no (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


# As data.


def _record(inspected: Inspected) -> dict[str, Any]:
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
            "shadow_space": placement.shadow_space,
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
