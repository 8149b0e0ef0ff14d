// Who answers: the server that the page came from, or farcall itself in a worker of the browser.

const WORKER = "worker";

class Served {
  async ask(question) {
    const response = await fetch("answer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
    });
    if (!response.ok) throw new Error((await response.text()).trim());
    return response.json();
  }
}

class InWorker {
  constructor(tell) {
    this.waiting = new Map();
    this.number = 0;
    this.worker = new Worker("worker.mjs", { type: "module" });
    this.worker.onmessage = ({ data }) => {
      if (data.told) return tell(data.told);
      const waits = this.waiting.get(data.number);
      this.waiting.delete(data.number);
      if (data.failed) waits.no(new Error(data.failed));
      else waits.yes(JSON.parse(data.answer));
    };
    this.worker.onerror = (event) => {
      for (const waits of this.waiting.values()) waits.no(new Error(event.message || "the worker does not start"));
      this.waiting.clear();
    };
  }

  ask(question) {
    const number = ++this.number;
    return new Promise((yes, no) => {
      this.waiting.set(number, { yes, no });
      this.worker.postMessage({ number, question: JSON.stringify(question) });
    });
  }
}

/** The engine that the page names; `tell` is called with what it is doing until it is ready. */
export function engine(tell) {
  const named = document.querySelector("meta[name=engine]").content;
  return named === WORKER ? new InWorker(tell) : new Served();
}
