// @ts-check
/** The step Preview: asks for records, and shows the piece of the page that comes back. */
import { askPiece } from "./http.js";
import { lines } from "./preview.logic.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("search"));
const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
let asked = 0;

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
  const { piece, said } = await askPiece(form?.dataset.address ?? "", { wanted });
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
