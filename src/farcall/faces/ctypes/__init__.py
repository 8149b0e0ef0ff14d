"""The interface of `ctypes`: the interpreter's own Python code over farcall in place of `_ctypes`."""
