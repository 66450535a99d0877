"use strict";
// Tells screen readers of alarms, once for each change: high at once, everything else when they pause.
(function (chairside) {
  const { t } = chairside;
  const { el } = chairside.dom;
  const KEPT = 4; // sentences that stay readable in a region
  const MANY = 3; // more that are new at once are counted, not read out

  const known = new Map(); // alarm → { alarm, chair, priority, taken }
  const regions = {};

  function region(politeness) {
    const node = el("div", "sr-only");
    node.dataset.announce = politeness;
    node.setAttribute("aria-live", politeness);
    document.body.append(node);
    return node;
  }

  function say(politeness, sentence) {
    const node = regions[politeness];
    while (node.childElementCount >= KEPT) node.firstChild.remove();
    node.append(el("p", "", sentence));
  }

  const said = (alarm) => chairside.spoken.alarm(alarm, chairside.live.now());
  const place = (chair) => (chair ? t("chair {n}", { n: chair.label }) : t("whole clinic"));

  /** Every open alarm that has a priority, with its chair; the clinic's own have none. */
  function standing(state) {
    const of = (alarms, chair) => (alarms ?? []).filter((alarm) => alarm.priority !== "advisory").map((alarm) => ({ alarm, chair }));
    return [...of(state.alarms, null), ...Object.values(state.chairs).flatMap((chair) => of(chair.alarms, chair))];
  }

  function raised(entries) {
    for (const [politeness, some] of [["assertive", entries.filter((one) => one.priority === "high")],
      ["polite", entries.filter((one) => one.priority !== "high")]]) {
      if (some.length > MANY) say(politeness, t("{n} new alarms, the first: {what}", { n: some.length, what: sentence(some[0]) }));
      else for (const one of some) say(politeness, sentence(one));
    }
  }

  const sentence = ({ alarm, chair, priority }) =>
    t("{priority} priority alarm, {where}: {what}", { priority: t(priority), where: place(chair), what: said(alarm) });

  function look() {
    const present = new Map();
    const fresh = [];
    for (const { alarm, chair } of standing(chairside.live.state)) {
      const now = { alarm, chair, priority: alarm.priority, taken: chairside.reading.acknowledged(alarm) };
      const before = known.get(alarm.id);
      present.set(alarm.id, now);
      if (!now.taken && (!before || before.taken || before.priority !== now.priority)) fresh.push(now);
      else if (now.taken && before && !before.taken) {
        say("polite", t("{where}: {what}, {who} has it", { where: place(chair), what: said(alarm), who: alarm.acknowledged_by ?? "" }));
      }
    }
    for (const [id, { alarm, chair }] of known) {
      if (!present.has(id)) say("polite", t("Ended, {where}: {what}", { where: place(chair), what: chairside.reading.alarmText(alarm) }));
    }
    known.clear();
    for (const [id, one] of present) known.set(id, one);
    raised(fresh);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const politeness of ["assertive", "polite"]) regions[politeness] = region(politeness);
    chairside.live.subscribe({ news: look });
  });
})((window.chairside ??= { views: {} }));
