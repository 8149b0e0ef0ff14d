"""`farcall explore`, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest

from tests.cli.command import within


def test_it_serves_until_ctrl_c() -> None:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-m", "farcall", "explore"]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            address = running.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", address)
            assert running.stdout.readline() == "Ctrl-C ends it.\n"
            with urlopen(address, timeout=20) as page:
                assert b"farcall" in page.read()
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=20)
        finally:
            running.kill()
        assert (running.returncode, out, err.strip()) == (0, "", "")


@pytest.mark.parametrize("port", ["-1", "65536", "x", "", "1.5", "٣"])
def test_a_port_is_a_number(capsys: pytest.CaptureFixture[str], port: str) -> None:
    ended = within(capsys, "explore", f"--port={port}")
    assert ended.status == 2
    assert "a port is a number from 0 to 65535" in ended.err
