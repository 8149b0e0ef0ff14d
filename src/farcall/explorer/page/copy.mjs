// Copying what is shown: as a link, an SVG, a PNG, text or JSON; where nothing can be copied, it is saved as a file.

const TYPES = { svg: "image/svg+xml", png: "image/png", text: "text/plain", json: "application/json" };
const ENDS = { svg: "svg", png: "png", text: "txt", json: "json" };
const SCALE = 2;

/** Copy in one form; `ask` asks the engine for the picture in another form, `link` is the page's. Returns what was done. */
export async function copy(form, ask, link) {
  if (form === "link") return put(new Blob([link], { type: "text/plain" }), form, link);
  const answer = await ask(form === "png" ? "svg" : form);
  if (answer.error) throw new Error(answer.error.message);
  if (form === "png") return put(await painted(answer.svg), form, null);
  const text = form === "json" ? JSON.stringify(answer.json, null, 2) : answer[form];
  return put(new Blob([text], { type: TYPES[form] }), form, text);
}

async function put(blob, form, text) {
  try {
    if (text === null) await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
    else await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    if (form === "link") return "In the address bar"; // where it is already
    const address = URL.createObjectURL(blob);
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.download = `farcall.${ENDS[form]}`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    return "Saved";
  }
}

/** The SVG as a PNG, twice as large. */
async function painted(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: TYPES.svg }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((yes) => canvas.toBlob(yes, TYPES.png));
  } finally {
    URL.revokeObjectURL(address);
  }
}
