"use strict";
// What an alarm is called: the server's words in English; in other languages those of a vital made anew from value and limit,
// the others retold. What nothing fits stands as the server said it, so that no number is lost.
(function (chairside) {
  const { t, w } = chairside;
  const VITALS = { hr: "HR", spo2: "SpO₂", sbp: "SYS", dbp: "DIA", map: "MAP" };
  const WAITING = [w(", unconfirmed"), w(", repeat cuff")];
  const CUFF = new Set(["sbp", "dbp", "map"]);
  const waitingOf = (text) => WAITING.find((end) => text.endsWith(end)) ?? "";
  const known = (value) => value !== undefined && value !== null;

  /** `SYS 184 ≥ 180, unconfirmed`: the sign only where it is true. */
  function judged(vital, side, alarm) {
    const { value, limit, text } = alarm;
    const name = t(VITALS[vital]);
    const waiting = waitingOf(text);
    const sign = side === "low" ? "<" : CUFF.has(vital) ? "≥" : ">";
    const beyond = { "<": value < limit, "≥": value >= limit, ">": value > limit }[sign];
    const of = beyond ? ` ${sign} ${chairside.decimal(limit)}` : t(", limit {limit}", { limit: chairside.decimal(limit) });
    return `${name} ${chairside.decimal(value)}${of}${t(waiting)}`;
  }

  chairside.alarmWords = function alarmWords(alarm) {
    if (chairside.language.current === "en") return alarm.text;
    const [vital, side] = alarm.condition.split("_");
    const numbers = VITALS[vital] && (side === "high" || side === "low") && known(alarm.value) && known(alarm.limit);
    if (numbers) return judged(vital, side, alarm);
    const waiting = waitingOf(alarm.text);
    return chairside.retold(alarm.text.slice(0, alarm.text.length - waiting.length)) + t(waiting);
  };
})((window.chairside ??= { views: {} }));
