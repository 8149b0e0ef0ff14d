"""C source for random cases: the functions that Python calls, and the functions that call Python.

The buffers, in every source that has them (each `BUFFER_SIZE` bytes, aligned to 64):

    args_seen      callee_source: argument i as the callee received it, at `case.offsets[i]`
    args_in        caller_source: argument i for the caller to send, at `case.offsets[i]`
    result_buffer  at 0: what the callee is to return (callee_source), or what the caller got (caller_source)

Each library has its own `result_buffer`, so load a callee and a caller library separately.
`calls_seen` (callee_source, unsigned long) counts the calls made. A case's convention, where it has one, is an
attribute of its function (`ms_abi`); the `call_<name>` themselves are the target's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from farcall.ctype import (
    Array,
    CType,
    DataModel,
    Enum,
    Field,
    Function,
    Parameter,
    Pointer,
    Record,
    Vector,
    Void,
    alignof,
    declare,
    sizeof,
    unqualified,
)

from .quirk import misses_reference
from .signature import Case

__all__ = ["BUFFER_SIZE", "callee_source", "caller_source", "definitions"]

BUFFER_SIZE = 8192
HEADERS = ("stdarg.h", "stddef.h", "stdint.h", "string.h", "sys/types.h", "wchar.h")
INCLUDES = "".join(f"#include <{name}>\n" for name in HEADERS)
PACKED = "__attribute__((packed)) "
#: What gcc's lists of arguments start with in functions of another convention than the target's own.
LISTS = {"ms_abi": "__builtin_ms_va_", "sysv_abi": "__builtin_sysv_va_"}
#: Where there are no such conventions the attributes mean nothing, and their lists are the target's own.
NO_LISTS = "#ifndef __x86_64__\n" + "".join(
    f"#define {va}{word} va_{word}\n" for va in LISTS.values() for word in ("list", "start", "end")
)
NO_LISTS += "#endif"
#: gcc's code for i386 passes `__m64` in MMX registers, which lie in the x87's, and leaves it to its author to say when the
#: x87 is to work again.
END_OF_MMX = """
#if defined __i386__ && defined __MMX__
#define END_OF_MMX() __builtin_ia32_emms()
#else
#define END_OF_MMX() (void)0
#endif
"""
BUFFER = f"unsigned char {{}}[{BUFFER_SIZE}] __attribute__((aligned(64)));"


def callee_source(cases: Sequence[Case]) -> str:
    """C with one function for each case, of its name and signature, variadic where it is.

    It copies every argument received into `args_seen` and returns the value found in `result_buffer`.
    """
    lines = [
        INCLUDES,
        NO_LISTS,
        BUFFER.format("args_seen"),
        BUFFER.format("result_buffer"),
        "unsigned long calls_seen;",
    ]
    lines += definitions(cases)
    for case in cases:
        lines += _callee(case)
    return "\n".join(lines) + "\n"


def caller_source(cases: Sequence[Case]) -> str:
    """C with `void call_<name>(void (*function)(void))` for each case.

    It reads the arguments from `args_in`, calls `function` as what the case says it is, and copies its result
    into `result_buffer`.
    """
    lines = [INCLUDES, END_OF_MMX, BUFFER.format("args_in"), BUFFER.format("result_buffer")]
    lines += definitions(cases)
    for case in cases:
        lines += _caller(case)
    return "\n".join(lines) + "\n"


def definitions(cases: Iterable[Case]) -> list[str]:
    """The struct, union, enum and vector definitions that the cases need, in C's order, each once.

    Each record comes with an assertion that gcc gives it farcall's size and alignment.
    """
    lines: dict[object, str] = {}
    for case in cases:
        for type in (case.signature.result, *case.signature.parameters):
            _define(type, lines, case.model)
    return list(lines.values())


def _callee(case: Case) -> Iterable[str]:
    signature, offsets = case.signature, case.offsets
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    named = [declare(type, f"a{i}") for i, type in enumerate(signature.parameters[:fixed])]
    if signature.fixed is not None:
        named.append("...")
    attribute = f"__attribute__(({signature.convention})) " if signature.convention else ""
    yield attribute + declare(signature.result, f"{case.name}({', '.join(named) or 'void'})")
    yield "{"
    yield "    calls_seen++;"
    va = LISTS.get(signature.convention or "", "va_")
    if signature.fixed is not None:
        yield f"    {va}list tail; {va}start(tail, a{fixed - 1});"
    for i, (type, at) in enumerate(zip(signature.parameters, offsets, strict=True)):
        if i >= fixed:
            local = declare(unqualified(type), f"a{i}")
            if signature.convention == "ms_abi" and misses_reference(type):
                yield f"    {local} = *va_arg(tail, {declare(Pointer(unqualified(type)))});"
            else:
                yield f"    {local} = va_arg(tail, {declare(unqualified(type))});"
        yield f"    memcpy(args_seen + {at}, (const void *)&a{i}, sizeof a{i});"
    if signature.fixed is not None:
        yield f"    {va}end(tail);"
    if not isinstance(signature.result, Void):
        yield f"    {declare(signature.result, 'result')}; memcpy(&result, result_buffer, sizeof result);"
        yield "    return result;"
    yield "}"


def _caller(case: Case) -> Iterable[str]:
    signature, offsets = case.signature, case.offsets
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    parameters = tuple(Parameter("", type) for type in signature.parameters[:fixed])
    function = Function(signature.result, parameters, signature.fixed is not None, signature.convention)
    yield f"void call_{case.name}(void (*function)(void))"
    yield "{"
    for i, (type, at) in enumerate(zip(signature.parameters, offsets, strict=True)):
        yield f"    {declare(unqualified(type), f'a{i}')}; memcpy(&a{i}, args_in + {at}, sizeof a{i});"
    sent = ", ".join(f"a{i}" for i in range(len(signature.parameters)))
    call = f"(({declare(Pointer(function))})function)({sent})"
    if isinstance(signature.result, Void):
        yield f"    {call};"
    else:
        yield f"    {declare(signature.result, 'result')} = {call};"
        yield "    memcpy(result_buffer, &result, sizeof result);"
    yield "    END_OF_MMX();"
    yield "}"


def _define(type: CType, lines: dict[object, str], model: DataModel) -> None:
    """Add what `type` is made of, inner types first."""
    type = unqualified(type)
    if isinstance(type, Pointer):
        if isinstance(type.target, Record):
            _define(type.target, lines, model)
    elif isinstance(type, Array):
        _define(type.element, lines, model)
    elif isinstance(type, Enum) and type.tag not in lines:
        constants = ", ".join(f"{name} = {value}" for name, value in type.constants)
        lines[type.tag] = f"enum {type.tag} {{ {constants} }};"
    elif isinstance(type, Vector) and type.name is not None and type.name not in lines:
        lines[type.name] = f"typedef {type.lane.name} {type.name} __attribute__((vector_size({sizeof(type, model)})));"
    elif isinstance(type, Record) and type not in lines:
        for field in type.fields or ():
            _define(field.type, lines, model)
        if type.tag or type.name:
            lines[type] = _record(type, model)


def _record(record: Record, model: DataModel) -> str:
    """The definition with its attributes, and what farcall believes about it."""
    name = f"{record.kind} {record.tag}" if record.tag else record.name
    fields = record.fields or ()
    whole = bool(fields) and all(field.packed for field in fields)  # by an attribute of its own
    head = f"{record.kind} {PACKED if whole else ''}{_aligned(record.align)}{record.tag or ''}"
    members = "".join(f" {_member(field)};" for field in record.fields or ())
    body = f"{head} {{{members} }};" if record.tag else f"typedef {head} {{{members} }} {name};"
    if record.pack:
        body = f"#pragma pack(push, {record.pack})\n{body}\n#pragma pack(pop)"
    size, align = sizeof(record, model), alignof(record, model)
    return f'{body}\n_Static_assert(sizeof({name}) == {size} && __alignof__({name}) == {align}, "{name}");'


def _member(field: Field) -> str:
    packed = PACKED if field.packed else ""
    if field.name is None and isinstance(field.type, Record):  # anonymous: its definition stands here
        return f"{field.type.kind} {{{''.join(f' {_member(inner)};' for inner in field.type.fields or ())} }}"
    width = "" if field.bits is None else f" : {field.bits}"
    return f"{declare(field.type, field.name or '')}{width} {packed}{_aligned(field.align)}".rstrip()


def _aligned(align: int) -> str:
    return f"__attribute__((aligned({align}))) " if align else ""
