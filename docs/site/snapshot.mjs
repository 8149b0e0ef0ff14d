// `node snapshot.mjs PYODIDE ZIP OUT`: Python as it is when farcall has been loaded and asked, to be started from in a browser.
//
// A browser that starts from this leaves out what takes most of the time: starting CPython and loading modules.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [pyodide, zip, out] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")).href);
const python = await loadPyodide({ _makeSnapshot: true });
python.FS.writeFile("/farcall.zip", new Uint8Array(readFileSync(zip)));
python.runPython(`
import sys
sys.path.insert(0, "/farcall.zip")
from farcall.explorer import answer
for target in answer({})["targets"]:
    for code in ("none", "call", "closure"):
        answer({"text": "struct s { int n; double d[2]; }; struct s f(struct s s, float x, ...);", "tail": "int", "targets": [target], "code": code})
        answer({"text": "double f(int n, const char *s);", "targets": [target], "code": code})
`);
writeFileSync(out, gzipSync(python.makeMemorySnapshot(), { level: 9 }));
process.exit(0); // Pyodide keeps node waiting
