"use strict";
// What comes by itself is watched by the watchdog; this is for what the page asks of its server: a tap that gets no
// answer is told, and charts that are not redrawn, or are of another visit, are covered while the numbers go on.
(function (chairside) {
  const { t } = chairside;
  const { put, show, clock } = chairside.dom;
  const LOOK_MS = 500;
  const WORDLESS_MS = 2000; // a visit that begins is drawn sooner than anybody could read why it is not
  const BY_ITSELF = ["chart-tick.data", "chart-screen.data"];
  const SLOW = "/sandbox"; // judging takes its time there
  const unanswered = { PATIENCE_MS: 10000, LATE_MS: 15000, // charts are redrawn at least each 5 s
    NO_ANSWER: t("No answer from the server: it may or may not have been done. Look before you try again.") };

  // ---- taps -------------------------------------------------------------------------------------

  const plainFetch = window.fetch;

  /** Whether somebody waits for the answer: not where the page asks by itself. */
  function tapped(body) {
    try {
      return !(JSON.parse(body).changedPropIds ?? []).every((cause) => BY_ITSELF.includes(cause));
    } catch {
      return true;
    }
  }

  async function watched(asked, body) {
    if (!tapped(body)) return asked;
    const tell = () => chairside.dialogs.toast(unanswered.NO_ANSWER);
    const late = window.location.pathname === SLOW ? 0 : setTimeout(tell, unanswered.PATIENCE_MS);
    try {
      const answer = await asked;
      if (!answer.ok && answer.status !== 401) tell();
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") tell();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  window.fetch = function (resource, options = {}) {
    const asked = plainFetch(resource, options);
    const url = resource instanceof Request ? resource.url : String(resource);
    return new URL(url, window.location.href).pathname === "/_dash-update-component" ? watched(asked, options.body) : asked;
  };

  // ---- charts -----------------------------------------------------------------------------------

  let drawn = null; // what the server wrote beside the charts: the turn, and the visit they are of
  let since = performance.now();
  let shownAt = null;
  let coveredAt = null;

  /** Why the charts of this page may not be believed; empty where they may. */
  function doubt(node) {
    const { live } = chairside;
    if (node.dataset.drawn !== drawn) {
      drawn = node.dataset.drawn;
      since = performance.now();
      shownAt = drawn ? live.now() : null;
    }
    const visit = live.state.chairs[node.dataset.chair]?.session?.id ?? "";
    if (drawn && drawn.split(" ")[1] !== visit) return t("The charts are being drawn anew: another visit has begun here, or this one ended.");
    if (visit === "" || performance.now() - since < unanswered.LATE_MS) return "";
    if (shownAt === null) return t("The charts do not come: the server does not draw them. The numbers are live.");
    return t("Charts, limits and log are of {time}: the server does not redraw them. The numbers are live.", { time: clock(shownAt) });
  }

  function look() {
    const node = document.getElementById("drawn");
    if (node === null) [drawn, since, shownAt] = [null, performance.now(), null];
    const words = node === null || chairside.live.state.turn === null ? "" : doubt(node);
    coveredAt = words === "" ? null : coveredAt ?? performance.now();
    chairside.dom.mark(document.documentElement, "undrawn", coveredAt !== null);
    if (node === null) return;
    const said = coveredAt !== null && performance.now() - coveredAt > WORDLESS_MS;
    put(node, said ? words : "");
    show(node, said);
  }

  chairside.unanswered = unanswered;
  setInterval(look, LOOK_MS);
})((window.chairside ??= { views: {} }));
