// Scripts come after the page: what is filled in or clicked before they listen is told to them as soon as they do.
(function () {
  "use strict";
  const filled = new Set();
  const clicked = new Set();

  function keepField(event) {
    filled.add(event.target);
  }

  function keepClick(event) {
    const target = event.target instanceof Element ? event.target.closest("button, .onward a") : null;
    if (target && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      clicked.add(target);
    }
  }

  document.addEventListener("input", keepField, true);
  document.addEventListener("click", keepClick, true);
  // The page's modules have run by then.
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("input", keepField, true);
    document.removeEventListener("click", keepClick, true);
    for (const field of filled) {
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    clicked.forEach((target) => target.click());
  });
})();
