"""The cells of the finalization gate, which foreign threads pass to take the GIL (see `gil_state`).

shut | whether it was told that the interpreter is gone | the text that tells it | ... | entered | left
"""

from __future__ import annotations

__all__ = ["CLOSED", "ENTERED", "GONE", "LATE", "LEFT", "SHUT", "SIZE", "TEXT", "TOLD"]

#: What `shut` holds, an int: 0 while the gate is open; then shut; then the interpreter is gone, and with it all objects.
CLOSED, GONE = 1, 2
#: What is written to the standard error then, by whoever is first: no Python is there to say it.
LATE = b"farcall: C called a closure whose interpreter is gone; it got the error value\n"
#: Offsets in bytes, with room for a pointer of any width: what all threads read lies in another cache line than what they
#: write.
SHUT, TOLD, TEXT, ENTERED, LEFT, SIZE = 0, 4, 8, 128, 136, 144
