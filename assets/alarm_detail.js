"use strict";
// One alarm whole: what, since when, the numbers, the last minutes, what was done, who is next; and what one can say to it.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, mark, show, clock } = chairside.dom;
  const reading = chairside.reading;
  const UNITS = { "mm[Hg]": "mmHg" };

  /** Where the visit stands: "minute 31 of 40", "Recovery +17 min". */
  function where(chair, now) {
    const session = chair.session;
    if (!session) return t("nobody seated");
    const { phase, clock: run } = reading.progress(session, now);
    const infusing = session.phase === "infusion" || session.phase === "paused";
    if (!infusing) return `${phase} ${run}`;
    const minute = Math.floor(reading.elapsed(session, now) / 60);
    return session.phase === "paused"
      ? t("paused at minute {n} of {all}", { n: minute, all: session.planned_min })
      : t("minute {n} of {all}", { n: minute, all: session.planned_min });
  }

  /** `since 14:02:07 · high since 14:11:40 · 184 at a limit of 180 mmHg, measured 14:12:01`. */
  function facts(alarm) {
    const unit = UNITS[alarm.unit] ?? alarm.unit ?? "";
    const has = (value) => value !== undefined && value !== null;
    const number = (value) => chairside.decimal(Math.round(value * 10) / 10);
    const beyond = has(alarm.value) && has(alarm.limit) ? t("{value} at a limit of {limit} {unit}", { value: number(alarm.value), limit: number(alarm.limit), unit }) : "";
    const graver = alarm.priority_ms ? t("{priority} since {time}", { priority: t(alarm.priority), time: clock(alarm.priority_ms) }) : "";
    const measured = beyond && alarm.value_ms ? `, ${t("measured {time}", { time: clock(alarm.value_ms) })}` : "";
    return [t("since {time}", { time: clock(alarm.since_ms) }), graver, beyond + measured].filter(Boolean).join(" · ");
  }

  const sounds = (chair) => (chair.alarms ?? []).some((alarm) => alarm.audible && alarm.presence !== "acknowledged");

  /** Makes it. `next` is called where somebody wants to see the next alarm that waits. */
  chairside.alarmDetail = function alarmDetail(next) {
    const number = el("a", "alarm-chair num");
    number.dataset.nav = "";
    const who = el("span", "alarm-who");
    const demo = chairside.dom.dataTag();
    const strip = chairside.strip.strip(t("Acknowledge"));
    strip.node.prepend(number, who);
    const since = el("p", "alarm-since num");
    const pressure = chairside.vitals.pressure();
    const [rate, saturation] = ["hr", "spo2"].map(chairside.vitals.number);
    const delta = el("p", "alarm-delta num");
    const place = el("p", "alarm-where num");
    const taken = el("p", "alarm-taken num");
    const recent = chairside.recent();
    const said = chairside.callback.row();
    const body = el("div", "alarm-body",
      el("div", "alarm-line", pressure.node, el("div", "alarm-side", delta, place, taken)),
      el("div", "alarm-numbers", rate.node, saturation.node), recent.node,
      el("h2", "recent-title", t("Done in the last 30 minutes")), recent.done);
    const answer = chairside.answer();
    const what = el("p", "acts-what num");
    const back = button("button act-back", t("Call back…"));
    const pause = button("button act-pause quiet-act");
    const open = el("a", "button act-open", t("Open chair"));
    open.dataset.nav = "";
    const onward = button("button act-next", t("Next alarm"));
    const [accept, no, over] = answer.buttons;
    const ack = strip.node.querySelector(".strip-ack");
    [[accept, "accept"], [no, "no"], [over, "accept"], [ack, "ack"]].forEach(([node, act]) => node.classList.add(`act-${act}`));
    const acts = el("div", "alarm-acts", el("div", "acts-row", what, onward),
      el("div", "acts-row acts-more", accept, over, no, back, pause), el("div", "acts-row", open, ack));
    const node = el("section", "alarm-detail", demo.node, strip.node, since, answer.words, said.node, body, acts);
    node.setAttribute("aria-label", t("The alarm"));
    const means = chairside.thumb(acts);
    let shown = null;

    const press = (one, job) => one.addEventListener("click", () => chairside.act.whilePressed(one, async () => {
      const outcome = await job(shown.chair);
      recent.again();
      return outcome;
    }));
    press(back, chairside.callback.ask);
    press(pause, (chair) => chairside.act.send(chair.id, chair.session?.id ?? null, { type: "pause_audio" }));
    onward.addEventListener("click", next);
    ack.addEventListener("click", () => recent.again());

    function tick(now) {
      if (shown === null) return;
      const { chair, alarm } = shown;
      const seen = pressure.update(chair, now);
      put(delta, reading.overBaseline(chair));
      put(place, where(chair, now));
      put(taken, [seen.mean === null ? "" : `${t("MAP")} ${seen.mean}`, seen.reason, seen.when].filter(Boolean).join(" · "));
      rate.update(chair, now);
      saturation.update(chair, now);
      strip.tick(now);
      answer.tick(now);
      said.update(chair, now);
      recent.update(chair, now);
      show(back, Boolean(chair.session));
      show(pause, sounds(chair));
      means([chair.id, alarm.id, ...[ack, accept, over, no, back, pause, onward].map((one) => one.hidden)].join(" "));
    }

    function update(alarm, chair, more, now) {
      shown = { alarm, chair };
      const href = `/chair/${encodeURIComponent(chair.id)}`;
      for (const link of [number, open]) if (link.getAttribute("href") !== href) link.setAttribute("href", href);
      put(number, chair.label);
      put(who, chair.session?.label ?? "");
      put(since, facts(alarm));
      put(what, t("Chair {chair} · {alarm}", { chair: chair.label, alarm: reading.alarmText(alarm) }));
      put(pause, t("Pause sound {time}", { time: chairside.quiet.pauseLength(chair) }));
      put(onward, t("Next alarm ({n})", { n: more }));
      demo.update(chair);
      show(onward, more > 0);
      mark(node, "priority", alarm.priority);
      mark(node, "acknowledged", reading.acknowledged(alarm));
      strip.update(alarm, chair, 0);
      answer.update(alarm, chair);
      tick(now);
    }

    return { node, update, tick };
  };
})((window.chairside ??= { views: {} }));
