// @ts-check
/** The page of schemas: has both systems read, shows the piece that comes back, and saves what is agreed to. */
import { askPiece, noAnswer, send } from "./http.js";
import { after } from "./save.logic.js";

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const address = place("schema").dataset.address ?? "";

/** @param {string} said */
function tell(said) {
  place("schema-trouble").textContent = said;
  place("schema-trouble").hidden = said === "";
}

/** @param {HTMLButtonElement} button */
async function look(button) {
  button.disabled = true;
  place("looking").hidden = false;
  tell("");
  const { piece, said } = await askPiece(`${address}/now`, {});
  place("looking").hidden = true;
  button.disabled = false;
  // Our own template has made it; what is in it is text.
  place("now").innerHTML = piece;
  tell(said);
}

/** @param {HTMLButtonElement} button */
async function agree(button) {
  button.disabled = true;
  tell("");
  const reply = await send("POST", `${address}/agree`, { seen: button.dataset.seen, text: button.dataset.text });
  if (reply.ok) {
    window.location.reload();
    return;
  }
  button.disabled = reply.status === 409;
  tell(reply.status === 409 ? String(reply.body?.detail ?? "") : after(reply, noAnswer()).said);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.id === "look") {
    void look(button);
  } else if (button?.id === "agree") {
    void agree(button);
  }
});
