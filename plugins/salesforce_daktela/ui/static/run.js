// @ts-check
/** Follows a run that is under way: what is shown of it is taken from the page as the server makes it now. */

const PAUSE = 4000;
/** @type {number | undefined} */
let timer;

async function look() {
  const shown = document.getElementById("live");
  if (!shown || document.hidden) {
    return;
  }
  let made = null;
  try {
    const reply = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (reply.ok) {
      made = new DOMParser().parseFromString(await reply.text(), "text/html");
    }
  } catch {
    // The next look asks again.
  }
  const live = made?.getElementById("live");
  if (live) {
    shown.replaceWith(document.adoptNode(live));
  } else if (made) {
    // The run has ended: the whole page is another one.
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
