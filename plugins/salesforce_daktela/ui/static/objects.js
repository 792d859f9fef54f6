// @ts-check
import { page, send } from "./http.js";

const root = /** @type {HTMLElement} */ (document.getElementById("objects"));
const sync = root.dataset.sync ?? "";
const version = Number(root.dataset.version);
const TOLD = `salesforce-daktela objects ${sync}`;

/**
 * @param {string} id
 * @param {string} text
 */
function say(id, text) {
  const place = /** @type {HTMLElement} */ (document.getElementById(id));
  place.hidden = !text;
  place.textContent = text;
  if (text) {
    place.scrollIntoView({ block: "nearest" });
  }
}

/**
 * Send a change, and show the page as it is then.
 * @param {string} path
 * @param {object} body
 */
async function change(path, body) {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("button"));
  buttons.forEach((button) => (button.disabled = true));
  const reply = await send("POST", page(`/syncs/${sync}/${path}`), { version, ...body });
  if (!reply.ok) {
    buttons.forEach((button) => (button.disabled = false));
    say("objects-problem", reply.body?.detail ?? root.dataset.failed ?? "");
    return;
  }
  const left = Object.entries(reply.body.left_out ?? {}).map(([name, fields]) => `${name}: ${fields.join(", ")}`);
  sessionStorage.setItem(TOLD, left.length ? `${root.dataset.leftOut} ${left.join("; ")}` : "");
  window.location.assign(page(`/syncs/${sync}/objects`));
}

root.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  const { add, addReady, remove } = button?.dataset ?? {};
  if (add) {
    const becomes = button?.closest("td")?.querySelector("select")?.value;
    void change("objects", { objects: [{ sobject: add, becomes }] });
  } else if (addReady) {
    void change("objects", { objects: addReady.split(" ").map((sobject) => ({ sobject, becomes: "shipped" })) });
  } else if (remove) {
    void change("objects/remove", { mapping: remove });
  }
});

for (const clock of /** @type {NodeListOf<HTMLTimeElement>} */ (root.querySelectorAll("[data-clock]"))) {
  clock.textContent = new Date(clock.dateTime).toLocaleTimeString(document.documentElement.lang);
}
say("objects-told", sessionStorage.getItem(TOLD) ?? "");
sessionStorage.removeItem(TOLD);
document.getElementById("removal")?.scrollIntoView({ block: "nearest" });
