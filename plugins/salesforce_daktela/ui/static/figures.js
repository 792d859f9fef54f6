// @ts-check
/** Keeps figures up to date while the page is looked at and nobody works in them: the server makes them anew. */

import { askAnew } from "./http.js";
import { makeTurns } from "./turns.logic.js";

const PAUSE = 30_000;
const turns = makeTurns();
/** @type {number | undefined} */
let timer;

/** @returns {HTMLElement | null} */
function figures() {
  return document.getElementById("figures");
}

/** Whether a replacement would take something away: where the focus is, or what is marked to be copied. */
function inUse() {
  const shown = figures();
  return !shown || shown.contains(document.activeElement) || !(document.getSelection()?.isCollapsed ?? true);
}

async function look() {
  if (!inUse()) {
    await renew();
  }
  follow();
}

async function renew() {
  const newest = turns.begin();
  const renewed = (await askAnew()).made?.getElementById("figures");
  if (renewed && newest() && !inUse()) {
    keepOpen(renewed);
    figures()?.replaceWith(document.adoptNode(renewed));
  }
}

/** @param {HTMLElement} renewed */
function keepOpen(renewed) {
  const opened = [...(figures()?.querySelectorAll("details") ?? [])].map((each) => each.open);
  for (const [number, each] of renewed.querySelectorAll("details").entries()) {
    each.open = opened[number] ?? false;
  }
}

/** Look again after a pause, as long as somebody is looking. */
function follow() {
  window.clearTimeout(timer);
  if (!document.hidden) {
    timer = window.setTimeout(() => void look(), PAUSE);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    void look();
  }
});

follow();
