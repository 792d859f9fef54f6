// @ts-check
/** Follows a run that is under way: what is shown of it is taken from the page as the server makes it now. */

import { askAnew } from "./http.js";
import { makeTurns } from "./turns.logic.js";

const PAUSE = 4000;
/** What answers that there is nothing to follow any more. */
const OVER = [403, 404];
const turns = makeTurns();
/** @type {number | undefined} */
let timer;

async function look() {
  const shown = document.getElementById("live");
  if (!shown || document.hidden) {
    return;
  }
  const newest = turns.begin();
  const { status, made } = await askAnew();
  if (!newest()) {
    return;
  }
  const live = made?.getElementById("live");
  if (live) {
    shown.replaceWith(document.adoptNode(live));
  } else if (made || OVER.includes(status)) {
    // The run has ended, is gone, or may not be seen any more: the whole page is another one.
    window.location.reload();
    return;
  }
  follow();
}

/** Look again after a pause, as long as somebody is looking. */
function follow() {
  window.clearTimeout(timer);
  if (!document.hidden) {
    timer = window.setTimeout(look, PAUSE);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    void look();
  }
});

follow();
