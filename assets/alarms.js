"use strict";
// The worklist: every open alarm of the clinic as a line, by priority and age; one of them whole beside or below it.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, mark, show } = chairside.dom;
  const reading = chairside.reading;

  const byPriority = (a, b) => reading.rank(b.alarm) - reading.rank(a.alarm)
    || Number(reading.acknowledged(a.alarm)) - Number(reading.acknowledged(b.alarm))
    || a.alarm.since_ms - b.alarm.since_ms;
  const byUrgency = (a, b) => reading.byUrgency(a.alarm, b.alarm);
  const waits = ({ alarm, chair }) => chair !== null && reading.rank(alarm) > 0 && !reading.acknowledged(alarm);

  /** One alarm as a line; the whole line is a button. `pick` is called with a tap on it. */
  function line(pick) {
    const number = el("span", "alarm-chair num");
    const who = el("span", "alarm-who");
    const strip = chairside.strip.strip();
    strip.node.querySelector(".strip-ack").remove();
    strip.node.prepend(number, who);
    const over = button("alarm-pick");
    over.addEventListener("click", pick);
    const node = el("article", "alarm-card", strip.node, over);
    function update({ alarm, chair }, shown) {
      put(number, chair?.label ?? t("All"));
      put(who, chair?.session?.label ?? "");
      mark(node, "priority", alarm.priority);
      mark(node, "acknowledged", reading.acknowledged(alarm));
      mark(node, "shown", shown);
      show(over, chair !== null);
      over.setAttribute("aria-pressed", String(shown));
      over.setAttribute("aria-label", t("Show chair {chair}: {alarm}", { chair: chair?.label, alarm: reading.alarmText(alarm) }));
      strip.update(alarm, chair ?? { label: t("All") }, 0);
    }
    return { node, update, tick: strip.tick };
  }

  /** All open alarms: the clinic's own have no chair. */
  function everyOpen(state) {
    const own = (state.alarms ?? []).map((alarm) => ({ key: ` ${alarm.id}`, alarm, chair: null }));
    const chairs = state.order.flatMap((id) => (state.chairs[id].alarms ?? [])
      .map((alarm) => ({ key: `${id} ${alarm.id}`, alarm, chair: state.chairs[id] })));
    return [...own, ...chairs].sort(byPriority);
  }

  /** Which alarm is shown whole. What somebody picked or touched stays until it ends; else the most urgent, without wavering. */
  class Choice {
    #shown = null;
    #held = false;

    hold(key) {
      this.#shown = key;
      this.#held = true;
    }

    next(open) {
      const can = open.filter((item) => item.chair !== null);
      const before = can.find((item) => item.key === this.#shown);
      if (before && this.#held) return before;
      this.#held = false;
      const best = [...can].sort(byUrgency)[0] ?? null;
      const keeps = before && waits(before) && reading.rank(best.alarm) <= reading.rank(before.alarm);
      const chosen = keeps ? before : best;
      this.#shown = chosen?.key ?? null;
      return chosen;
    }
  }

  function mount(container) {
    const { live } = chairside;
    const list = el("div", "alarm-cards");
    const nothing = el("p", "alarm-none");
    const choice = new Choice();
    const lines = new Map();
    let shown = null;
    const detail = chairside.alarmDetail(() => {
      const other = everyOpen(live.state).filter(waits).filter((item) => item.key !== shown?.key).sort(byUrgency)[0];
      if (other) pick(other.key);
    });
    const work = el("div", "worklist", list, detail.node);
    container.append(work, nothing);
    detail.node.addEventListener("pointerdown", () => shown && choice.hold(shown.key));

    function pick(key) {
      choice.hold(key);
      sync();
    }

    function sync() {
      const { state } = live;
      const now = live.now();
      const open = everyOpen(state);
      shown = choice.next(open);
      for (const [key, one] of lines) {
        if (open.some((item) => item.key === key)) continue;
        one.node.remove();
        lines.delete(key);
      }
      open.forEach((item, place) => {
        if (!lines.has(item.key)) lines.set(item.key, line(() => pick(item.key)));
        const one = lines.get(item.key);
        one.update(item, item.key === shown?.key);
        one.tick(now);
        if (list.children[place] !== one.node) list.insertBefore(one.node, list.children[place] ?? null);
      });
      const more = open.filter((item) => waits(item) && item.key !== shown?.key).length;
      if (shown) detail.update(shown.alarm, shown.chair, more, now);
      show(detail.node, shown !== null);
      const seated = Object.values(state.chairs).filter((chair) => chair.session).length;
      put(nothing, t("No open alarms. {n} of {all} chairs in use.", { n: seated, all: state.order.length }));
      show(nothing, open.length === 0);
      show(work, open.length > 0);
    }

    const guard = chairside.thumb(list);
    return live.subscribe({
      frame(changed, whole) {
        // The clinic's own alarms come in frames that name no chair.
        if (changed.size > 0 || whole || [...lines.keys()].filter((key) => key.startsWith(" ")).join() !== clinicKeys(live.state)) sync();
        guard([...lines.keys()].join());
      },
      tick(now) {
        for (const one of lines.values()) one.tick(now);
        detail.tick(now);
      },
    });
  }

  const clinicKeys = (state) => (state.alarms ?? []).map((alarm) => ` ${alarm.id}`).join();

  chairside.views.alarms = mount;
})((window.chairside ??= { views: {} }));
