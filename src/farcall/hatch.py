"""The build hook for hatchling, which finds it by the entry point `hatch`: wheels that have built modules in them.

`[tool.farcall.modules."package.name"]` in a project's pyproject.toml says what each module is made of. hatchling asks for
nothing of its own here, so nothing of it is imported.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from .build import PythonVersion, build_module, suffix
from .build.asked import asked
from .cli.built_stub import stub_of
from .convention import target as target_of
from .convention.cpu_names import oldest_platform, wheel_name
from .record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Hook", "Wanted", "hatch_register_build_hook", "tag", "wanted"]

#: What a module's table may have, with what each is; the first two it must have.
KEYS: dict[str, type] = {"declarations": str, "library": str, "gil": str, "errno": list, "out": dict}
NEEDED = ("declarations", "library")


class Wanted(NamedTuple):
    """A module that a project wants: its dotted name, the file that declares it, the library, and the options of
    `build_module`."""

    name: str
    declarations: str
    library: str
    options: dict[str, Any]


def wanted(tables: object) -> list[Wanted]:
    """What `tool.farcall.modules` says. Raises ValueError, naming it, for what it cannot have."""
    if not isinstance(tables, Mapping) or not tables:
        raise ValueError("tool.farcall.modules in pyproject.toml has no tables: it names the modules to build")
    found = []
    for name, table in tables.items():
        where = f"tool.farcall.modules.{name!r}"
        if not isinstance(table, Mapping):
            raise ValueError(f"{where} must be a table")
        for key in NEEDED:
            if key not in table:
                raise ValueError(f"{where} does not say {key!r}")
        for key, value in table.items():
            if key not in KEYS:
                raise ValueError(f"{where} has no {key!r}; there are: {', '.join(KEYS)}")
            if not isinstance(value, KEYS[key]):
                raise ValueError(f"{where}: {key!r} must be a {KEYS[key].__name__}, not {value!r}")
        options = {key: value for key, value in table.items() if key not in NEEDED}
        found.append(Wanted(name, table["declarations"], table["library"], options))
    return found


def tag(target: str, version: tuple[int, int] | PythonVersion, platform: str = "") -> str:
    """A wheel's tag: the Python, its ABI and the platform that it is for, which is the oldest that PyPI takes if none is named."""
    platform = platform or oldest_platform(target_of(target).cpu)
    python = PythonVersion(*version)
    name = f"cp{python.major}{python.minor}"
    return f"{name}-{name}{python.mark}-{platform}_{wheel_name(target_of(target).cpu)}"


class Hook:
    """What hatchling calls before and after it makes a wheel."""

    PLUGIN_NAME = "farcall"

    def __init__(
        self,
        root: str,
        config: Any,
        build_config: Any,
        metadata: Any,
        directory: str,
        target_name: str,
        app: Any = None,
    ) -> None:
        self._root, self._metadata, self._target_name = Path(root), metadata, target_name
        self._place: tempfile.TemporaryDirectory[str] | None = None

    def dependencies(self) -> list[str]:
        """What else is needed to build: nothing."""
        return []

    def clean(self, versions: list[str]) -> None:
        """Nothing is left in the project."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the modules of a wheel, and have it contain them, and be of their platform. Those of an editable one are written
        where its package is developed."""
        if self._target_name != "wheel":
            return
        settings = self._metadata.config.get("tool", {}).get("farcall", {})
        target, python = asked()
        self._place = tempfile.TemporaryDirectory(prefix="farcall-hatch-")
        for number, one in enumerate(wanted(settings.get("modules"))):
            package, _, name = one.name.rpartition(".")
            text = (self._root / one.declarations).read_text(encoding="utf-8")
            built = build_module(name, text, one.library, target, python, **one.options)
            stub = stub_of(name, text, target, one.options.get("out", {}))
            inside = "/".join(filter(None, package.split(".")))
            developed = self._developed(inside) if version == "editable" else None
            for ending, data in ((suffix(target, python), built.data), (".pyi", stub.encode())):
                file = Path(developed or self._place.name, f"{name if developed else number}{ending}")
                file.write_bytes(data)
                if not developed:
                    kind = "force_include_editable" if version == "editable" else "force_include"
                    build_data[kind][str(file)] = "/".join(filter(None, (inside, name + ending)))
        build_data["pure_python"] = False
        build_data["tag"] = tag(target, python, settings.get("platform", ""))

    def _developed(self, package: str) -> Path | None:
        """The directory of a package in the project; None for none, whose modules stand alone. Raises ValueError where it is in
        none of the usual places."""
        places = [self._root / above / package for above in ("src", ".")]
        found = [place for place in places if (place / "__init__.py").exists()]
        if package and not found:
            raise ValueError(
                f"there is no package {package!r} in {self._root} or its src: built modules of it go there"
            )
        return found[0] if package else None

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the wheel has by now."""
        if self._place is not None:
            self._place.cleanup()
            self._place = None


def hatch_register_build_hook() -> type[Hook]:
    """Where hatchling asks for the hook."""
    return Hook


#: That it is a hook, as pluggy's `HookimplMarker("hatch")` says it, without pluggy.
hatch_register_build_hook.hatch_impl = {}  # type: ignore[attr-defined]
