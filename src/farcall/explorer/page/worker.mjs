// farcall in the browser: CPython for WebAssembly (Pyodide), and farcall's own files. Nothing leaves the browser.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const ready = start();

async function start() {
  postMessage({ told: "Python is starting …" });
  const files = fetch("farcall.zip").then((response) => {
    if (!response.ok) throw new Error(`farcall.zip: ${response.status}`);
    return response.arrayBuffer();
  });
  const indexURL = new URL("./pyodide/", self.location).href;
  const python = await loadPyodide({ indexURL, _loadSnapshot: await snapshot() }).catch(() => loadPyodide({ indexURL }));
  postMessage({ told: "farcall is loading …" });
  python.FS.writeFile("/farcall.zip", new Uint8Array(await files)); // modules are read from there as they are imported
  return python.runPython(`
import sys, json
if "/farcall.zip" not in sys.path:
    sys.path.insert(0, "/farcall.zip")
from farcall.explorer import answer
lambda question: json.dumps(answer(json.loads(question)))
`);
}

/** Python as it was after a first answer, if the site has that: starting from there takes a fraction of the time. */
async function snapshot() {
  const response = await fetch("python.snapshot");
  if (!response.ok) return undefined;
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

onmessage = async ({ data }) => {
  try {
    const answer = await ready;
    postMessage({ number: data.number, answer: answer(data.question) });
  } catch (error) {
    postMessage({ number: data.number, failed: String(error.message ?? error) });
  }
};
