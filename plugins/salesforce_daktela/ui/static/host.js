/**
 * The frame and Airflow around it. A sandboxed frame can neither open windows nor leave itself; a link that is clicked
 * in Airflow's own document can.
 */

const framed = window.parent !== window;

/**
 * Follow an address in Airflow's window instead of in the frame.
 * @param {string} href
 * @param {string} target
 */
function leave(href, target = "") {
  const link = window.parent.document.createElement("a");
  link.href = href;
  link.target = target;
  link.rel = "noopener";
  window.parent.document.body.append(link);
  link.click();
  link.remove();
}

/** @param {HTMLAnchorElement} link */
function signIn(link) {
  const address = new URL(link.href);
  address.searchParams.set("next", window.parent.location.href);
  leave(address.href);
}

/** @param {HTMLButtonElement} button */
async function chooseLanguage(button) {
  const address = button.closest("[data-language-address]")?.getAttribute("data-language-address") ?? "";
  await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ language: button.dataset.language }),
  });
  window.location.reload();
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) {
    return;
  }
  const button = event.target.closest("button[data-language]");
  if (button instanceof HTMLButtonElement) {
    void chooseLanguage(button);
    return;
  }
  const link = event.target.closest("a[data-sign-in], a[data-leave]");
  // A click for a new tab works in a frame, too.
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  if ("signIn" in link.dataset) {
    event.preventDefault();
    signIn(link);
  } else if (framed) {
    event.preventDefault();
    leave(link.href, link.target);
  }
});
