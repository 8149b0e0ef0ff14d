"""An exception on each line of a room in turn, as a lack of memory or an interrupt may come.

CPython's own allocator made to fail would be nearer to the truth, but that kills some of its versions. No exception is
raised where in truth none can be: where a `with` block is left, a `try` begins, or a constant is stored.
"""

from __future__ import annotations

import itertools
import linecache
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType

__all__ = ["failures"]

#: Lines that cannot fail.
SURE = re.compile(r"\s*(with .*|try:|[\w.]+ = (True|False|None))(\s*#.*)?$")
_Trace = Callable[[FrameType, str, object], object]


def failures(
    act: Callable[[], object], part: str, stride: int = 1, error: type[BaseException] = MemoryError
) -> Iterator[BaseException]:
    """What comes of `act()` if every `stride`-th line in files with `part` in their path raises `error`, one at a time, until
    there is no more line to raise it on."""
    for end in itertools.count(0, stride):
        found = _with_failure(act, part, end, error)
        if found is None:
            return
        yield found


def _with_failure(act: Callable[[], object], part: str, lines: int, error: type[BaseException]) -> BaseException | None:
    left = lines

    def fail(frame: FrameType, event: str, _argument: object) -> _Trace | None:
        nonlocal left
        if part not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        left -= event == "line" and not SURE.match(linecache.getline(frame.f_code.co_filename, frame.f_lineno))
        if left < 0:
            left = sys.maxsize
            raise error
        return fail

    before = sys.gettrace()
    sys.settrace(fail)
    try:
        act()
    except BaseException as raised:
        return raised
    finally:
        sys.settrace(before)
    return None
