"""The cells of the finalization gate, which foreign threads pass to take the GIL (see `gil_state`).

shut | ... | entered | left
"""

from __future__ import annotations

__all__ = ["ENTERED", "LEFT", "SHUT", "SIZE"]

#: Offsets in bytes, with room for a pointer of any width: what all threads read lies in another cache line than what they
#: write.
SHUT, ENTERED, LEFT, SIZE = 0, 64, 72, 80
