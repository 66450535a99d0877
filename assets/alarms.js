"use strict";
// The worklist: every open alarm of the clinic, by priority and age, with what one must know to decide.
(function (chairside) {
  const { el, put, mark, show } = chairside.dom;
  const reading = chairside.reading;

  const byPriority = (a, b) => reading.rank(b.alarm) - reading.rank(a.alarm)
    || Number(reading.acknowledged(a.alarm)) - Number(reading.acknowledged(b.alarm))
    || a.alarm.since_ms - b.alarm.since_ms;

  /** Where the visit stands: "minute 31 of 40", "Recovery +17 min". */
  function where(chair, now) {
    const session = chair.session;
    if (!session) return "nobody seated";
    const { phase, clock } = reading.progress(session, now);
    const infusing = session.phase === "infusion" || session.phase === "paused";
    if (!infusing) return `${phase} ${clock}`;
    const minute = Math.floor(reading.elapsed(session, now) / 60);
    return `${session.phase === "paused" ? "paused at minute" : "minute"} ${minute} of ${session.planned_min}`;
  }

  /** One alarm. The full card is for those that sound; the others are their strip alone. */
  function card() {
    const number = el("a", "alarm-chair num");
    number.dataset.nav = "";
    const who = el("span", "alarm-who");
    const demo = el("span", "demo-tag", "DEMO");
    const strip = chairside.strip.strip("Acknowledge");
    const pressure = chairside.vitals.pressure();
    const [rate, saturation] = ["hr", "spo2"].map(chairside.vitals.number);
    const delta = el("p", "alarm-delta num");
    const place = el("p", "alarm-where num");
    const taken = el("p", "alarm-taken num");
    const trend = chairside.trend("alarm-trend");
    const open = el("a", "button alarm-open", "Open chair");
    open.dataset.nav = "";
    const body = el("div", "alarm-body",
      el("div", "alarm-line", pressure.node, el("div", "alarm-side", delta, place, taken)),
      trend.node, el("div", "alarm-numbers", rate.node, saturation.node));
    strip.node.prepend(number, who);
    const answer = chairside.answer();
    const actions = el("div", "alarm-acts", strip.node.querySelector(".strip-ack"), ...answer.buttons, open);
    const node = el("article", "alarm-card", demo, strip.node, answer.words, body, actions);
    let chair = null;

    function tick(now) {
      const shown = pressure.update(chair, now);
      put(delta, reading.overBaseline(chair));
      put(place, where(chair, now));
      put(taken, [shown.mean === null ? "" : `MAP ${shown.mean}`, shown.reason, shown.when].filter(Boolean).join(" · "));
      rate.update(chair, now);
      saturation.update(chair, now);
      strip.tick(now);
      answer.tick(now);
      trend.tick(now);
    }

    function update(alarm, of, now) {
      chair = of;
      const href = `/chair/${encodeURIComponent(chair.id)}`;
      for (const link of [number, open]) if (link.getAttribute("href") !== href) link.setAttribute("href", href);
      put(number, chair.label);
      put(who, chair.session?.label ?? "");
      show(demo, Boolean(chair.demo));
      mark(node, "priority", alarm.priority);
      mark(node, "acknowledged", reading.acknowledged(alarm));
      show(body, reading.rank(alarm) >= 2);
      strip.update(alarm, chair, 0);
      answer.update(alarm, chair);
      trend.update(chair);
      tick(now);
    }

    return { node, update, tick };
  }

  function mount(container) {
    const { live } = chairside;
    const list = el("div", "alarm-cards");
    const nothing = el("p", "alarm-none");
    container.append(list, nothing);
    const cards = new Map();

    function sync() {
      const { state } = live;
      const now = live.now();
      const open = state.order.flatMap((id) => (state.chairs[id].alarms ?? []).map((alarm) => ({ key: `${id} ${alarm.id}`, alarm, chair: state.chairs[id] })));
      open.sort(byPriority);
      for (const [key, one] of cards) {
        if (!open.some((item) => item.key === key)) {
          one.node.remove();
          cards.delete(key);
        }
      }
      open.forEach(({ key, alarm, chair }, place) => {
        if (!cards.has(key)) cards.set(key, card());
        const one = cards.get(key);
        one.update(alarm, chair, now);
        if (list.children[place] !== one.node) list.insertBefore(one.node, list.children[place] ?? null);
      });
      const seated = Object.values(state.chairs).filter((chair) => chair.session).length;
      // The clinic's own alarms stand in the bar above.
      put(nothing, `No open alarms. ${seated} of ${state.order.length} chairs in use.`);
      show(nothing, open.length === 0 && state.alarms.length === 0);
    }

    return live.subscribe({
      frame: (changed) => changed.size > 0 && sync(),
      tick: (now) => { for (const one of cards.values()) one.tick(now); },
    });
  }

  chairside.views.alarms = mount;
})((window.chairside ??= { views: {} }));
