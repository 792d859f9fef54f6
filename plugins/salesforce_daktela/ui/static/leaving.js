// @ts-check

/**
 * Links wait until the last change is kept: the next page shows the draft.
 * @param {() => boolean} busy whether something is not answered yet
 * @param {() => Promise<boolean>} kept waits for the answer; whether all is kept
 */
export function leaveWhenKept(busy, kept) {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const elsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!(link instanceof HTMLAnchorElement) || elsewhere || !busy()) {
      return;
    }
    event.preventDefault();
    void kept().then((all) => all && window.location.assign(link.href));
  });
}
