"use strict";
// The colours of this station: dark room, light or high contrast; remembered in this browser.
(function (chairside) {
  const NAMES = ["dark", "light", "contrast"];
  const MANTINE = "theme"; // the component that tells forms and dialogs
  const root = document.documentElement;
  const onchange = new Set();

  // A machine that asks for nothing says "light" too, and a white wall is wrong in a dark room: only contrast is asked of it.
  const first = () => (window.matchMedia("(prefers-contrast: more)").matches ? "contrast" : "dark");
  const known = (name) => (NAMES.includes(name) ? name : first());

  /** What forms, dialogs and charts know of it. */
  const scheme = () => (root.dataset.theme === "light" ? "light" : "dark");

  /** The page's own colours; `wearNow` tells those too who have drawn already. */
  function wear(name) {
    root.dataset.theme = name;
    root.dataset.mantineColorScheme = scheme();
  }

  function wearNow(name) {
    wear(name);
    window.dash_clientside?.set_props?.(MANTINE, { forceColorScheme: scheme() });
    for (const listener of [...onchange]) listener(name);
  }

  function choose(name) {
    localStorage.setItem("theme", name);
    wearNow(name);
  }

  chairside.theme = { NAMES, choose, onchange, scheme, current: () => root.dataset.theme };
  wear(known(localStorage.getItem("theme")));
  window.addEventListener("storage", (event) => event.key === "theme" && wearNow(known(event.newValue)));
})((window.chairside ??= { views: {} }));
