"use strict";
// Finds the empty containers that pages render, puts the live views into them, and follows our links.
(function (chairside) {
  const mounted = new Map(); // container → { key, unmount }

  const keyOf = (container) => `${container.dataset.live} ${container.dataset.chair ?? ""}`;

  function mount(container) {
    const view = chairside.views[container.dataset.live];
    if (view === undefined) return;
    container.replaceChildren();
    mounted.set(container, { key: keyOf(container), unmount: view(container) });
  }

  function unmount(container) {
    mounted.get(container).unmount();
    mounted.delete(container);
  }

  let path = window.location.pathname;

  /** Brings views and containers together again after a page was changed. */
  function sync() {
    for (const [container, { key }] of mounted) {
      if (!container.isConnected || keyOf(container) !== key) unmount(container);
    }
    for (const container of document.querySelectorAll("[data-live]")) {
      if (!mounted.has(container)) mount(container);
    }
    mend();
    if (path !== window.location.pathname) {
      path = window.location.pathname;
      chairside.live.report();
    }
  }

  /** What Mantine leaves out: tables that scroll are reached by keyboard, and a dialog's head is no second banner. */
  function mend() {
    for (const box of document.querySelectorAll(".mantine-ScrollArea-viewport:not([tabindex])")) box.tabIndex = 0;
    for (const head of document.querySelectorAll(".mantine-Modal-header:not([role])")) head.setAttribute("role", "presentation");
  }

  /** Opens a page of ours without loading it anew, so that sound stays armed; as dcc.Link does. */
  function follow(event) {
    const link = event.target.closest?.("a[data-nav]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || !window.dash_clientside) return;
    event.preventDefault();
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  document.addEventListener("click", follow);
  document.addEventListener("DOMContentLoaded", () => {
    const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["data-live", "data-chair"] };
    new MutationObserver(sync).observe(document.body, watched);
    sync();
  });
})((window.chairside ??= { views: {} }));
