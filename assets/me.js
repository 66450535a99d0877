"use strict";
// Who is signed in here, and whether this screen is locked. Styles read it from the root element.
(function (chairside) {
  const EVERY_MS = 60000; // an idle lock falls without a word from us
  const RETRY_MS = 5000;
  const ACTING = ["nurse", "anesthesia"];
  const REMEMBERED = 8;
  const me = { user: "", display: "", role: "", locked: false, labels: true, left_s: null, nurses: [], simulator: "", refresh, onchange: new Set() };

  /** The sign-in page of this browser offers who was here, as tiles. */
  function remember({ user, display, role }) {
    if (role === "wall") return;
    const others = JSON.parse(localStorage.getItem("people") ?? "[]").filter((person) => person.user !== user);
    localStorage.setItem("people", JSON.stringify([{ user, display }, ...others].slice(0, REMEMBERED)));
  }

  async function refresh() {
    const answer = await fetch("/me").catch(() => null);
    if (!answer?.ok) {
      setTimeout(refresh, RETRY_MS);
      return;
    }
    const said = await answer.json();
    const other = said.role !== me.role || said.labels !== me.labels;
    Object.assign(me, said);
    chairside.renew.server(said.version);
    remember(me);
    const root = document.documentElement;
    chairside.dom.mark(root, "role", me.role);
    chairside.dom.mark(root, "mayAct", ACTING.includes(me.role));
    for (const listener of me.onchange) listener();
    if (other) chairside.live.retell(); // whom an alarm calls depends on who is here
  }

  chairside.me = me;
  document.addEventListener("DOMContentLoaded", () => {
    refresh();
    setInterval(refresh, EVERY_MS);
  });
})((window.chairside ??= { views: {} }));
