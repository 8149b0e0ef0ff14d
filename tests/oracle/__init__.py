"""gcc as the oracle: random C signatures, C source for them, and the way to compile and load it.

How a test uses it, for calls (Python to C):

    cases = cases_here(seed, 300)                          # frozen Case values: a name and a Signature
    library = ctypes.CDLL(build(callee_source(cases), tmp_path, HERE.flags))
    for case in cases:
        values = random_values(random.Random(case.name), case)    # valid bytes: each argument's, the result's
        ... write values.result to `result_buffer`, call the function `case.name` with values.arguments ...
        ... compare `args_seen` at case.offsets with values.arguments, and what came back with values.result,
            by `same(type, expected, got)`, which leaves padding out

and for closures (C to Python): `caller_source(cases)` gives `call_<name>(address)`, which reads `args_in`,
calls `address` and leaves the result in `result_buffer`. `buffer(library, name, size)` is a writable view.

Set FARCALL_ORACLE_COUNT and FARCALL_ORACLE_SEED to run more signatures, or other ones; FARCALL_ORACLE_AS to run with the
rules of another system on the same CPU, and with gcc's switches for them.
"""

from .build import FLAGS, buffer, build, requested
from .capture import CALL_FRAME, COPIES, RESULT_FRAME, RESULT_MEMORY, frame_offset, result_offset, thunks
from .here import HERE, Here, cases_here, exported_name, needs_here, values_here
from .quirk import AARCH64, CLANG, CLANG_LINUX, NO_QUIRKS, RISCV_CLANG, RISCV_GCC, X86_64, Quirks, lets_unions_go
from .scalar import MODEL, scalars
from .signature import BASE, EXTRA, Case, random_cases
from .source import BUFFER_SIZE, callee_source, caller_source, definitions
from .value import Values, random_value, random_values, same, significant

__all__ = [
    "AARCH64",
    "BASE",
    "BUFFER_SIZE",
    "CALL_FRAME",
    "CLANG",
    "CLANG_LINUX",
    "COPIES",
    "EXTRA",
    "FLAGS",
    "HERE",
    "MODEL",
    "NO_QUIRKS",
    "RESULT_FRAME",
    "RESULT_MEMORY",
    "RISCV_CLANG",
    "RISCV_GCC",
    "X86_64",
    "Case",
    "Here",
    "Quirks",
    "Values",
    "buffer",
    "build",
    "callee_source",
    "caller_source",
    "cases_here",
    "definitions",
    "exported_name",
    "frame_offset",
    "lets_unions_go",
    "needs_here",
    "random_cases",
    "random_value",
    "random_values",
    "requested",
    "result_offset",
    "same",
    "scalars",
    "significant",
    "thunks",
    "values_here",
]
