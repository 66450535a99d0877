"use strict";
// A chair's own page: who sits there, its numbers in cards, and its open alarms. Charts and forms are Dash's.
(function (chairside) {
  const { t, w } = chairside;
  const { el, button, put, mark, show, clock, stopwatch } = chairside.dom;
  const reading = chairside.reading;
  const CHART_EVERY_MS = { least: 5000, most: 10000 };
  const CHART_KEYS = ["cuff", "cuff_control", "trend", "alarms", "session", "limits"];
  const UNANSWERED_MS = 20000;

  function card(name, ...children) {
    const title = el("span", "card-title");
    const corner = el("span", "card-corner");
    const node = el("section", `card card-${name}`, el("header", "card-head", title, corner), ...children);
    return { node, title, corner };
  }

  function foot() {
    const left = el("span", "num");
    const right = el("span", "num");
    return { node: el("footer", "card-foot", left, right), left, right };
  }

  /** Another nurse looks after the patient: oneself, or a colleague. */
  async function assign(chair) {
    const others = chairside.me.nurses.filter((name) => name !== chair.session.nurse);
    const to = await chairside.choose({
      title: t("Chair {chair}: another nurse", { chair: chair.label }), text: t("{nurse} looks after {patient}. Who does from now on?", { nurse: chair.session.nurse, patient: chair.session.label }),
      options: others, confirm: t("Change nurse"),
    });
    return to === null ? "refused" : chairside.act.send(chair.id, chair.session.id, { type: "assign_nurse", nurse: to });
  }

  function identity() {
    const number = el("span", "id-chair num");
    const label = el("span", "id-label");
    const demo = chairside.dom.dataTag();
    const dose = el("p", "id-dose num");
    const nurse = button("id-nurse");
    const node = el("header", "id", el("div", "id-line", number, label, demo.node), dose, nurse);
    let shown = null;
    nurse.addEventListener("click", () => chairside.act.whilePressed(nurse, () => assign(shown)));
    function update(chair) {
      shown = chair;
      put(nurse, t("Nurse {name}", { name: chair.session?.nurse ?? "" }));
      show(nurse, Boolean(chair.session?.nurse));
      const session = chair.session;
      put(number, chair.label);
      put(label, session?.label ?? t("free"));
      demo.update(chair);
      const weight = session?.weight_kg;
      const rate = session?.dose_mg_per_kg;
      const parts = [rate && `${chairside.decimal(rate)} mg/kg`, rate && weight && `${Math.round(rate * weight)} mg`,
        session && `${reading.planned(session)} min`, chair.room];
      put(dose, parts.filter(Boolean).join(" · "));
    }
    return { node, update };
  }

  /** `over 180/110`: a pair of limits in words; nothing where neither is set. */
  function pairLimit(chair, priority) {
    const of = (condition) => (chair.limits ?? []).find((limit) => limit[0] === condition && limit[1] === priority)?.[2];
    const pair = [of("sbp_high"), of("dbp_high")];
    return pair.every((limit) => limit === undefined) ? "" : t("over {limit}", { limit: pair.map((limit) => limit ?? "–").join("/") });
  }

  /** How likely the last pressure was truly over its limits; folded away until somebody asks. */
  function estimate() {
    const words = el("p", "num");
    const node = el("details", "estimate", el("summary", "", t("Estimate")), words,
      el("p", "", t("From all readings since the baseline; a device's number may be wrong, and so may this.")));
    function update(chair) {
      const { p_high: high, p_medium: medium, freshness } = chair.cuff ?? {};
      const known = typeof high === "number" && typeof medium === "number" && freshness !== "gone";
      show(node, known);
      if (!known) return;
      const parts = [["high", high], ["medium", medium]].map(([priority, percent]) => [pairLimit(chair, priority), percent]);
      put(words, parts.filter(([limit]) => limit).map(([limit, percent]) => `${limit}: ${percent}\u00a0%`).join(" · "));
    }
    return { node, update };
  }

  function pressureCard() {
    const figure = chairside.vitals.pressure();
    const first = foot();
    const usual = foot();
    const second = foot();
    const guess = estimate();
    const { node, title, corner } = card("pressure", figure.node, first.node, usual.node, second.node, guess.node);
    put(title, t("Pressure · mmHg"));
    function update(chair, now) {
      const shown = figure.update(chair, now);
      const base = chair.session?.baseline;
      const over = reading.overBaseline(chair);
      put(corner, [shown.reason, shown.when].filter(Boolean).join(" · "));
      put(first.left, shown.mean === null ? "" : `${t("MAP")} ${shown.mean}`);
      put(first.right, base ? t(over ? w("{over} of {base}") : w("baseline {base}"), { over, base: `${Math.round(base[0])}/${Math.round(base[1])}` }) : chair.session ? t("no baseline") : "");
      const expected = reading.expected(chair);
      put(usual.left, expected ? `${expected.shape} ${expected.words}` : "");
      put(usual.right, expected?.range ?? "");
      const due = reading.nextPressure(chair.cuff, now);
      put(second.left, chair.cuff?.source ?? "");
      put(second.right, chair.cuff?.repeat_number === 2 && !chair.cuff.measuring ? t("second {what}", { what: due.text }) : due.text);
      mark(second.right, "overdue", due.overdue);
      guess.update(chair);
    }
    return { node, update };
  }

  /** The limits that sound, as a range: `50–120`, `≥ 90`. */
  function limitRange(chair, low, high) {
    const of = (condition) => (chair.limits ?? []).find(([name, priority]) => name === condition && priority === "medium")?.[2];
    const [from, to] = [of(low), of(high)];
    if (from !== undefined && to !== undefined) return t("limits {from}–{to}", { from, to });
    if (from !== undefined) return t("limit ≥ {from}", { from });
    return to === undefined ? "" : t("limit ≤ {to}", { to });
  }

  function numberCard(which, words) {
    const figure = chairside.vitals.number(which);
    const low = foot();
    const { node, title, corner } = card(which, figure.node, low.node);
    function update(chair, now) {
      const view = chair[which];
      put(title, words.title(view));
      put(corner, view?.source ?? "");
      figure.update(chair, now);
      put(low.left, words.aside(chair, now));
      put(low.right, limitRange(chair, `${which}_low`, `${which}_high`));
    }
    return { node, update };
  }

  const RATE = {
    title: (view) => (view?.method === "ecg" ? t("Heart rate · /min") : t("Pulse rate · /min")),
    aside: (chair) => (chair.session?.baseline?.[2] ? t("baseline {base}", { base: Math.round(chair.session.baseline[2]) }) : ""),
  };
  const SATURATION = {
    title: () => "SpO₂ · %",
    aside: (chair, now) => (chair.pi ? `${t("PI")} ${reading.number(chair.pi, now).text}` : ""),
  };

  function visitCard() {
    const time = el("span", "visit-clock num");
    const of = el("span", "visit-of num");
    const bar = el("div", "visit-run");
    const away = el("p", "visit-away num");
    const low = foot();
    const { node, title, corner } = card("visit", el("div", "visit-line", time, of),
      el("div", "visit-track", bar), low.node, away);
    function update(chair, now) {
      const session = chair.session;
      show(node, Boolean(session));
      if (!session) return;
      const { phase, clock: run, part } = reading.progress(session, now);
      const infusing = session.phase === "infusion" || session.phase === "paused";
      const left = session.planned_min * 60 - reading.elapsed(session, now);
      put(title, phase);
      put(corner, t("since {time}", { time: clock(session.phase_since_ms).slice(0, 5) }));
      put(time, run);
      put(of, infusing ? t("of {n} min", { n: reading.planned(session) }) : "");
      bar.style.setProperty("--part", part ?? 0);
      put(low.left, infusing ? (left >= 0 ? t("{time} left", { time: stopwatch(left) }) : reading.overrun(session, now) || t("planned end")) : "");
      put(low.right, session.running && left >= 0 ? t("ends {time}", { time: clock(now + left * 1000).slice(0, 5) }) : "");
      const words = [reading.standby(session, now), reading.leaving(session, Infinity)].filter(Boolean).join(" · ");
      put(away, words);
      show(away, words !== "");
    }
    return { node, update };
  }

  /** How far the charts' live edge may be behind: what a pixel of them shows. */
  function chartEveryMs() {
    const pixel = chairside.charts.pixelMs("charts") / chairside.live.state.speed;
    return Math.min(CHART_EVERY_MS.most, Math.max(CHART_EVERY_MS.least, pixel));
  }

  /** Tells the charts of this page, which Dash makes, that there is something new; one question at a time. */
  function chartTicker(id) {
    let last = performance.now();
    let news = false;
    return function look(changed) {
      const keys = changed.get(id);
      news ||= keys instanceof Set && CHART_KEYS.some((key) => keys.has(key));
      const waited = performance.now() - last;
      if (!news && waited < chartEveryMs() && !chairside.charts.outgrown("charts")) return;
      if (waited < UNANSWERED_MS && document.querySelector("#acts[data-dash-is-loading]")) return;
      if (!window.dash_clientside?.set_props || !window.dash_component_api?.getLayout("chart-tick")) return;
      last = performance.now();
      news = false;
      window.dash_clientside.set_props("chart-tick", { data: chairside.live.state.turn });
    };
  }

  function numbers(container) {
    const { live } = chairside;
    const id = container.dataset.chair;
    const parts = [identity(), pressureCard(), numberCard("hr", RATE), numberCard("spo2", SATURATION), visitCard()];
    container.append(...parts.map((part) => part.node));
    const redraw = chartTicker(id);
    const paint = (now) => {
      const chair = live.state.chairs[id];
      if (chair) for (const part of parts) part.update(chair, now);
    };
    return live.subscribe({
      frame(changed) {
        if (changed.has(id)) paint(live.now());
        redraw(changed);
      },
      tick: paint,
    });
  }

  /** An alarm of the chair: its strip, how far it has called, and what one can say to it. */
  function answered() {
    const strip = chairside.strip.strip(t("Acknowledge"));
    const answer = chairside.answer();
    const number = el("span", "strip-chair num"); // where the alarms come before whose they are
    strip.node.prepend(number);
    const node = el("article", "chair-alarm", strip.node, answer.words, el("div", "chair-answers", ...answer.buttons));
    return {
      node,
      update(alarm, chair) {
        put(number, chair.label);
        strip.update(alarm, chair, 0);
        answer.update(alarm, chair);
      },
      tick(now) {
        strip.tick(now);
        answer.tick(now);
      },
    };
  }

  /** The open alarms of one chair, each with its own answers. */
  function alarms(container) {
    const { live } = chairside;
    const id = container.dataset.chair;
    const strips = new Map();
    function sync() {
      const chair = live.state.chairs[id];
      const open = [...(chair?.alarms ?? [])].sort(reading.byUrgency);
      for (const [key, strip] of strips) {
        if (!open.some((alarm) => alarm.id === key)) {
          strip.node.remove();
          strips.delete(key);
        }
      }
      open.forEach((alarm, place) => {
        if (!strips.has(alarm.id)) strips.set(alarm.id, answered());
        const strip = strips.get(alarm.id);
        strip.update(alarm, chair);
        strip.tick(live.now());
        if (container.children[place] !== strip.node) container.insertBefore(strip.node, container.children[place] ?? null);
      });
    }
    return live.subscribe({
      frame: (changed) => changed.has(id) && sync(),
      tick: (now) => { for (const strip of strips.values()) strip.tick(now); },
    });
  }

  chairside.views.chair = numbers;
  chairside.views["chair-alarms"] = alarms;
})((window.chairside ??= { views: {} }));
