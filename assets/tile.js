"use strict";
// One chair on the board: who, where in the visit, pressure, rate, saturation, trend, and its worst alarm.
(function (chairside) {
  const { t } = chairside;
  const { el, put, mark, show } = chairside.dom;
  const reading = chairside.reading;
  const FEW = 2;
  const REMINDED_MS = 6000;

  /** Where the last two believed pressures go: a shape, and its word. */
  function arrow() {
    const node = el("span", "way");
    node.setAttribute("role", "img");
    function update(going) {
      show(node, going !== null);
      if (going === null) return;
      put(node, going.shape);
      if (node.title === going.words) return;
      node.title = going.words;
      node.setAttribute("aria-label", going.words);
    }
    return { node, update };
  }

  /** Beside the pressure: its unit, how far over the patient's own baseline and where it goes, and on small tiles its age. */
  function pressureSide() {
    const way = arrow();
    const delta = el("span", "side-delta num");
    const shape = el("span", "side-shape");
    const range = el("span", "side-range");
    const usual = el("span", "side-expected num", shape, range);
    const old = el("span", "side-age num");
    const node = el("div", "side", el("span", "side-unit", "mmHg"), el("span", "side-change", delta, way.node), usual, old);
    function update(chair, shown) {
      put(old, shown.age);
      way.update(reading.direction(chair));
      const expected = reading.expected(chair);
      put(delta, reading.overBaseline(chair));
      put(shape, expected ? `${expected.shape} ${t("expected")}` : "");
      put(range, expected?.range ?? "");
      mark(usual, "standing", expected?.standing ?? null);
      if (usual.title !== (expected?.words ?? "")) usual.title = expected?.words ?? "";
    }
    return { node, update };
  }

  /** Where the alarm would stand, on the smallest tiles: what they have no other place for. */
  function calm() {
    const words = el("span", "calm-words num");
    const way = arrow();
    const next = el("span", "calm-next num");
    const node = el("p", "tile-calm", el("span", "calm-change", words, way.node), next);
    function update(chair, due) {
      const phase = chair.session?.phase;
      const told = phase === "infusion" || phase === "recovery" ? reading.overBaseline(chair) : "";
      put(words, told || (phase && phase !== "infusion" ? reading.phaseName(chair.session) : ""));
      way.update(told ? reading.direction(chair) : null);
      put(next, due.brief);
      mark(next, "overdue", due.overdue);
    }
    return { node, update };
  }

  /** Makes the tile of one chair. `update(chair, now, keys)` takes its newest view, `tick(now)` lets time pass. */
  function tile(id) {
    const head = chairside.tileHead();
    const pressure = chairside.vitals.pressure();
    const side = pressureSide();
    const taken = el("span", "meta-taken num");
    const reason = el("span", "meta-reason");
    const source = el("span", "meta-source");
    const next = el("span", "meta-next num");
    const trend = chairside.trend("tile-trend");
    const numbers = { hr: chairside.vitals.number("hr"), spo2: chairside.vitals.number("spo2") };
    const link = el("a", "tile-link");
    link.href = `/chair/${encodeURIComponent(id)}`;
    link.dataset.nav = "";
    const noticeWords = el("span", "notice-words");
    const noticeBrief = el("span", "notice-brief");
    const notice = el("p", "tile-notice num", noticeWords, noticeBrief);
    const offIcon = chairside.quiet.bell();
    const [offWhat, offWho] = ["off-what", "off-who num"].map((name) => el("span", name));
    const off = el("p", "tile-off", offIcon.node, offWhat, offWho);
    offIcon.update("off");
    const word = el("p", "tile-word num");
    const strip = chairside.strip.strip();
    const rest = calm();
    const free = el("p", "tile-free", t("free"));
    const body = el("div", "tile-body", head.node,
      el("div", "tile-pressure", pressure.node, side.node),
      el("div", "tile-meta", taken, reason, source, next),
      off,
      word,
      trend.node,
      el("div", "tile-numbers", numbers.hr.node, numbers.spo2.node),
      free);
    const node = el("article", "tile", body, link, rest.node, notice, strip.node);
    let chair = null;
    let aged = ""; // the age of the pressure as it is shown

    function paintAlarms() {
      const [worst, ...others] = [...(chair.alarms ?? [])].sort(reading.byUrgency);
      const flashing = worst && !reading.acknowledged(worst) ? worst.priority : null;
      if (node.dataset.priority !== (worst?.priority ?? undefined)) chairside.strip.inStep(node, flashing);
      mark(node, "priority", worst?.priority ?? null);
      mark(node, "acknowledged", worst ? reading.acknowledged(worst) : null);
      show(strip.node, Boolean(worst));
      if (worst) strip.update(worst, chair, others.length);
    }

    /** `HR low OFF`, and by whom since when; of several, which. */
    function paintOff() {
      const all = (chair.off ?? []).map(chairside.quiet.offLine);
      const [what = "", ...who] = (all[0] ?? "").split(" · ");
      const names = (chair.off ?? []).map((off) => chairside.quiet.named(off.condition)).join(", ");
      put(offWhat, all.length > 1 ? t("{n} alarms OFF: {each}", { n: all.length, each: names }) : what);
      put(offWho, all.length === 1 ? ` ·\u00a0${who.join(" · ").replaceAll(" ", "\u00a0")}` : "");
      off.title = all.join("\n");
      show(off, all.length > 0);
      head.off.update(all);
    }

    /** What stands where an alarm would: that the patient is away, what keeps a patient here, or the rest. */
    function paintNotice(now) {
      const alarmed = (chair.alarms ?? []).length > 0;
      const [words, brief] = [false, true].map((short) => reading.standby(chair.session, now, short) || reading.leaving(chair.session, FEW, short));
      put(noticeWords, words);
      put(noticeBrief, brief);
      show(notice, words !== "" && !alarmed);
      show(rest.node, words === "" && Boolean(chair.session) && !alarmed);
      mark(node, "standby", Boolean(chair.session?.standby_reason));
    }

    function paintPressure(now) {
      const shown = pressure.update(chair, now);
      aged = shown.age;
      side.update(chair, shown);
      put(taken, shown.mean === null ? shown.when : `${t("MAP")} ${shown.mean} · ${shown.when}`);
      put(reason, shown.reason);
      put(source, shown.systolic === "--" ? "" : chair.cuff.source ?? "");
    }

    /** The numbers; `only` those that are not live, whose age alone moves on. */
    function paintNumbers(now, only = false) {
      for (const [which, number] of Object.entries(numbers)) {
        if (!only || chair[which]?.freshness !== "live") number.update(chair, now);
      }
    }

    function tick(now) {
      head.tick(now);
      if (reading.cuffAge(chair.cuff, now) !== aged) paintPressure(now);
      const due = reading.nextPressure(chair.cuff, now);
      put(next, due.text);
      mark(next, "overdue", due.overdue);
      rest.update(chair, due);
      paintNumbers(now, true);
      put(word, chairside.callback.words(chair, now));
      show(word, word.textContent !== "");
      paintNotice(now);
      mark(node, "reminded", Boolean(chair.reminder_ms) && now - chair.reminder_ms < REMINDED_MS);
      strip.tick(now);
      trend.tick(now);
    }

    /** Takes the chair's newest view; `keys` are those of it that changed, null for all. */
    function update(next, now, keys = null) {
      chair = next;
      if (keys !== null && reading.onlyNumbers(keys)) {
        paintNumbers(now);
        return;
      }
      mark(node, "free", !chair.session);
      mark(node, "demo", chair.demo);
      link.setAttribute("aria-label", `${t("Chair {chair}", { chair: chair.label })}, ${chair.session?.label ?? t("free")}`);
      trend.update(chair);
      paintAlarms();
      paintOff();
      head.update(chair, now);
      paintPressure(now);
      paintNumbers(now);
      tick(now);
    }

    return { node, update, tick };
  }

  chairside.tile = tile;
})((window.chairside ??= { views: {} }));
