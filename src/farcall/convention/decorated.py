"""What compilers for Windows call functions of some conventions in their libraries: the name with marks, and how many bytes the
arguments have ("Decorated names", Microsoft Learn). A library whose author listed its exports has the plain names."""

from __future__ import annotations

from ..ctype import Function, sizeof
from ..errors import FarcallError
from .target import Target

__all__ = ["decorated_names"]

SYSTEMS = frozenset({"windows", "cygwin"})
#: By CPU and convention, the forms, Microsoft's first; MinGW leaves the underscore out.
FORMS = {
    ("i386", "stdcall"): ("_{name}@{size}", "{name}@{size}"),
    ("i386", "fastcall"): ("@{name}@{size}",),
    ("i386", "vectorcall"): ("{name}@@{size}",),
    ("x86_64", "vectorcall"): ("{name}@@{size}",),
}


def decorated_names(name: str, function: Function, target: Target) -> list[str]:
    """What a library may call the function instead of `name`, most likely first; none where compilers leave names alone."""
    forms = FORMS.get((target.cpu, function.convention or "")) if target.system in SYSTEMS else None
    if not forms or function.variadic:
        return []
    word = target.model.pointer
    try:
        size = sum(-(-sizeof(parameter.type, target.model) // word) * word for parameter in function.parameters)
    except FarcallError:  # of a type that cannot be passed: whoever places the call says so
        return []
    return [form.format(name=name, size=size) for form in forms]
