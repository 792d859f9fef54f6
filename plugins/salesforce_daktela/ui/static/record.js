// @ts-check
/** The page of one record: finds it without its words in an address, and asks for what both systems have. */
import { askPiece, send } from "./http.js";
import { once } from "./once.logic.js";

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = place("find");
const address = form.dataset.address ?? "";

/**
 * @param {string} id of an element that is hidden while there is nothing to say
 * @param {string} said
 */
function tell(id, said) {
  place(id).textContent = said;
  place(id).hidden = said === "";
}

async function find() {
  tell("find-trouble", "");
  const text = /** @type {HTMLInputElement} */ (place("wanted")).value;
  const reply = await send("POST", `${address}/find`, { text });
  if (reply.ok) {
    window.location.assign(reply.body.address);
  } else if (reply.status !== 401) {
    const detail = reply.body?.detail;
    tell("find-trouble", typeof detail === "string" ? detail : (place("find-trouble").dataset.noAnswer ?? ""));
  }
}

async function explain() {
  const explained = document.getElementById("explained");
  if (explained === null) {
    return;
  }
  const { piece, said } = await askPiece(`${address}/explanation`, { text: explained.dataset.id });
  place("reading").hidden = true;
  // Our own template has made it; what is in it is text.
  explained.innerHTML = piece;
  place("trouble-text").textContent = said;
  place("trouble").hidden = said === "";
}

/** @param {HTMLFormElement} confirmed */
async function forget(confirmed) {
  tell("forget-trouble", "");
  const typed = new FormData(confirmed);
  const reply = await send("POST", `${address}/forget`, {
    text: place("explained").dataset.id,
    typed: typed.get("typed"),
    even_if_present: typed.has("even_if_present"),
  });
  if (!reply.ok) {
    const detail = reply.body?.detail;
    tell("forget-trouble", typeof detail === "string" ? detail : (place("find-trouble").dataset.noAnswer ?? ""));
    return false;
  }
  confirmed.hidden = true;
  place("forgotten").hidden = false;
  place("forgotten-kept").textContent = reply.body.said;
  place("receipt").textContent = reply.body.receipt;
  const file = new Blob([reply.body.receipt], { type: "application/json" });
  /** @type {HTMLAnchorElement} */ (place("receipt-file")).href = URL.createObjectURL(file);
  return true;
}

document.getElementById("forget")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const confirmed = /** @type {HTMLFormElement} */ (event.target);
  // A second receipt would say that there was nothing to forget.
  void once(confirmed, () => forget(confirmed));
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void find();
});
void explain();
