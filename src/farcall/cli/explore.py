"""`farcall explore`: the explorer's page, served from here to a browser on this machine."""

from __future__ import annotations

import argparse
import sys

__all__ = ["arranged", "parser", "run"]


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="farcall explore",
        description="Serve a page on which one types C and sees where every byte of a call is, on several targets, by "
        "which rule. Only this machine reaches it, at the address that is printed; Ctrl-C ends it.",
    )
    made.add_argument("--port", type=_port, default=0, help="(default: one that is free)")
    made.add_argument("--open", action="store_true", help="show it in the browser, too")
    return made


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def run(options: argparse.Namespace) -> int:
    """Serve, until Ctrl-C."""
    from ..explorer.server import Server

    with Server(options.port) as server:
        print(f"{server.address}\nCtrl-C ends it.", flush=True)
        if options.open:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print(file=sys.stderr)
    return 0
