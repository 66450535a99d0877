"use strict";
// Who is signed in here, and whether this screen is locked. Styles read it from the root element.
(function (chairside) {
  const ACTING = ["nurse", "anesthesia"];
  const me = { display: "", role: "", locked: false, refresh, onchange: new Set() };

  async function refresh() {
    const answer = await fetch("/me").catch(() => null);
    if (!answer?.ok) return;
    Object.assign(me, await answer.json());
    const root = document.documentElement;
    chairside.dom.mark(root, "role", me.role);
    chairside.dom.mark(root, "mayAct", ACTING.includes(me.role));
    for (const listener of me.onchange) listener();
  }

  chairside.me = me;
  document.addEventListener("DOMContentLoaded", refresh);
})((window.chairside ??= { views: {} }));
