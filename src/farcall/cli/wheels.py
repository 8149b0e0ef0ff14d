"""`farcall wheels`: a project's wheels, for several targets and Pythons, all made on this machine."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["arranged", "parser", "run"]


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


#: The end of the help. {target} and {others} are names of targets.
EXAMPLES = """\
  farcall wheels --target {target}
  farcall wheels myproject --target {others} --python 3.11,3.13 -o dist
"""
#: What a process for each wheel runs; the hook has the name by which hatchling would find it, and is not looked for again.
PROGRAM = """
import sys
from hatchling.builders.wheel import WheelBuilder
from hatchling.plugin.manager import PluginManager
import farcall.hatch
plugins = PluginManager()
plugins.manager.register(farcall.hatch, name="farcall")
print(*WheelBuilder(".", plugin_manager=plugins).build(directory=sys.argv[1], versions=["standard"]))
"""
NEEDED = "farcall wheels needs hatchling, which makes them: pip install hatchling"


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    from ..build import TARGETS

    made = argparse.ArgumentParser(
        prog="farcall wheels",
        description="Make the wheels of a project that has farcall's build hook, one for each target and Python.",
        epilog=EXAMPLES.format(target=TARGETS[0], others=",".join(TARGETS[:2])),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "project", nargs="?", default=".", metavar="PROJECT", help="where pyproject.toml is (default: here)"
    )
    made.add_argument("--target", action="append", metavar="NAME[,...]", help="for these (default: this machine)")
    made.add_argument("--python", action="append", metavar="X.Y[t][,...]", help="and these (default: this Python)")
    made.add_argument("-o", "--output", default="dist", metavar="DIRECTORY", help="of the wheels (default: dist)")
    return made


def run(options: argparse.Namespace) -> int:
    """Make them, and name them. Before the first is made all words are looked at."""
    from importlib.util import find_spec

    from ..build import version_of
    from ..build.asked import PYTHON, TARGET, asked
    from ..convention import target

    if find_spec("hatchling") is None:
        raise ValueError(NEEDED)
    here, this = asked()
    targets = _several(options.target) or [here]
    pythons = _several(options.python) or [str(this)]
    for name in targets:
        target(name)
    for python in pythons:
        version_of(python, "--python")
    output = Path(options.output).absolute()
    command = [sys.executable, "-c", PROGRAM, str(output)]
    for name in targets:
        for python in pythons:
            environment = {**os.environ, TARGET: name, PYTHON: python}
            done = subprocess.run(command, cwd=options.project, env=environment, capture_output=True, text=True)
            if done.returncode:
                raise ValueError(f"{name}, Python {python}: {_last(done.stderr or done.stdout)}")
            print(Path(output, _last(done.stdout)))
    return 0


def _several(words: list[str] | None) -> list[str]:
    return [word for one in words or () for word in one.split(",") if word]


def _last(text: str) -> str:
    """The last line that says something, which is a path or an error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "hatchling says nothing"
