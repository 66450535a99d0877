"use strict";
// A menu behind a button of the bar. The browser's own kind of menu (`popover`) came to Safari and Firefox late.
(function (chairside) {
  const { show } = chairside.dom;

  /** Opens and closes `node` by the button `open`, by a touch elsewhere and by Esc. `node` stands behind its button. */
  chairside.menu = function menu(open, node) {
    const shown = () => !node.hidden;

    function put(visible) {
      if (!visible && node.contains(document.activeElement)) open.focus();
      show(node, visible);
      open.setAttribute("aria-expanded", String(visible));
    }

    function elsewhere(event) {
      if (shown() && !node.contains(event.target) && !open.contains(event.target)) put(false);
    }

    function escaped(event) {
      if (event.key !== "Escape" || !shown()) return;
      put(false);
      open.focus();
    }

    node.classList.add("menu");
    open.setAttribute("aria-controls", node.id);
    put(false);
    open.addEventListener("click", () => put(!shown()));
    document.addEventListener("pointerdown", elsewhere, true);
    document.addEventListener("keydown", escaped);
    function stop() {
      document.removeEventListener("pointerdown", elsewhere, true);
      document.removeEventListener("keydown", escaped);
    }
    return { close: () => put(false), stop };
  };
})((window.chairside ??= { views: {} }));
