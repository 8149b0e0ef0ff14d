"""Why Windows refused memory that can be executed, in words, with how to fix it."""

from __future__ import annotations

import struct

from ... import seed
from ...errors import MemoryPolicyError
from .functions import BOOL, function

__all__ = ["MAKING", "MAPPING_CODE", "MAPPING_DATA", "judged"]

# The three acts that make a region, as they appear in messages.
MAKING = "CreateFileMapping with PAGE_EXECUTE_READWRITE"
MAPPING_DATA = "MapViewOfFile with FILE_MAP_WRITE"
MAPPING_CODE = "MapViewOfFile with FILE_MAP_EXECUTE"

#: What a policy answers: ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_DYNAMIC_CODE_BLOCKED. Anything else is a shortage.
REFUSALS = frozenset({5, 50, 1655})
#: PROCESS_MITIGATION_POLICY, and its first bit: ProhibitDynamicCode.
DYNAMIC_CODE, PROHIBITED = 2, 1
HOUSEKEEPING = "farcall keeps generated code in a section mapped twice, never in a page both writable and executable"
GUARD = (
    "Policy: Arbitrary Code Guard (ProcessDynamicCodePolicy) is on for this process, which then makes no code at all. Way "
    "out: switch it off for this program (Exploit protection: Arbitrary code guard, or Set-ProcessMitigation -Disable "
    "DynamicCode)."
)
UNKNOWN = (
    "Policy: not visible from here; a sandbox or a security product does this. Way out: allow this process sections with "
    "PAGE_EXECUTE_READWRITE."
)


def judged(act: str, error: OSError) -> OSError:
    """A refusal explained, a shortage as it is."""
    number = getattr(error, "winerror", None) or 0
    if number not in REFUSALS:
        return error
    reason = GUARD if number == 1655 or _guarded() else UNKNOWN
    explained = MemoryPolicyError(
        error.errno or 0, f"{act}: {error.strerror}. {HOUSEKEEPING}, and that is refused here. {reason}"
    )
    explained.__cause__ = error
    return explained


def _guarded() -> bool:
    """Whether the process may make no code (GetProcessMitigationPolicy), as far as this Windows tells."""
    flags = bytearray(struct.calcsize("I"))
    try:
        process = function("GetCurrentProcess", 0)()
        known = function("GetProcessMitigationPolicy", 4)(process, DYNAMIC_CODE, seed.address_of(flags), len(flags))
    except OSError:
        return False
    return bool(known & BOOL) and bool(flags[0] & PROHIBITED)
