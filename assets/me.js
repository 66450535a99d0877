"use strict";
// Who is signed in here, and whether this screen is locked. Styles read it from the root element.
(function (chairside) {
  const EVERY_MS = 60000; // an idle lock falls without a word from us
  const RETRY_MS = 5000;
  const ACTING = ["nurse", "anesthesia"];
  const me = { display: "", role: "", locked: false, nurses: [], refresh, onchange: new Set() };

  async function refresh() {
    const answer = await fetch("/me").catch(() => null);
    if (!answer?.ok) {
      setTimeout(refresh, RETRY_MS);
      return;
    }
    Object.assign(me, await answer.json());
    const root = document.documentElement;
    chairside.dom.mark(root, "role", me.role);
    chairside.dom.mark(root, "mayAct", ACTING.includes(me.role));
    for (const listener of me.onchange) listener();
  }

  chairside.me = me;
  document.addEventListener("DOMContentLoaded", () => {
    refresh();
    setInterval(refresh, EVERY_MS);
  });
})((window.chairside ??= { views: {} }));
