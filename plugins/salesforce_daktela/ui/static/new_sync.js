// @ts-check
import { page, send } from "./http.js";
import { offerNames } from "./naming.js";
import { once } from "./once.logic.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("new-sync"));
const name = /** @type {HTMLInputElement} */ (document.getElementById("new-sync-name"));
const problem = /** @type {HTMLElement} */ (document.getElementById("new-sync-problem"));

/** @param {string} what */
function tell(what) {
  problem.hidden = !what;
  problem.textContent = what;
  name.setAttribute("aria-invalid", what ? "true" : "false");
}

name.addEventListener("input", () => tell(""));
offerNames(form, tell);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void once(form, begin);
});

async function begin() {
  const reply = await send("POST", page(`/syncs/${encodeURIComponent(name.value)}`), {});
  if (reply.ok) {
    window.location.href = reply.body.address;
    return true;
  }
  tell(reply.body?.detail ?? form.dataset.failed ?? "");
  name.focus();
  return false;
}
