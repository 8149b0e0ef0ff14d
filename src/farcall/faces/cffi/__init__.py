"""The interface of cffi: cffi's own Python code over farcall in place of `_cffi_backend`."""
