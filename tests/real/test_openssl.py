"""OpenSSL's libcrypto by its headers: digests, random bytes, errors in words."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def crypto() -> Any:
    names = ["libcrypto.so.3", "libcrypto.so.1.1"]
    return installed(names, ["openssl/evp.h", "openssl/rand.h", "openssl/err.h"], "libssl3")


@pytest.mark.parametrize("name", ["sha256", "sha512", "sha1"])
def test_a_digest(crypto: Any, name: str) -> None:
    context = crypto.EVP_MD_CTX_new()
    assert crypto.EVP_DigestInit_ex(context, getattr(crypto, f"EVP_{name}")(), None) == 1
    for part in (b"some ", b"bytes", b"", bytes(1000)):
        assert crypto.EVP_DigestUpdate(context, part, len(part)) == 1
    room, length = bytearray(crypto.EVP_MAX_MD_SIZE), farcall.uint(0)
    assert crypto.EVP_DigestFinal_ex(context, room, length) == 1
    crypto.EVP_MD_CTX_free(context)
    assert room[: length.value] == hashlib.new(name, b"some bytes" + bytes(1000)).digest()


def test_random_bytes(crypto: Any) -> None:
    room = bytearray(64)
    assert crypto.RAND_bytes(room, len(room)) == 1
    assert any(room)


def test_errors_in_words(crypto: Any) -> None:
    crypto.ERR_clear_error()
    assert crypto.EVP_DigestInit_ex(crypto.EVP_MD_CTX_new(), None, None) == 0
    code = crypto.ERR_get_error()
    assert code
    room = farcall.new("char[256]")
    crypto.ERR_error_string_n(code, room, 256)
    assert farcall.string(room).startswith("error:")
