"""A group of rows: its lines, and for each peer what they name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import build
from bench.everyday.row import Row

__all__ = ["Built", "Group", "Names"]

Names = dict[str, Any]
PEER = Path(__file__).parent / "peer"


@dataclass(frozen=True)
class Built:
    """What gcc makes of peer/NAME.c, .h and _extension.c for the group NAME, in `directory`."""

    name: str
    directory: Path

    @property
    def library(self) -> Path:
        """The library that all peers call."""
        output = self.directory / f"lib{self.name}.so"
        return output if output.exists() else build.shared_object(PEER / f"{self.name}.c", output)

    @property
    def declarations(self) -> str:
        """Its header, without the includes."""
        return build.without_includes(PEER / f"{self.name}.h")

    def extension(self) -> ModuleType:
        """The extension module by hand, peer_NAME."""
        assert self.library.exists()
        return build.extension_module(f"peer_{self.name}", PEER / f"{self.name}_extension.c", self.directory, self.name)

    def cffi(self) -> ModuleType:
        """cffi's API mode: a compiled module, with `ffi` and `lib`."""
        assert self.library.exists()
        name = f"_peer_{self.name}"
        if name not in sys.modules:
            build.cffi_module(name, PEER / f"{self.name}.h", self.directory, self.name)
        return importlib.import_module(name)


@dataclass(frozen=True)
class Group:
    """`set_ups` make the names of a peer's lines, by peer; one that is missing has no lines in any row."""

    name: str
    rows: tuple[Row, ...]
    set_ups: Mapping[str, Callable[[Built], Names]]
