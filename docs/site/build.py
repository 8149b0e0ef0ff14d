"""`python docs/site/build.py OUT`: the documentation as a site, with the explorer beside it, complete without a network.

Sphinx makes the pages: its search index is a file that works without a server, references come from docstrings, and
nothing is loaded from elsewhere. MyST reads Markdown, Furo is the theme. The explorer runs farcall in the browser; the CPython for
that, Pyodide, is a package of npm, whose files are placed beside the page (`--pyodide DIRECTORY`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pages
from sphinx.cmd.build import build_main

__all__ = ["explorer", "main"]

ROOT = pages.ROOT
PAGE = ROOT / "src/farcall/explorer/page"
#: What of Pyodide a browser loads.
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
SERVED, IN_WORKER = '<meta name="engine" content="server">', '<meta name="engine" content="worker">'
#: A file of a zip has a time, which is to be the same for each build.
EPOCH = (1980, 1, 1, 0, 0, 0)


def main(words: list[str] | None = None) -> int:
    """Build it. Returns Sphinx's status: 0 if there was nothing to complain of."""
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pyodide", type=Path, help="the directory of npm's package pyodide")
    parser.add_argument(
        "--versions", default="", help="versions whose sites lie beside this one: each page links to them"
    )
    parser.add_argument("--explorer-only", action="store_true", help="without Sphinx's pages")
    options = parser.parse_args(words)
    status = 0
    if not options.explorer_only:
        source = options.out.with_name(f"{options.out.name}-source")
        pages.laid_out(source)
        os.environ["FARCALL_SITE_VERSIONS"] = options.versions
        status = build_main(
            ["-q", "-W", "--keep-going", "-b", "html", "-c", str(Path(__file__).parent), "-d", f"{source}-trees", str(source),
             str(options.out)]
        )  # fmt: skip
    explorer(options.out / "explorer", options.pyodide)
    print(f"{options.out}/index.html, and {options.out}/explorer/index.html, which a server has to serve")
    return status


def explorer(out: Path, pyodide: Path | None) -> None:
    """The explorer's page, farcall's own files and Pyodide's. Without Pyodide, the page says how to get on."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(PAGE, out)
    index = out / "index.html"
    text = index.read_text(encoding="utf-8")
    if SERVED not in text:
        raise ValueError(f"{index} does not name its engine")
    index.write_text(text.replace(SERVED, IN_WORKER), encoding="utf-8")
    with zipfile.ZipFile(out / "farcall.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted((ROOT / "src/farcall").rglob("*.py")):
            entry = zipfile.ZipInfo(str(file.relative_to(ROOT / "src")), EPOCH)
            packed.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    if pyodide is None:
        print("without Pyodide: the site's explorer will say that it is missing; `farcall explore` needs none")
        return
    (out / "pyodide").mkdir()
    for name in PYODIDE:
        shutil.copyfile(pyodide / name, out / "pyodide" / name)
    node = shutil.which("node")
    if node is None:
        print("without node: the site's explorer starts Python from its beginning, which takes some seconds more")
        return
    script = Path(__file__).with_name("snapshot.mjs")
    subprocess.run([node, script, pyodide, out / "farcall.zip", out / "python.snapshot"], check=True)


if __name__ == "__main__":
    sys.exit(main())
