// @ts-check
/**
 * Starts a run, switches a DAG, and follows what comes of it, all by Airflow's public API. What is new is taken from the
 * page itself, which the server makes anew.
 */

import { airflow, askAnew, sayWhetherStale, send } from "./http.js";
import {
  PATIENCE,
  PAUSE,
  filled,
  hasChanged,
  makeStarter,
  newRunId,
  nextLook,
  progressOf,
  troubleOf,
} from "./runs.logic.js";
import { makeTurns } from "./turns.logic.js";

const start = makeStarter((path, body) => send("POST", airflow(path), body), newRunId);
const pages = makeTurns();
let asked = 0;
/** Whether something was asked that is not answered yet: nothing else is, meanwhile. */
let acting = false;
/** Whether the page shows what was before something that has happened. */
let outdated = false;
/** Whether a run appears by itself after what was done. */
let awaited = false;
/** @type {number | undefined} */
let timer;

/** @returns {HTMLElement} */
function live() {
  const found = document.getElementById("live");
  if (!found) {
    throw new Error("the page has no part that changes");
  }
  return found;
}

/** @returns {import("./runs.logic.js").Shown} */
function shown() {
  const { dag = "", run = "", state = "", awaits } = live().dataset;
  const waits = live().querySelector("[data-waits-for]");
  const { waitsFor = "", files = "" } = waits instanceof HTMLElement ? waits.dataset : {};
  return { dag, run, state, awaits: awaits !== undefined, waitsFor, files };
}

/** Take the changing part of the page as the server makes it now, and keep the focus where it was. */
async function refresh() {
  const newest = pages.begin();
  outdated = true;
  const made = (await askAnew()).made?.getElementById("live");
  if (!made || !newest()) {
    return;
  }
  outdated = false;
  const focused = document.activeElement?.id;
  const within = live().contains(document.activeElement);
  keepChosen(made);
  live().replaceWith(document.adoptNode(made));
  live().querySelector("form")?.dispatchEvent(new Event("change", { bubbles: true }));
  asked = 0;
  if (awaited && nextLook(shown()) === null && !document.getElementById("start")) {
    live().dataset.awaits = "";
  }
  awaited = false;
  wake();
  keepRun();
  if (within) {
    const again = focused ? document.getElementById(focused) : null;
    const target = again instanceof HTMLButtonElement && again.disabled ? null : again;
    (target ?? live().querySelector("a, button:not(:disabled)") ?? document.body).focus();
  }
}

/**
 * What somebody is choosing for the next run stays chosen.
 * @param {HTMLElement} made
 */
function keepChosen(made) {
  /** @param {HTMLElement} within */
  const boxes = (within) =>
    [...within.querySelectorAll("input[type=checkbox]")].filter((box) => box instanceof HTMLInputElement);
  for (const box of boxes(live())) {
    const same = boxes(made).find((each) => each.name === box.name && each.value === box.value);
    if (same) {
      same.checked = box.checked;
    }
  }
}

/**
 * Buttons that a click reaches: before this script is there, a click would be lost. One with `data-lacks` waits for
 * somebody to choose what it is about.
 */
function wake() {
  for (const button of live().querySelectorAll("button[data-acts]")) {
    if (button instanceof HTMLButtonElement) {
      button.disabled = acting || "lacks" in button.dataset;
    }
  }
}

/** From now on the page is that of the run it follows: the schedule's next one must not take its place. */
function keepRun() {
  if ("keepsRun" in live().dataset && nextLook(shown())?.kind === "run") {
    window.history.replaceState(null, "", `?run=${encodeURIComponent(shown().run)}`);
  }
}

/** @param {string} text */
function tell(text) {
  const place = document.getElementById("trouble");
  if (place) {
    place.textContent = text;
    place.hidden = text === "";
  }
}

/** @param {string} text */
function progress(text) {
  const place = document.getElementById("progress");
  if (place && place.textContent !== text) {
    place.textContent = text;
  }
}

async function showProgress() {
  const { dag, run } = shown();
  const path = `/api/v2/dags/${encodeURIComponent(dag)}/dagRuns/${encodeURIComponent(run)}/taskInstances?limit=100`;
  const far = progressOf((await send("GET", airflow(path))).body);
  if (far === null) {
    return;
  }
  progress(filled(live().dataset.progress ?? "", far));
  const bar = document.getElementById("bar");
  if (bar instanceof HTMLProgressElement) {
    bar.value = far.done / far.total;
    bar.hidden = false;
  }
  if (far.asks && !live().dataset.asks) {
    await refresh();
    live().dataset.asks = "yes";
  }
}

async function look() {
  const at = shown();
  const next = nextLook(at);
  if (document.hidden || (next === null && !outdated)) {
    return;
  }
  if (next === null || outdated) {
    await refresh();
    follow();
    return;
  }
  const reply = await send("GET", airflow(next.path));
  sayWhetherStale(!reply.ok && reply.status !== 401);
  if (hasChanged(at, next.kind, reply)) {
    await refresh();
  } else if (next.kind === "run" && reply.ok) {
    await showProgress();
  } else if (next.kind === "appearance" && ++asked >= PATIENCE) {
    const said = live().querySelector("[data-none-appeared]");
    if (said instanceof HTMLElement) {
      progress(said.dataset.noneAppeared ?? "");
    }
  }
  follow();
}

/** Look again after a pause, as long as something can change and somebody is looking. */
function follow() {
  window.clearTimeout(timer);
  if ((outdated || nextLook(shown()) !== null) && !document.hidden) {
    timer = window.setTimeout(look, PAUSE);
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => Promise<import("./http.js").Reply>} ask
 * @param {boolean} awaits whether a run appears by itself afterwards
 */
async function act(button, ask, awaits) {
  acting = true;
  wake();
  tell("");
  const reply = await ask();
  acting = false;
  if (!reply.ok) {
    const { refused = "", noAnswer = "", otherAnswer = "" } = live().dataset;
    tell(troubleOf(reply, { refused, noAnswer, otherAnswer }));
    wake();
    document.getElementById(button.id)?.focus();
    return;
  }
  // A run that an earlier visit has followed is of no interest any more.
  window.history.replaceState(null, "", window.location.pathname);
  awaited = awaits;
  live().querySelector("form")?.reset();
  for (const other of live().querySelectorAll("button")) {
    other.disabled = true;
  }
  await refresh();
  follow();
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("#live button") : null;
  if (!(button instanceof HTMLButtonElement) || acting) {
    return;
  }
  const { start: started, conf = "{}", switch: switched, paused } = button.dataset;
  if (started) {
    void act(button, () => start(started, { logical_date: null, conf: JSON.parse(conf) }), false);
  } else if (switched) {
    const path = `/api/v2/dags/${encodeURIComponent(switched)}?update_mask=is_paused`;
    const body = { is_paused: paused === "true" };
    void act(button, () => send("PATCH", airflow(path), body), paused !== "true");
  }
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    void look();
  }
});

wake();
keepRun();
follow();
