// @ts-check
/** The page of comparisons: what is chosen goes into the button that starts one. */
import { confOf } from "./reconcile.logic.js";

function choose() {
  const form = document.getElementById("compare");
  const button = document.getElementById("start");
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) {
    return;
  }
  /** @type {HTMLInputElement[]} */
  const boxes = [...form.querySelectorAll("input")];
  const repair = boxes.some((box) => box.name === "repair" && box.checked);
  const mappings = boxes.filter((box) => box.name === "mapping");
  const conf = confOf(
    mappings.map((box) => ({ name: box.value, chosen: box.checked })),
    repair,
  );
  button.toggleAttribute("data-lacks", conf === null);
  button.disabled = conf === null || !("acts" in button.dataset);
  button.dataset.conf = JSON.stringify(conf ?? {});
  button.textContent = (repair ? button.dataset.repairs : button.dataset.plain) ?? "";
}

document.addEventListener("change", choose);
document.addEventListener("submit", (event) => event.preventDefault());
// A browser that goes back to this page keeps what was chosen.
choose();
