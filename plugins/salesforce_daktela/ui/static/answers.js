// @ts-check
/** Answers a question of a run by Airflow's public API, as Required Actions does, and shows what comes of it. */

import { airflow, send } from "./http.js";
import { answerPath, troubleOfAnswer } from "./answers.logic.js";

/**
 * @param {HTMLElement} place the buttons of one question
 * @param {string} option
 */
async function answer(place, option) {
  const buttons = [...place.querySelectorAll("button")];
  const trouble = place.parentElement?.querySelector("[data-trouble]");
  for (const button of buttons) {
    button.disabled = true;
  }
  const { dag = "", run = "", task = "" } = place.dataset;
  const reply = await send("PATCH", airflow(answerPath(dag, run, task)), { chosen_options: [option], params_input: {} });
  if (reply.ok) {
    window.location.reload();
    return;
  }
  if (trouble instanceof HTMLElement) {
    const { refused = "", faster = "", noAnswer = "", otherAnswer = "" } = document.getElementById("live")?.dataset ?? {};
    trouble.textContent = troubleOfAnswer(reply, { refused, faster, noAnswer, otherAnswer });
    trouble.hidden = false;
  }
  for (const button of buttons) {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-answer]") : null;
  const place = button?.parentElement;
  if (button instanceof HTMLButtonElement && place) {
    void answer(place, button.dataset.answer ?? "");
  }
});
