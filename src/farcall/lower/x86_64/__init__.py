"""x86-64: `registers` says what the stub's names are here, `frame` lays the frame out, `lowering` does the
steps, `chunk` moves odd numbers of bytes, `assembler` collects, `listing` prints."""

from .lowering import lower
from .thunk import thunk, trampoline

__all__ = ["lower", "thunk", "trampoline"]
