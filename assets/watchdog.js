"use strict";
// Covers the page's numbers when they may be old, and uncovers them by itself. It trusts nothing but the turn
// number that is written into the root element once everything is painted.
//
// Covered: 3 s without a new turn by performance.now(), which no change of the clock can fool; and at once when
// Date.now() has advanced 2 s more than performance.now(), which may stand still while a laptop sleeps.
//
// A page that is not whole 3 s after it was asked for is covered too: its server went away before all of it was here. It loads
// itself anew once the server answers again, or where it answers all the time and what is missing still does not come.
(function (chairside) {
  const t = chairside.t ?? ((text, values) => text.replace(/\{(\w+)\}/g, (gap, name) => values?.[name] ?? gap));
  const LIMIT_MS = 3000;
  const SLEPT_MS = 2000;
  const LOOK_MS = 250;
  const ASK_MS = 1000;
  const PATIENCE_MS = 15000; // doubled by each vain attempt, up to
  const MOST_PATIENCE_MS = 60000;

  const root = document.documentElement;
  let turn = root.dataset.turn;
  let since = performance.now(); // when the turn last changed
  let shownAt = null; // and what the time was then, for people
  let lag = Date.now() - performance.now();
  let asleep_s = 0;
  let cover = null;
  let missingSince = 0; // since when the page is not whole: 0, since it was asked for; null while it is
  let askedAt = 0;
  let serverLost = false;

  const whole = () => document.querySelector("[data-live]") !== null && chairside.live !== undefined;
  const hasNumbers = () => document.querySelector("[data-live]:not([data-live=topbar])") !== null;
  const coveredFor = () => (cover === null ? 0 : (performance.now() - since) / 1000);

  function sentence() {
    const ago = `${Math.round((performance.now() - since) / 1000)} s`;
    if (missingSince !== null) {
      const missing = `${Math.round((performance.now() - missingSince) / 1000)} s`;
      if (serverLost) return t("Nothing here is live: no connection to the server for {ago}.", { ago: missing });
      if (chairside.live === undefined) return t("The scripts of this page do not run here. Is this browser too old?");
      return t("Nothing here is live yet: this page has been loading for {ago}.", { ago: missing });
    }
    const until = shownAt === null ? "" : ` ${t("since {time}", { time: chairside.dom.clock(shownAt) })}`;
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
    cover.classList.toggle("cover-bar", whole() && !hasNumbers());
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

  /** Whether our server answers, and not somebody in its place. */
  async function answers() {
    try {
      return "status" in await (await fetch("/healthz", { cache: "no-store" })).json();
    } catch {
      return false;
    }
  }

  const patience = () => Number(sessionStorage.getItem("patience") ?? PATIENCE_MS);

  /** Covers what is not whole, and loads it anew where that may help. */
  async function complete() {
    missingSince ??= performance.now();
    if (performance.now() - missingSince <= LIMIT_MS) return;
    put();
    if (performance.now() - askedAt < ASK_MS) return;
    askedAt = performance.now();
    const here = await answers();
    const tired = chairside.live === undefined && patience() >= MOST_PATIENCE_MS; // scripts that do not run here never will
    const mayHelp = here && (serverLost || (performance.now() - missingSince > patience() && !tired));
    serverLost = !here;
    if (!mayHelp || whole()) return;
    sessionStorage.setItem("patience", Math.min(2 * patience(), MOST_PATIENCE_MS));
    window.location.reload();
  }

  /** Notes a new turn; tells whether there was one. */
  function turned() {
    if (root.dataset.turn === turn) return false;
    turn = root.dataset.turn;
    since = performance.now();
    shownAt = chairside.live?.state.at ?? null;
    asleep_s = 0;
    return true;
  }

  function look() {
    const asleep = slept();
    const fresh = !asleep && turned();
    if (!whole()) return complete();
    if (missingSince !== null) {
      missingSince = null;
      serverLost = false;
      sessionStorage.removeItem("patience");
      if (fresh || performance.now() - since <= LIMIT_MS) take();
    }
    if (asleep) return put();
    if (fresh) return take();
    return asleep_s > 0 || performance.now() - since > LIMIT_MS ? put() : undefined;
  }

  chairside.watchdog = { coveredFor };
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
})((window.chairside ??= { views: {} }));
