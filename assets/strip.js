"use strict";
// The strip of one alarm: marks, words, since when or who has it, and Acknowledge.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, mark, show } = chairside.dom;
  const { MARKS, acknowledged, alarmTime, alarmText, alarmShort, alarmBrief, callShort, measuredAgo, ofAnother, waits } = chairside.reading;
  const WAITING_MS = 10000;
  const PERIOD_MS = { high: 500, medium: 1000 / 0.6 };

  /** Flashes run together all over the page: each begins where the first one stands now. */
  function inStep(node, priority) {
    const period = PERIOD_MS[priority];
    if (period) node.style.setProperty("--flash-at", `${-(performance.now() % period)}ms`);
  }

  /** Makes a strip. `update(alarm, chair, more)` shows an alarm and how many more stand behind it. */
  function strip(ackLabel = t("Ack")) {
    const marks = el("span", "strip-marks");
    marks.setAttribute("role", "img");
    const words = el("span", "strip-text");
    const short = el("span", "strip-short");
    const brief = el("span", "strip-brief");
    const ago = el("span", "strip-ago num");
    const told = el("span", "strip-told num");
    const lead = el("span", "strip-for");
    const time = el("span", "strip-time num", lead, " ");
    const icon = chairside.quiet.bell();
    const call = el("span", "strip-call num");
    const others = el("span", "strip-more num");
    const ack = button("strip-ack", ackLabel);
    const node = el("div", "strip", marks, words, short, brief, ago, told, icon.node, time, call, others, ack);
    const whole = ackLabel === t("Acknowledge"); // a tile has no room for more than the alarm
    let shown = null;
    let seen = null;
    let waiting = null;

    function update(alarm, chair, more) {
      if (shown?.alarm.id !== alarm.id || shown?.alarm.priority !== alarm.priority) inStep(node, alarm.priority);
      shown = { alarm, chair };
      mark(node, "priority", alarm.priority);
      mark(node, "acknowledged", acknowledged(alarm));
      mark(node, "waiting", waits(alarm, chair));
      mark(node, "calling", Boolean(alarm.escalates_ms) && !acknowledged(alarm));
      mark(node, "paused", Boolean(alarm.paused));
      mark(node, "another", ofAnother(alarm, chair));
      icon.update(acknowledged(alarm) ? "acknowledged" : alarm.paused ? "paused" : null);
      put(marks, MARKS[alarm.priority]);
      marks.setAttribute("aria-label", t("{priority} priority", { priority: t(alarm.priority) }));
      put(words, alarmText(alarm));
      put(short, alarmShort(alarm));
      put(brief, alarmBrief(alarm));
      put(told, chairside.reading.told(alarm));
      show(told, whole && told.textContent !== "");
      put(others, more > 0 ? `+${more}` : "");
      show(others, more > 0);
      show(marks, alarm.priority !== "advisory");
      show(ack, !acknowledged(alarm) && alarm.priority !== "advisory");
      ack.setAttribute("aria-label", t("Acknowledge chair {chair}: {alarm}", { chair: chair.label, alarm: alarmText(alarm) }));
      if (waiting !== null && (waiting !== alarm.id || acknowledged(alarm))) stopWaiting();
    }

    function tick(now) {
      if (shown === null) return;
      const paused = shown.alarm.paused ? chairside.quiet.pausedFor(shown.chair, now) : "";
      const words = paused || alarmTime(shown.alarm, now);
      const clock = paused || acknowledged(shown.alarm) ? 0 : Math.max(0, words.search(/[\d:]+$/));
      put(lead, words.slice(0, clock)); // small tiles have no room for it
      if (time.lastChild.nodeValue !== words.slice(clock)) time.lastChild.nodeValue = words.slice(clock);
      put(ago, measuredAgo(shown.alarm, now));
      const called = callShort(shown.alarm, now);
      put(call, called);
      show(call, called !== "");
    }

    function stopWaiting() {
      waiting = null;
      put(ack, ackLabel);
    }

    async function press() {
      const { alarm, chair } = seen ?? shown;
      seen = null;
      const outcome = await chairside.act.whilePressed(ack, () => chairside.act.acknowledge(chair, alarm));
      if (outcome !== "pending" || shown.alarm.id !== alarm.id) return;
      waiting = alarm.id;
      put(ack, t("Waiting…"));
      setTimeout(() => waiting === alarm.id && stopWaiting(), WAITING_MS);
    }

    // What the finger went down on is what the operator saw, even if the strip changes before it is lifted.
    ack.addEventListener("pointerdown", () => { seen = shown; });
    ack.addEventListener("click", press);
    return { node, update, tick };
  }

  chairside.strip = { strip, inStep };
})((window.chairside ??= { views: {} }));
