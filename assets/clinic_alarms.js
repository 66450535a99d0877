"use strict";
// The alarms that are no chair's but the whole clinic's: in the bar of every page, with what ends them.
(function (chairside) {
  const { t } = chairside;
  const { el, put, mark } = chairside.dom;
  const REMEDIES = {
    no_station: t("Press SOUND OFF on a station of a nurse or of anesthesia; one in a treatment room does not count."),
  };

  function line() {
    const [marks, words, remedy, told, time] = ["marks", "words", "remedy", "told num", "time num"]
      .map((name) => el("span", `clinic-alarm-${name}`));
    const node = el("p", "clinic-alarm", marks, words, remedy, told, time);
    let shown = null;
    function update(alarm) {
      shown = alarm;
      mark(node, "priority", alarm.priority);
      put(marks, chairside.reading.MARKS[alarm.priority]);
      put(words, chairside.reading.alarmText(alarm));
      put(remedy, REMEDIES[alarm.condition] ?? "");
      put(told, chairside.reading.told(alarm));
    }
    return { node, update, tick: (now) => put(time, chairside.reading.standing(shown, now)) };
  }

  /** Makes their list. `update(alarms, now)` shows them, `tick(now)` counts on. */
  chairside.clinicAlarms = function clinicAlarms() {
    const node = el("div", "clinic-alarms");
    const lines = new Map();
    function update(alarms, now) {
      for (const [id, one] of lines) {
        if (alarms.some((alarm) => alarm.id === id)) continue;
        one.node.remove();
        lines.delete(id);
      }
      for (const alarm of alarms) {
        if (!lines.has(alarm.id)) lines.set(alarm.id, line());
        const one = lines.get(alarm.id);
        one.update(alarm);
        one.tick(now);
        if (!one.node.isConnected) node.append(one.node);
      }
    }
    return { node, update, tick: (now) => lines.forEach((one) => one.tick(now)) };
  };
})((window.chairside ??= { views: {} }));
