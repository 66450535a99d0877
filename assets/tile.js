"use strict";
// One chair on the board: who, where in the visit, pressure, rate, saturation, trend, and its worst alarm.
(function (chairside) {
  const { t } = chairside;
  const { el, put, mark, show } = chairside.dom;
  const reading = chairside.reading;
  const FEW = 2;
  const REMINDED_MS = 6000;
  const CIRCUMFERENCE = 2 * Math.PI * 16;

  function ring() {
    const SVG = "http://www.w3.org/2000/svg";
    const node = document.createElementNS(SVG, "svg");
    node.setAttribute("viewBox", "0 0 40 40");
    node.setAttribute("class", "ring");
    node.setAttribute("aria-hidden", "true");
    const [track, run] = ["ring-track", "ring-run"].map((name) => {
      const circle = document.createElementNS(SVG, "circle");
      for (const [key, value] of Object.entries({ cx: 20, cy: 20, r: 16, class: name })) circle.setAttribute(key, value);
      return circle;
    });
    node.append(track, run);
    let drawn = null;
    function update(part) {
      const length = `${(part * CIRCUMFERENCE).toFixed(1)} ${CIRCUMFERENCE.toFixed(1)}`;
      if (length === drawn) return;
      drawn = length;
      run.setAttribute("stroke-dasharray", length);
    }
    return { node, update };
  }

  function header() {
    const number = el("span", "tile-chair num");
    const label = el("span", "tile-label");
    const demo = chairside.dom.dataTag();
    const phase = el("span", "tile-phase");
    const clock = el("span", "tile-clock num");
    const planned = el("span", "tile-planned num");
    const limits = el("span", "limits-tag", t("limits"), el("span", "limits-more", `\u00a0${t("changed")}`));
    limits.title = t("limits changed for this patient");
    const nurse = el("span", "tile-nurse");
    const circle = ring();
    const node = el("header", "tile-head", demo.node, number, label, nurse, limits, phase, el("span", "tile-time", clock, planned), circle.node);

    function update(chair, now) {
      put(number, chair.label);
      put(label, chair.session?.label ?? "");
      put(nurse, chair.session?.nurse ?? "");
      demo.update(chair);
      mark(node, "phase", chair.session?.phase ?? null);
      show(circle.node, Boolean(chair.session));
      show(limits, (chair.session?.limit_changes ?? []).length > 0);
      if (!chair.session) {
        for (const part of [phase, clock, planned]) put(part, "");
        return;
      }
      const shown = reading.progress(chair.session, now);
      put(phase, shown.phase);
      put(clock, shown.clock);
      put(planned, shown.of);
      circle.update(shown.part);
    }

    return { node, update };
  }

  /** Beside the pressure: its unit, how far over the patient's own baseline, and on small tiles its age. */
  function pressureSide() {
    const delta = el("span", "side-delta num");
    const shape = el("span", "side-shape");
    const range = el("span", "side-range");
    const usual = el("span", "side-expected num", shape, range);
    const old = el("span", "side-age num");
    const node = el("div", "side", el("span", "side-unit", "mmHg"), delta, usual, old);
    function update(chair, shown) {
      put(old, shown.age);
      const expected = reading.expected(chair);
      put(delta, reading.overBaseline(chair));
      put(shape, expected ? `${expected.shape} ${t("expected")}` : "");
      put(range, expected?.range ?? "");
      mark(usual, "standing", expected?.standing ?? null);
      if (usual.title !== (expected?.words ?? "")) usual.title = expected?.words ?? "";
    }
    return { node, update };
  }

  /** Makes the tile of one chair. `update(chair, now)` takes its newest view, `tick(now)` lets time pass. */
  function tile(id) {
    const head = header();
    const pressure = chairside.vitals.pressure();
    const side = pressureSide();
    const taken = el("span", "meta-taken num");
    const reason = el("span", "meta-reason");
    const next = el("span", "meta-next num");
    const trend = chairside.trend("tile-trend");
    const [rate, saturation] = ["hr", "spo2"].map(chairside.vitals.number);
    const link = el("a", "tile-link");
    link.href = `/chair/${encodeURIComponent(id)}`;
    link.dataset.nav = "";
    const notice = el("p", "tile-notice num");
    const offIcon = chairside.quiet.bell();
    const offWords = el("span", "num");
    const off = el("p", "tile-off", offIcon.node, offWords);
    offIcon.update("off");
    const word = el("p", "tile-word num");
    const strip = chairside.strip.strip();
    const free = el("p", "tile-free", t("free"));
    const body = el("div", "tile-body", head.node,
      el("div", "tile-pressure", pressure.node, side.node),
      el("div", "tile-meta", taken, reason, next),
      off,
      word,
      trend.node,
      el("div", "tile-numbers", rate.node, saturation.node),
      free);
    const node = el("article", "tile", body, link, notice, strip.node);
    let chair = null;

    function paintAlarms() {
      const [worst, ...others] = [...(chair.alarms ?? [])].sort(reading.byUrgency);
      const flashing = worst && !reading.acknowledged(worst) ? worst.priority : null;
      if (node.dataset.priority !== (worst?.priority ?? undefined)) chairside.strip.inStep(node, flashing);
      mark(node, "priority", worst?.priority ?? null);
      mark(node, "acknowledged", worst ? reading.acknowledged(worst) : null);
      show(strip.node, Boolean(worst));
      if (worst) strip.update(worst, chair, others.length);
    }

    function paintOff() {
      const all = (chair.off ?? []).map(chairside.quiet.offLine);
      put(offWords, all.length > 1 ? t("{n} alarms OFF: {each}", { n: all.length, each: chair.off.map((off) => chairside.quiet.named(off.condition)).join(", ") }) : all[0] ?? "");
      off.title = all.join("\n");
      show(off, all.length > 0);
    }

    function tick(now) {
      head.update(chair, now);
      const shown = pressure.update(chair, now);
      side.update(chair, shown);
      const due = reading.nextPressure(chair.cuff, now);
      put(taken, shown.mean === null ? shown.when : `${t("MAP")} ${shown.mean} · ${shown.when}`);
      put(reason, shown.reason);
      put(next, due.text);
      mark(next, "overdue", due.overdue);
      rate.update(chair, now);
      saturation.update(chair, now);
      put(word, chairside.callback.words(chair, now));
      show(word, word.textContent !== "");
      const away = reading.standby(chair.session, now);
      const words = away || reading.leaving(chair.session, FEW);
      put(notice, words);
      show(notice, words !== "" && !(chair.alarms ?? []).length);
      mark(node, "standby", away !== "");
      mark(node, "reminded", Boolean(chair.reminder_ms) && now - chair.reminder_ms < REMINDED_MS);
      strip.tick(now);
      trend.tick(now);
    }

    function update(next, now) {
      chair = next;
      mark(node, "free", !chair.session);
      mark(node, "demo", chair.demo);
      link.setAttribute("aria-label", `${t("Chair {chair}", { chair: chair.label })}, ${chair.session?.label ?? t("free")}`);
      trend.update(chair);
      paintAlarms();
      paintOff();
      tick(now);
    }

    return { node, update, tick };
  }

  chairside.tile = tile;
  chairside.ring = ring;
})((window.chairside ??= { views: {} }));
