// @ts-check
/** Copy, rename, delete: sends a form, and goes on to where its consequences are shown. */
import { noAnswer, send } from "./http.js";
import { offerNames } from "./naming.js";
import { once } from "./once.logic.js";
import { after } from "./save.logic.js";

const place = /** @type {HTMLElement} */ (document.getElementById("manage"));

/** @param {string} said */
function tell(said) {
  /** @type {HTMLElement} */ (document.getElementById("manage-trouble-text")).textContent = said;
  const trouble = /** @type {HTMLElement} */ (document.getElementById("manage-trouble"));
  trouble.hidden = said === "";
  if (said !== "") {
    trouble.scrollIntoView({ block: "nearest" });
  }
}

/** @param {HTMLFormElement} form */
async function submit(form) {
  const body = {
    version: Number(place.dataset.version),
    seen: JSON.parse(place.dataset.seen ?? "{}"),
    ...Object.fromEntries(new FormData(form)),
  };
  tell("");
  const reply = await send("POST", `${place.dataset.address}${form.dataset.post}`, body);
  if (reply.ok) {
    window.location.assign(reply.body.address);
  } else {
    const detail = reply.status === 409 ? reply.body?.detail : after(reply, noAnswer()).said;
    tell(typeof detail === "string" ? detail : "");
  }
  return reply.ok;
}

offerNames(place, tell);
place.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement) {
    event.preventDefault();
    const form = event.target;
    void once(form, () => submit(form));
  }
});
