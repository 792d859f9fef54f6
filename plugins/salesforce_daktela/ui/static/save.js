// @ts-check
/** The step Save: sends what a person has decided, and waits for Airflow's DAG. */
import { copyFrom } from "./copying.js";
import { noAnswer, send } from "./http.js";
import { after, badge, pauseAfter } from "./save.logic.js";

const step = /** @type {HTMLElement} */ (document.getElementById("save-step"));
const address = step.dataset.address ?? "";

/** @param {string} said */
function tell(said) {
  const trouble = /** @type {HTMLElement} */ (document.getElementById("save-trouble"));
  const text = /** @type {HTMLElement} */ (document.getElementById("save-trouble-text"));
  text.textContent = said;
  trouble.hidden = said === "";
  if (said !== "") {
    trouble.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} path
 */
async function post(button, path) {
  button.disabled = true;
  tell("");
  const next = after(await send("POST", `${address}${path}`, { version: Number(step.dataset.version) }), noAnswer());
  if (next.reload) {
    window.location.reload();
    return;
  }
  button.disabled = false;
  tell(next.said);
}

/** @param {HTMLElement} button */
async function copyFile(button) {
  tell("");
  if (await copyFrom(button.dataset.copy ?? "").catch(() => false)) {
    button.textContent = button.dataset.copied ?? "";
  } else {
    tell(step.dataset.uncopied ?? "");
  }
}

/** @param {{ state: string, label: string, said: string, problems: string[] }} found */
function showDeployment(found) {
  const label = /** @type {HTMLElement} */ (document.getElementById("deployment-label"));
  label.textContent = found.label;
  label.className = `badge ${badge(found.state)}`;
  /** @type {HTMLElement} */ (document.getElementById("deployment-said")).textContent = found.said;
  const list = /** @type {HTMLElement} */ (document.getElementById("deployment-problems"));
  list.hidden = found.problems.length === 0;
  list.replaceChildren(
    ...found.problems.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
}

/** @param {number} looks */
async function wait(looks) {
  let state = "waiting";
  const seen = !document.hidden;
  if (seen) {
    const reply = await send("GET", `${address}/deployment?files=${step.dataset.files ?? ""}`);
    if (reply.ok) {
      state = reply.body.state;
      showDeployment(reply.body);
    }
  }
  const pause = pauseAfter(state, looks);
  if (pause !== null) {
    setTimeout(() => void wait(looks + Number(seen)), pause);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button === null) {
    return;
  }
  if (button.id === "save") {
    void post(button, "/save");
  } else if (button.dataset.post !== undefined) {
    void post(button, button.dataset.post);
  } else if (button.dataset.copy !== undefined) {
    void copyFile(button);
  }
});

if (step.dataset.waits === "true") {
  void wait(0);
}
step.dataset.ready = "true";
