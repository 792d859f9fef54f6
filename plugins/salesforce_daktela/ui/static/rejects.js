// @ts-check
/** Tries rejects again: starts one run by Airflow's public API, with the user's own rights, and follows it. */

import { airflow, send } from "./http.js";
import { PAUSE, filled, makeStarter, newRunId, troubleOf } from "./runs.logic.js";
import { replayOf, tellOf } from "./rejects.logic.js";

const replays = document.getElementById("replays");
const selected = document.getElementById("selected");
const may = document.querySelector("button[data-acts]") !== null;
const start = makeStarter((path, body) => send("POST", airflow(path), body), newRunId);
/** Boxes that were ticked while a run was followed outlive the page that is loaded anew when it ends. */
const TICKED = `ticked ${window.location.pathname}`;
let starting = false;
let following = "";

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...document.querySelectorAll("input[data-select]")].filter((box) => box instanceof HTMLInputElement);
}

function countSelected() {
  const count = boxes().filter((box) => box.checked).length;
  if (selected instanceof HTMLButtonElement) {
    selected.disabled = !may || count === 0 || starting || following !== "";
    const { label = "" } = selected.dataset;
    selected.dataset.plain ??= selected.textContent ?? "";
    selected.textContent = count === 0 ? selected.dataset.plain : filled(label, { count });
  }
}

/** @param {boolean} awake */
function wake(awake) {
  for (const button of document.querySelectorAll("button[data-acts]")) {
    if (button instanceof HTMLButtonElement) {
      button.disabled = !awake;
    }
  }
  countSelected();
}

/**
 * @param {string} id the element's
 * @param {string} text
 */
function tell(id, text) {
  const place = document.getElementById(id);
  const words = place?.querySelector("span") ?? place;
  if (place && words) {
    words.textContent = text;
    place.hidden = text === "";
  }
}

/** @param {string} state */
function showRun(state) {
  const words = replays?.dataset ?? {};
  tell("replayed", filled(words[tellOf(state)] ?? "", { run: following }));
  const link = document.querySelector("#replayed a");
  if (link instanceof HTMLAnchorElement) {
    link.href = `${words.runPage || words.runAirflow}${encodeURIComponent(following)}`;
    link.toggleAttribute("data-leave", !words.runPage);
    link.hidden = false;
  }
}

function loadAnew() {
  const ids = boxes().flatMap((box) => (box.checked ? [box.dataset.id] : []));
  window.sessionStorage.setItem(TICKED, JSON.stringify(ids));
  window.location.reload();
}

function tickAgain() {
  const ids = JSON.parse(window.sessionStorage.getItem(TICKED) ?? "[]");
  window.sessionStorage.removeItem(TICKED);
  for (const box of boxes()) {
    box.checked = ids.includes(box.dataset.id);
  }
}

async function follow() {
  if (!document.hidden) {
    const dag = encodeURIComponent(replays?.dataset.dag ?? "");
    const reply = await send("GET", airflow(`/api/v2/dags/${dag}/dagRuns/${encodeURIComponent(following)}`));
    const state = reply.ok ? String(reply.body?.state ?? "") : "";
    if (state !== "") {
      showRun(state);
    }
    // A run that somebody has deleted has done what it has done.
    if (state === "success" || reply.status === 404) {
      loadAnew();
      return;
    }
    if (state === "failed") {
      following = "";
      wake(true);
      return;
    }
  }
  window.setTimeout(follow, PAUSE);
}

/**
 * @param {import("./rejects.logic.js").Chosen[]} chosen
 */
async function replay(chosen) {
  starting = true;
  wake(false);
  tell("trouble", "");
  const { dag = "", refused = "", noAnswer = "", otherAnswer = "" } = replays?.dataset ?? {};
  const reply = await start(dag, replayOf(chosen));
  starting = false;
  if (!reply.ok) {
    tell("trouble", troubleOf(reply, { refused, noAnswer, otherAnswer }));
    document.getElementById("trouble")?.scrollIntoView({ block: "nearest" });
    wake(true);
    return;
  }
  following = String(reply.body?.dag_run_id ?? "");
  const asked = new Set(chosen.map((each) => each.id));
  for (const box of boxes().filter((each) => asked.has(each.dataset.id))) {
    box.checked = false;
  }
  showRun(String(reply.body?.state ?? "queued"));
  document.getElementById("replayed")?.scrollIntoView({ block: "nearest" });
  countSelected();
  window.setTimeout(follow, PAUSE);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button === null) {
    return;
  }
  if (button === selected) {
    const chosen = boxes().filter((box) => box.checked);
    void replay(chosen.map(({ dataset: { mapping = "", id = "" } }) => ({ mapping, id })));
  } else if ("replay" in button.dataset) {
    const { mapping = "", code = "", id = "" } = button.dataset;
    void replay([{ mapping, code, id }]);
  }
});

document.addEventListener("change", (event) => {
  const all = document.getElementById("all");
  if (all instanceof HTMLInputElement && event.target === all) {
    for (const box of boxes()) {
      box.checked = all.checked;
    }
  } else if (all instanceof HTMLInputElement) {
    all.checked = boxes().every((box) => box.checked);
  }
  countSelected();
});

tickAgain();
wake(true);
