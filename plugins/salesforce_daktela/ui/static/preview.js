// @ts-check
/** The step Preview: asks for records, and shows the piece of the page that comes back. */
import { lines } from "./preview.logic.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("search"));
const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
let asked = 0;

/** @param {Response} reply */
async function trouble(reply) {
  try {
    const body = await reply.json();
    return typeof body.detail === "string" ? body.detail : `HTTP ${reply.status}`;
  } catch {
    return `HTTP ${reply.status}`;
  }
}

/** @param {string} said */
function tell(said) {
  const shown = lines(said).map(({ text, address }) => {
    const line = document.createElement("li");
    const holder = address === "" ? line : document.createElement("a");
    holder.textContent = text;
    if (holder instanceof HTMLAnchorElement) {
      holder.href = `${form?.dataset.sync}/${address}`;
      line.append(holder);
    }
    return line;
  });
  place("trouble-text").replaceChildren(...shown);
}

/** @param {string} wanted */
async function look(wanted) {
  const turn = (asked += 1);
  place("reading").hidden = false;
  place("trouble").hidden = true;
  let said = "";
  let piece = "";
  try {
    const reply = await fetch(form?.dataset.address ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ wanted }),
    });
    const signedOut = document.getElementById("signed-out");
    if (signedOut) {
      signedOut.hidden = reply.status !== 401;
    }
    piece = reply.ok ? await reply.text() : "";
    said = reply.ok || reply.status === 401 ? "" : await trouble(reply);
  } catch (error) {
    said = String(error);
  }
  if (turn !== asked) {
    return; // Another question was asked meanwhile.
  }
  place("reading").hidden = true;
  place("trouble").hidden = said === "";
  tell(said);
  // Our own template has made it; what is in it is text.
  place("records").innerHTML = piece;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void look(/** @type {HTMLInputElement} */ (place("wanted")).value);
});
if (form) {
  void look("");
}
