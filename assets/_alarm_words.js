"use strict";
// What an alarm is called: the server's words in English; in other languages made anew from condition, value and limit.
// Where one of them is missing the server's words stand, so that no number is lost.
(function (chairside) {
  const { t, w } = chairside;
  const VITALS = { hr: "HR", spo2: "SpO₂", sbp: "SYS", dbp: "DIA", map: "MAP" };
  const TECHNICAL = {
    probe_off: w("SpO₂ probe off"), pressure_overdue: w("pressure overdue"), infusion_overrun: w("infusion over"),
    no_baseline: w("no baseline"), clock_step: w("clock was set"), monitor_fault: w("not judged: monitor fault"),
    no_station: w("no station can sound"), possible_swap: w("numbers may be swapped: check"),
    cuff_implausible: w("cuff not plausible, repeat cuff"), cuff_on_iv_arm: w("cuff on the IV arm"),
    cuff_without_result: w("cuff without result"), hr_sources_differ: w("HR sources differ"),
    flat_line_spo2: w("SpO₂ has not moved"), flat_line_hr: w("HR has not moved"),
    no_data_hr: w("HR no data"), no_data_spo2: w("SpO₂ no data"),
  };
  const WAITING = { ", unconfirmed": w(", unconfirmed"), ", repeat cuff": w(", repeat cuff") };

  const CUFF = new Set(["sbp", "dbp", "map"]);
  const LOST = "device_lost_";

  const known = (value) => value !== undefined && value !== null;

  /** `SYS 184 ≥ 180, unconfirmed`: the sign only where it is true. */
  function judged(vital, side, alarm) {
    const { value, limit, text } = alarm;
    const name = t(VITALS[vital]);
    const waiting = Object.keys(WAITING).find((end) => text.endsWith(end));
    const sign = side === "low" ? "<" : CUFF.has(vital) ? "≥" : ">";
    const beyond = { "<": value < limit, "≥": value >= limit, ">": value > limit }[sign];
    const of = beyond ? ` ${sign} ${chairside.decimal(limit)}` : t(", limit {limit}", { limit: chairside.decimal(limit) });
    return `${name} ${chairside.decimal(value)}${of}${waiting ? t(WAITING[waiting]) : ""}`;
  }

  function deviceName(id) {
    const devices = Object.values(chairside.live.state.chairs).flatMap((chair) => chair.devices ?? []);
    return devices.find((device) => device.id === id)?.name ?? id;
  }

  chairside.alarmWords = function alarmWords(alarm) {
    if (chairside.language.current === "en") return alarm.text;
    const [vital, side] = alarm.condition.split("_");
    if (VITALS[vital] && (side === "high" || side === "low")) {
      return known(alarm.value) && known(alarm.limit) ? judged(vital, side, alarm) : t(alarm.text);
    }
    if (alarm.condition.startsWith(LOST)) return t("{device} lost", { device: deviceName(alarm.condition.slice(LOST.length)) });
    return TECHNICAL[alarm.condition] ? t(TECHNICAL[alarm.condition]) : t(alarm.text);
  };
})((window.chairside ??= { views: {} }));
