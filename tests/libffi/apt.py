"""apt in a directory of its own: the system's lists and sources are neither needed nor changed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

__all__ = ["Apt", "PackageError", "mirror", "run"]

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT = Path("/etc/apt")


class PackageError(Exception):
    """A package is not to be had, and why."""


class Apt:
    """apt-get with one source, `source` being the first lines of its description (see sources.list(5)), for the
    machine's own or another architecture by Debian's name for it. What it downloads goes into `directory`."""

    def __init__(self, directory: Path, source: str, architecture: str = "") -> None:
        self.directory = directory
        directory.chmod(0o755)  # apt downloads as a user of its own
        for part in ("sources", "lists/partial", "cache/archives/partial"):
            (directory / part).mkdir(parents=True)
        (directory / "status").touch()
        text = f"{source}Components: main\nSigned-By: {KEYRING}\n"
        options = {
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": directory / "sources",
            "Dir::State::lists": directory / "lists",
            "Dir::State::status": directory / "status",
            "Dir::Cache": directory / "cache",
            "APT::Sandbox::User": "root",
        }
        if architecture:
            text += f"Architectures: {architecture}\n"
            options |= {"APT::Architecture": architecture, "APT::Architectures::": architecture}
        (directory / "sources" / "own.sources").write_text(text)
        self.command = [
            "apt-get",
            "-qq",
            *(word for key, value in options.items() for word in ("-o", f"{key}={value}")),
        ]

    def run(self, *words: str) -> None:
        """Raises PackageError."""
        run([*self.command, *words], self.directory)


def run(command: list[str], directory: Path) -> None:
    """Run a command there. Raises PackageError with what it said."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{' '.join(command[:1] + command[-2:])}: {(done.stderr or done.stdout).strip()[-600:]}")


def mirror() -> str:
    """Where this machine gets its packages from. Raises PackageError if its lists name nothing of Debian's."""
    texts = [path.read_text(errors="replace") for path in sorted((APT / "sources.list.d").glob("*.sources"))]
    for text in texts:
        if "debian" in text and (found := re.search(r"^URIs:\s*(\S+/debian)/?\s*$", text, re.M)):
            return found[1]
    lists = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]
    for path in lists:
        if path.exists() and (
            found := re.search(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+/debian)/?\s", path.read_text(errors="replace"), re.M)
        ):
            return found[1]
    raise PackageError(f"no archive of Debian's is named under {APT}")
