// Runs before the first paint, so that a dark Airflow never shows a white frame.
(function () {
  "use strict";
  // Chakra's names of Airflow's own colours, and ours.
  const TOKENS = {
    "bg": "--bg",
    "bg-subtle": "--bg-subtle",
    "bg-muted": "--bg-muted",
    "fg": "--fg",
    "fg-muted": "--fg-muted",
    "border": "--border",
    "brand-fg": "--accent",
    "brand-focusRing": "--focus",
  };
  const own = document.documentElement;

  function hostRoot() {
    try {
      const host = window.parent === window ? null : window.parent.document.documentElement;
      return host && (host.classList.contains("light") || host.classList.contains("dark")) ? host : null;
    } catch {
      return null;
    }
  }

  function storedTheme() {
    try {
      return window.localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function chosenTheme(host) {
    if (host) {
      return host.classList.contains("dark") ? "dark" : "light";
    }
    const stored = storedTheme();
    if (stored === "dark" || stored === "light") {
      return stored;
    }
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function follow() {
    const host = hostRoot();
    own.dataset.theme = chosenTheme(host);
    const computed = host && window.parent.getComputedStyle(host);
    for (const [theirs, ours] of Object.entries(TOKENS)) {
      const value = computed ? computed.getPropertyValue("--chakra-colors-" + theirs).trim() : "";
      if (value) {
        own.style.setProperty(ours, value);
      } else {
        own.style.removeProperty(ours);
      }
    }
  }

  follow();
  const host = hostRoot();
  if (host) {
    new MutationObserver(follow).observe(host, { attributes: true, attributeFilter: ["class", "style"] });
  }
  window.addEventListener("storage", follow);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);
})();
