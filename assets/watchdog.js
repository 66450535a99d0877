"use strict";
// Covers the page's numbers when they may be old, and uncovers them by itself. It trusts nothing but the turn
// number that is written into the root element once everything is painted.
//
// Covered: 3 s without a new turn by performance.now(), which no change of the clock can fool; and at once when
// Date.now() has advanced 2 s more than performance.now(), which may stand still while a laptop sleeps.
(function (chairside) {
  const t = chairside.t ?? ((text, values) => text.replace(/\{(\w+)\}/g, (gap, name) => values?.[name] ?? gap));
  const LIMIT_MS = 3000;
  const SLEPT_MS = 2000;
  const LOOK_MS = 250;

  const root = document.documentElement;
  let turn = root.dataset.turn;
  let since = performance.now(); // when the turn last changed
  let shownAt = null; // and what the time was then, for people
  let lag = Date.now() - performance.now();
  let asleep_s = 0;
  let cover = null;

  const hasNumbers = () => document.querySelector("[data-live]:not([data-live=topbar])") !== null;
  const coveredFor = () => (cover === null ? 0 : (performance.now() - since) / 1000);

  function sentence() {
    const ago = `${Math.round((performance.now() - since) / 1000)} s`;
    const until = shownAt === null ? "" : ` ${t("since {time}", { time: chairside.dom.clock(shownAt) })}`;
    if (chairside.live === undefined) return t("The scripts of this page do not run here. Is this browser too old?");
    if (asleep_s > 0) return t("This screen was asleep for {n} s and is fetching the present numbers.", { n: asleep_s });
    if (turn === undefined) return t("No numbers yet: waiting for the monitor for {ago}.", { ago });
    if (!chairside.live.connected) return t("No connection to the server{until}, {ago} ago.", { until, ago });
    return t("The monitor has sent nothing new{until}, {ago} ago.", { until, ago });
  }

  function put() {
    if (cover === null) {
      cover = document.createElement("div");
      cover.className = "cover";
      cover.setAttribute("role", "alert");
      cover.append(document.createElement("p"), document.createElement("p"));
      cover.firstChild.setAttribute("aria-live", "off"); // it counts: said once, with the cover
      cover.lastChild.textContent = t("Look at the bedside monitors. This screen comes back by itself.");
      document.body.append(cover);
      root.dataset.covered = "";
    }
    cover.classList.toggle("cover-bar", !hasNumbers());
    const words = sentence();
    if (cover.firstChild.textContent !== words) cover.firstChild.textContent = words;
  }

  function take() {
    cover?.remove();
    cover = null;
    delete root.dataset.covered;
  }

  function slept() {
    const ahead = Date.now() - performance.now() - lag;
    lag += ahead;
    if (ahead < SLEPT_MS) return false;
    asleep_s = Math.round(ahead / 1000);
    turn = root.dataset.turn; // what was already here when we woke is old
    chairside.live?.reconnect();
    return true;
  }

  function look() {
    if (document.querySelector("[data-live]") === null) return take();
    if (slept()) return put();
    if (root.dataset.turn !== turn) {
      turn = root.dataset.turn;
      since = performance.now();
      shownAt = chairside.live?.state.at ?? null;
      asleep_s = 0;
      return take();
    }
    return asleep_s > 0 || performance.now() - since > LIMIT_MS ? put() : undefined;
  }

  chairside.watchdog = { coveredFor };
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
})((window.chairside ??= { views: {} }));
