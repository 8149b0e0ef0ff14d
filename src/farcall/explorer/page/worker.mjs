// farcall in the browser: CPython for WebAssembly (Pyodide), and farcall's own files. Nothing leaves the browser.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const ready = start();

async function start() {
  postMessage({ told: "Python is starting …" });
  const files = fetch("farcall.zip").then((response) => {
    if (!response.ok) throw new Error(`farcall.zip: ${response.status}`);
    return response.arrayBuffer();
  });
  const python = await loadPyodide({ indexURL: new URL("./pyodide/", self.location).href });
  postMessage({ told: "farcall is loading …" });
  python.unpackArchive(await files, "zip", { extractDir: "/farcall" });
  return python.runPython(`
import sys, json
sys.path.insert(0, "/farcall")
from farcall.explorer import answer
lambda question: json.dumps(answer(json.loads(question)))
`);
}

onmessage = async ({ data }) => {
  try {
    const answer = await ready;
    postMessage({ number: data.number, answer: answer(data.question) });
  } catch (error) {
    postMessage({ number: data.number, failed: String(error.message ?? error) });
  }
};
