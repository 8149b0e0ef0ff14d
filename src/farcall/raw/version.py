"""What libffi says of itself."""

from __future__ import annotations

from .. import seed
from .constants import FFI_DEFAULT_ABI, FFI_VERSION_NUMBER, FFI_VERSION_STRING

__all__ = ["ffi_get_default_abi", "ffi_get_version", "ffi_get_version_number"]

_TEXT = FFI_VERSION_STRING.encode() + b"\0"


def ffi_get_version() -> int:
    """The address of the version as a C string. It raises nothing.

    >>> farcall.cast("char *", raw.ffi_get_version()).string() == raw.FFI_VERSION_STRING
    True
    """
    return seed.address_of(_TEXT)


def ffi_get_version_number() -> int:
    """The version x.y.z as one number: x * 10000 + y * 100 + z. It raises nothing.

    >>> raw.ffi_get_version_number() == raw.FFI_VERSION_NUMBER
    True
    """
    return FFI_VERSION_NUMBER


def ffi_get_default_abi() -> int:
    """The number of the platform's own calling convention. It raises nothing.

    >>> raw.ffi_get_default_abi() == raw.FFI_DEFAULT_ABI
    True
    """
    return FFI_DEFAULT_ABI
