"""libcurl reading a file, its bytes and its progress handed to Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import farcall

URL, WRITEFUNCTION, NOPROGRESS, XFERINFOFUNCTION, HEADERFUNCTION = 10002, 20011, 43, 20219, 20079
WRITE_ERROR = 23
DECLARED = """
void *curl_easy_init(void);
int curl_easy_setopt(void *curl, int option, ...);
int curl_easy_perform(void *curl);
void curl_easy_cleanup(void *curl);
typedef size_t (*writer)(const unsigned char *data, size_t size, size_t count, void *user);
typedef int64_t curl_off_t;
typedef int (*progress)(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now);
"""


@pytest.fixture(scope="module")
def curl() -> farcall.Library:
    for name in ("libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"):
        try:
            library = farcall.Library(name)
        except farcall.LibraryError:
            continue
        library.cdef(DECLARED)
        return library
    pytest.skip("libcurl is not installed")


def test_a_file(curl: farcall.Library, tmp_path: Path) -> None:
    data = bytes(range(256)) * 2000
    (tmp_path / "data").write_bytes(data)
    got = bytearray()
    seen: list[tuple[int, int]] = []

    def write(part: Any, size: int, count: int, user: Any) -> int:
        got.extend(part[i] for i in range(size * count))
        return size * count

    def progress(user: Any, total: int, now: int, up_total: int, up_now: int) -> int:
        seen.append((total, now))
        return 0

    handle = curl.curl_easy_init()
    writer, teller = farcall.Closure(write, curl.types.writer), farcall.Closure(progress, curl.types.progress)
    assert curl.curl_easy_setopt(handle, URL, f"file://{tmp_path}/data") == 0
    assert curl.curl_easy_setopt(handle, WRITEFUNCTION, curl.types.writer(writer)) == 0
    assert curl.curl_easy_setopt(handle, XFERINFOFUNCTION, curl.types.progress(teller)) == 0
    assert curl.curl_easy_setopt(handle, NOPROGRESS, farcall.long(0)) == 0
    assert curl.curl_easy_perform(handle) == 0
    assert got == data
    assert seen[-1] == (len(data), len(data))
    curl.curl_easy_cleanup(handle)


def test_an_exception_stops_it(curl: farcall.Library, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(bytes(100_000))

    def write(part: Any, size: int, count: int, user: Any) -> int:
        raise RuntimeError("the disk is full")

    handle = curl.curl_easy_init()
    writer = farcall.Closure(write, curl.types.writer)
    curl.curl_easy_setopt(handle, URL, f"file://{tmp_path}/data")
    curl.curl_easy_setopt(handle, WRITEFUNCTION, curl.types.writer(writer))
    with pytest.raises(RuntimeError, match="the disk is full") as caught:
        curl.curl_easy_perform(handle)
    assert not hasattr(caught.value, "__notes__")  # 0 bytes written: curl gave up at once
    curl.curl_easy_cleanup(handle)
