"""The server: what it answers, and what it refuses."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from farcall.explorer.files import page_files
from farcall.explorer.server import LOOPBACK, MOST_BYTES, MOST_REQUESTS, Server

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as made:
        thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def sent(
    server: Server, method: str, name: str, body: bytes | None = None, headers: dict[str, str] | None = None, *,
    token: str | None = None,
) -> tuple[HTTPResponse, bytes]:  # fmt: skip
    connection = HTTPConnection(LOOPBACK, server.server_port, timeout=10)
    path = f"/{server.token if token is None else token}/{name}"
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, data


def test_the_page_and_all_that_it_names_is_there(server: Server) -> None:
    for name in ["", *page_files()]:
        response, data = sent(server, "GET", name)
        assert response.status == 200
        assert data == page_files()[name or "index.html"].data
        for word in re.findall(rb"""(?:src|href)="([\w.-]+)"|from "\./([\w.-]+)\"""", data):
            assert (word[0] or word[1]).decode() in page_files(), (name, word)


def test_a_question_is_answered(server: Server) -> None:
    question = {"text": "double f(int n)", "targets": ["x86_64-linux"]}
    response, data = sent(server, "POST", "answer", json.dumps(question).encode(), JSON)
    assert response.status == 200
    assert json.loads(data)["panels"][0]["call"]["title"] == "double f(int n)"
    _, data = sent(server, "POST", "answer", b'{"text": "\\ud800", "targets": ["x86_64-linux"]}', JSON)
    assert "error" in json.loads(data)["panels"][0]


def test_nothing_is_loaded_from_elsewhere_or_kept(server: Server) -> None:
    response, _ = sent(server, "GET", "")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    for name, file in page_files().items():
        if name != "worker.mjs":
            assert not re.search(rb"https?://(?!www\.w3\.org)", file.data), name


@pytest.mark.parametrize(
    ("method", "name", "body", "headers", "status"),
    [
        ("GET", "none.html", None, {}, 404),
        ("GET", "../server.py", None, {}, 403),
        ("GET", "%2e%2e/server.py", None, {}, 403),
        ("GET", "..%2fserver.py", None, {}, 404),
        ("GET", "page.css", None, {"Host": "example.org"}, 403),
        ("GET", "page.css", None, {"Host": ""}, 403),
        ("POST", "page.css", b"{}", JSON, 404),
        ("POST", "answer", b"{}", {}, 415),
        ("POST", "answer", b"{}", {"Content-Type": "text/plain"}, 415),
        ("POST", "answer", b"{", JSON, 400),
        ("POST", "answer", b"[]", JSON, 400),
        ("POST", "answer", b"\xff", JSON, 400),
        ("POST", "answer", b"[" * 200_000, JSON, 400),
        ("POST", "answer", b"{}", {**JSON, "Host": "example.org"}, 403),
        ("PUT", "answer", b"{}", JSON, 501),
        ("DELETE", "answer", None, {}, 501),
    ],
)
def test_what_is_refused(
    server: Server, method: str, name: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    assert sent(server, method, name, body, headers)[0].status == status


@pytest.mark.parametrize("token", ["", "x", "é", "../", "%00"])
def test_without_the_token_nothing_is_there(server: Server, token: str) -> None:
    for name in ("", "page.css"):
        with socket.create_connection((LOOPBACK, server.server_port), timeout=10) as raw:
            path = f"/{token}/{name}".encode()
            raw.sendall(b"GET " + path + b" HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n" % server.server_port)
            assert b" 403 " in raw.makefile("rb").readline()
    assert sent(server, "POST", "answer", b"{}", JSON, token="x")[0].status == 403


@pytest.mark.parametrize("length", ["-1", "x", "", "1.5", str(MOST_BYTES + 1), "9" * 500])
def test_a_length_that_is_none_or_too_large_is_refused_unread(server: Server, length: str) -> None:
    with socket.create_connection((LOOPBACK, server.server_port), timeout=10) as raw:
        lines = [f"POST /{server.token}/answer HTTP/1.0", f"Host: localhost:{server.server_port}",
                 "Content-Type: application/json", f"Content-Length: {length}", "", ""]  # fmt: skip
        raw.sendall("\r\n".join(lines).encode())
        assert raw.makefile("rb").readline().split()[1] in (b"411", b"413")


def test_only_this_machine_reaches_it(server: Server) -> None:
    assert server.socket.getsockname()[0] == LOOPBACK
    assert server.address.startswith(f"http://{LOOPBACK}:{server.server_port}/{server.token}/")
    assert len(server.token) >= 20
    with Server() as other:
        assert other.token != server.token


def test_many_that_say_nothing_do_not_stop_it_for_long(server: Server) -> None:
    """Connections beyond the bound are closed; when those that wait are gone, there is room again."""
    silent = [socket.create_connection((LOOPBACK, server.server_port), timeout=10) for _ in range(MOST_REQUESTS + 4)]
    assert silent[-1].recv(1) == b""  # closed, not answered
    for one in silent:
        one.close()
    for _ in range(200):
        try:
            if sent(server, "GET", "page.css")[0].status == 200:
                break
        except OSError:  # those before it are still being closed
            continue
    else:
        pytest.fail("there is no room again")


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            Server(taken.getsockname()[1])


def test_an_interrupt_between_two_requests_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it comes when a request's thread has begun, and even ended: what that gave back is not given back twice."""

    def interrupted(self: Server, request: Any, address: Any) -> None:
        self.process_request_thread(request, address)
        raise KeyboardInterrupt

    with Server() as made:
        monkeypatch.setattr(ThreadingHTTPServer, "process_request", interrupted)
        asking = Thread(target=sent, args=(made, "GET", ""))
        asking.start()
        with pytest.raises(KeyboardInterrupt):
            made.handle_request()
        asking.join()
