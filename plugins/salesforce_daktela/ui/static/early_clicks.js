// Scripts come after the page: a button that is clicked before they listen is clicked again as soon as they do.
(function () {
  "use strict";
  const early = new Set();

  function keep(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) {
      event.preventDefault();
      event.stopImmediatePropagation();
      early.add(button);
    }
  }

  document.addEventListener("click", keep, true);
  // The page's modules have run by then.
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("click", keep, true);
    early.forEach((button) => button.click());
  });
})();
