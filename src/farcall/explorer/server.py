"""The page and its answers, served to browsers of this machine alone.

What a request can reach is decided before there is one: the files of the page, held in memory, and `answer`, which is pure.
Every address begins with a token, which a page of another origin does not know; a request for another host, by which a
name that was made to mean this machine would show, is refused too. A request that is too long, or too slow, is ended.
"""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore
from typing import Any

from .answer import answer
from .files import page_files

__all__ = ["LOOPBACK", "Server"]

LOOPBACK = "127.0.0.1"
#: The longest question in bytes, the seconds that a request may take to arrive, and how many are served at a time.
MOST_BYTES, MOST_SECONDS, MOST_REQUESTS = 256 * 1024, 10, 16
#: What each response is sent with: nothing is loaded from elsewhere, told elsewhere, shown in another page's frame, or kept.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
QUESTION = "answer"


class Server(ThreadingHTTPServer):
    """Listens on the loopback address, at `port` or, if that is 0, at one that is free. Raises OSError where it cannot.

    `address` is where the page is, token included. `serve_forever` and `server_close` are as the standard library has them.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        self.files = page_files()
        self.token = secrets.token_urlsafe(16)
        self.free = BoundedSemaphore(MOST_REQUESTS)
        super().__init__((LOOPBACK, port), Request)
        self.hosts = {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}

    def server_bind(self) -> None:
        """As inherited, but for the machine's name, which could be asked of a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answered in a thread of its own, unless there are too many: then the connection is closed."""
        if not self.free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        # there is no thread. An interrupt may come when there is one, which gives back what was taken
        except Exception:
            self.free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As inherited; what was taken is given back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no news."""


class Request(BaseHTTPRequestHandler):
    """One request. Nothing is kept open, and nothing is logged."""

    server: Server
    server_version = "farcall"
    sys_version = ""
    timeout = MOST_SECONDS

    def do_GET(self) -> None:
        """A file of the page."""
        name = self._name()
        if name is None:
            return
        file = self.server.files.get(name or "index.html")
        if file is None:
            self._refuse(HTTPStatus.NOT_FOUND, "the page has no such file")
        else:
            self._send(HTTPStatus.OK, file.type, file.data)

    def do_POST(self) -> None:
        """A question."""
        name = self._name()
        if name is None:
            return
        length = self.headers.get("Content-Length", "")
        if name != QUESTION:
            self._refuse(HTTPStatus.NOT_FOUND, "only questions are posted")
        elif self.headers.get_content_type() != "application/json":  # which a form of another page cannot send
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a question is application/json")
        elif not length.isascii() or not length.isdigit():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "a question says how long it is")
        elif len(length) > 9 or int(length) > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a question has at most {MOST_BYTES} bytes")
        else:
            self._answer(self.rfile.read(int(length)))

    def _answer(self, data: bytes) -> None:
        try:
            question = json.loads(data)
        except (ValueError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST, "this is not JSON")
            return
        if not isinstance(question, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, "a question is an object")
            return
        text = json.dumps(answer(question), separators=(",", ":"))
        self._send(HTTPStatus.OK, "application/json", text.encode())

    def _name(self) -> str | None:
        """What is asked for behind the token; None, and the request is refused, without the token or for another host."""
        path = self.path.partition("?")[0]
        parts = path.split("/")
        told = parts[1] if len(parts) == 3 else ""
        known = secrets.compare_digest(told.encode("utf-8", "replace"), self.server.token.encode())
        if self.headers.get("Host", "") not in self.server.hosts or not known:
            self._refuse(
                HTTPStatus.FORBIDDEN, "the address that `farcall explore` printed has a token, which this has not"
            )
            return None
        return parts[2]

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._send(status, "text/plain; charset=utf-8", f"{status.value} {status.phrase}: {why}\n".encode())

    def _send(self, status: HTTPStatus, type: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""
