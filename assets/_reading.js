"use strict";
// What may be said of a number, an alarm and a visit: from the server's view to words. Nothing here touches the page.
(function (chairside) {
  const { t } = chairside;
  const { age, clock, stopwatch } = chairside.dom;

  const MARKS = { high: "!!!", medium: "!!", low: "!", advisory: "" };
  const RANKS = { high: 3, medium: 2, low: 1, advisory: 0 };
  const PHASES = {
    seated: t("Seated"), baseline: t("Baseline"), infusion: t("Infusion"), paused: t("Paused"),
    recovery: t("Recovery"), ready: t("Ready"),
  };
  /** The keys of a chair that move all the time. */
  const NUMBERS = new Set(["hr", "spo2", "pi"]);
  const onlyNumbers = (keys) => [...keys].every((key) => NUMBERS.has(key));
  const CONDITIONS = {
    pressure: /^(sbp|dbp|map)_/,
    hr: /^hr_/,
    spo2: /^spo2_/,
  };

  const SAME_MS = 10000; // a value measured so near to the moment from which an alarm counts is the one that raised it

  const rank = (alarm) => RANKS[alarm.priority];
  /** Whether an alarm sounds for whoever is here; a screen that does not know its role takes every call for its own. */
  const here = (roles) => roles.length > 0 && (chairside.me.role === "" || roles.includes(chairside.me.role));
  const callsHere = (alarm) => here(alarm.calls ?? []);
  /** Who is asked to answer, while the sound is paused too. */
  const called = (alarm) => alarm.called ?? alarm.calls ?? [];
  const calledHere = (alarm) => here(called(alarm));
  /** Whether somebody has it, as far as this screen is concerned: an alarm that still calls here is nobody's. */
  const acknowledged = (alarm) => alarm.presence === "acknowledged" && !calledHere(alarm);
  const seconds = (from, to) => (to - from) / 1000;
  const whole = (value) => String(Math.round(value));
  /** Flags that say something of the device and nothing of the value. */
  const ASIDE = new Set(["alarm_active", "alarm_silenced", "limit_violation", "low_battery", "probe_expired"]);
  const words = (flags) =>
    (flags ?? []).filter((flag) => !ASIDE.has(flag)).map((flag) => t(flag.replaceAll("_", " "))).join(", ");

  /** 97 stays 97, 3.42 becomes 3.4: as precise as the instrument. */
  const figure = (value, label) => (label === "PI" ? chairside.decimal(value, 1) : whole(value));

  /** How an HR, SpO₂ or PI is shown: `text`, its `state`, `reason` why it is not better, and `when` it is from. */
  function number(view, now) {
    if (!view) return { text: "--", state: "none", questionable: false, reason: t("no device"), when: "" };
    const state = view.freshness ?? "none";
    const reason = words(view.flags);
    if (view.value === undefined || view.value === null || state === "gone" || state === "none") {
      const last = view.last === undefined || view.at_ms === undefined
        ? "" : t("last\u00a0{value}, {age}\u00a0ago", { value: figure(view.last, view.label), age: age(seconds(view.at_ms, now)) });
      const gone = state === "none" ? "none" : "gone";
      return { text: "--", state: gone, questionable: false, reason: reason || (last ? "" : t("no value yet")), when: last };
    }
    const questionable = view.validity === "questionable";
    const other = view.other === undefined || view.other === null ? "" : t("other {value}", { value: figure(view.other, view.label) });
    const when = state === "live" || view.at_ms === undefined ? "<3\u00a0s" : age(seconds(view.at_ms, now));
    return { text: figure(view.value, view.label), state, questionable, reason: questionable ? [other, reason].filter(Boolean).join(", ") : "", when };
  }

  /** A rate is a heart rate only when it comes from an ECG; otherwise it is a pulse rate. */
  const rateLabel = (view) => (view?.method === "ecg" ? t("HR") : t("PR"));

  /** How old a pressure is, in words; empty where there is none. */
  const cuffAge = (cuff, now) => (cuff?.at_ms === undefined ? "" : age(seconds(cuff.at_ms, now)));

  /** How a pressure is shown, in parts so that the slash can be drawn lighter. */
  function pressure(cuff, now) {
    const none = { systolic: "--", diastolic: "--", mean: null, questionable: false };
    if (!cuff) return { ...none, state: "none", age: "", reason: "", when: t("no cuff") };
    const state = cuff.freshness ?? "none";
    const taken = cuffAge(cuff, now);
    const reason = words(cuff.flags);
    if (cuff.systolic === undefined || cuff.systolic === null || state === "gone" || state === "none") {
      const last = cuff.last ? t("last\u00a0{value}, {age}\u00a0ago", { value: `${whole(cuff.last[0])}/${whole(cuff.last[1])}`, age: taken }) : "";
      return { ...none, state: cuff.last ? "gone" : "none", age: taken, reason, when: last || t("no reading yet") };
    }
    return {
      systolic: whole(cuff.systolic), diastolic: whole(cuff.diastolic),
      mean: cuff.mean === undefined || cuff.mean === null ? null : whole(cuff.mean),
      state, age: taken, questionable: cuff.validity === "questionable",
      reason: [reason, cuff.manual_by ? t("by hand, {by}", { by: cuff.manual_by }) : ""].filter(Boolean).join(" · "),
      when: t("{age}\u00a0ago", { age: taken }),
    };
  }

  /** When the next pressure comes, or the repeat that decides about the last: { text, brief, overdue }. */
  function nextPressure(cuff, now) {
    if (!cuff) return { text: "", brief: "", overdue: false };
    if (cuff.measuring) return { text: t("measuring…"), brief: t("measuring…"), overdue: false };
    if (cuff.repeat_ms !== undefined && cuff.repeat_ms !== null) {
      const wait = seconds(now, cuff.repeat_ms);
      const text = wait > 0 ? t("repeat in {time}", { time: stopwatch(wait) }) : t("repeat now");
      return { text, brief: text, overdue: true };
    }
    if (cuff.due_ms === undefined || cuff.due_ms === null) return { text: "", brief: "", overdue: false };
    const left = seconds(now, cuff.due_ms);
    if (left < 0) return { text: t("late {time}", { time: stopwatch(-left) }), brief: t("late {time}", { time: stopwatch(-left) }), overdue: true };
    return { text: t("next in {time}", { time: stopwatch(left) }), brief: t("next {time}", { time: stopwatch(left) }), overdue: false };
  }

  /** +33 %: the shown systolic over this patient's own baseline; empty when either is missing. */
  function overBaseline(chair) {
    const base = chair.session?.baseline?.[0];
    const systolic = chair.cuff?.systolic;
    if (!base || !systolic || chair.cuff.freshness === "gone") return "";
    const percent = Math.round((systolic / base - 1) * 100);
    return `${percent < 0 ? "−" : "+"}${Math.abs(percent)}\u00a0%`;
  }

  const STEADY_MMHG = 5; // two readings of a cuff that differ by less are the same
  const WAYS = { up: ["↗", t("rising")], level: ["→", t("steady")], down: ["↘", t("falling")] };

  /** Where the last two believable systolic readings go: { shape, words }; null where the shown one has none before it. */
  function direction(chair) {
    const believed = (chair.trend ?? []).filter(([, , , , , validity, , inError]) => validity === "valid" && !inError);
    if (believed.length < 2 || !chair.cuff?.systolic || chair.cuff.freshness === "gone" || chair.cuff.validity !== "valid") return null;
    const change = believed.at(-1)[2] - believed.at(-2)[2];
    const [shape, words] = WAYS[Math.abs(change) < STEADY_MMHG ? "level" : change > 0 ? "up" : "down"];
    return { shape, words };
  }

  const SHAPES = { above: "▲", within: "●", below: "▼" };
  const signed = (percent) => `${percent < 0 ? "−" : percent > 0 ? "+" : ""}${Math.abs(percent)}`;

  /** What was expected of the shown pressure: { range: "+5…+21 %", standing, shape, words }; null where nothing was. */
  function expected(chair) {
    const cuff = chair.cuff;
    if (!cuff?.expected || !overBaseline(chair)) return null;
    const [low, high, standing] = cuff.expected;
    const words = standing === "within" ? t("as expected") : standing === "above" ? t("above expected") : t("below expected");
    return { range: `${signed(low)}…${signed(high)}\u00a0%`, standing, shape: SHAPES[standing], words };
  }

  /** Planned minutes: "40", or "40 + 10" where the infusion was extended. */
  function planned(session) {
    const more = session.extended_min ?? 0;
    return more ? `${session.planned_min - more}\u00a0+\u00a0${more}` : String(session.planned_min);
  }

  /** Whole minutes over the planned end: "5 min over", or nothing. */
  function overrun(session, now) {
    const minutes = Math.floor(elapsed(session, now) / 60 - session.planned_min);
    const infusing = session.phase === "infusion" || session.phase === "paused";
    return infusing && minutes > 0 ? t("{n}\u00a0min over", { n: minutes }) : "";
  }

  /** Infusion seconds so far, pauses left out. */
  function elapsed(session, now) {
    return session.running ? seconds(session.clock_base_ms, now) : session.elapsed_s ?? 0;
  }

  const phaseName = (session) => PHASES[session.phase] ?? session.phase;

  /** Where in the visit: { phase, clock, of, brief, part }, `brief` for the smallest tiles and `part` of the planned infusion, 0–1. */
  function progress(session, now) {
    const phase = phaseName(session);
    if (session.phase === "infusion" || session.phase === "paused") {
      const run = elapsed(session, now);
      return { phase, clock: stopwatch(run), of: overrun(session, now) || `/${planned(session)}`, brief: `${Math.floor(run / 60)}/${session.planned_min}`, part: Math.min(1, run / 60 / session.planned_min) };
    }
    if (session.phase === "recovery" || session.phase === "ready") {
      const since = session.ended_ms ?? session.phase_since_ms;
      const over = age(seconds(since, now));
      return { phase, clock: `+${over}`, of: "", brief: `+${over}`, part: 1 };
    }
    if (session.phase === "baseline") {
      const confirmed = Boolean(session.baseline);
      const readings = t("{n} of 2", { n: session.baseline_readings ?? 0 });
      return { phase, clock: confirmed ? t("confirmed") : readings, of: "", brief: confirmed ? "✓" : readings, part: 0 };
    }
    const since = age(seconds(session.phase_since_ms, now));
    return { phase, clock: since, of: "", brief: since, part: 0 };
  }

  /** Away from the sensors: "Standby 6:10 · bathroom", or nothing; `brief` without the word where it has a time. */
  function standby(session, now, brief = false) {
    if (!session?.standby_reason) return "";
    const left = session.standby_until_ms ? stopwatch(seconds(now, session.standby_until_ms)) : "";
    return `${brief && left ? left : `${t("Standby")} ${left}`.trimEnd()} · ${t(session.standby_reason)}`;
  }

  /** In recovery: what still keeps the patient here; nothing where that is more than `most` things. */
  function leaving(session, most, brief = false) {
    const missing = session?.leave_missing ?? [];
    if (missing.length === 0 || missing.length > most) return "";
    const what = missing.map(chairside.retold).join(", ");
    return brief ? t("needs {what}", { what }) : t("Ready to leave but for {what}", { what });
  }

  /** The worst open alarm of a kind of number: its priority and whether somebody has it. */
  function alarmOf(alarms, what) {
    const found = (alarms ?? []).filter((alarm) => CONDITIONS[what].test(alarm.condition) && alarm.priority !== "advisory");
    found.sort((a, b) => rank(b) - rank(a) || Number(acknowledged(a)) - Number(acknowledged(b)));
    return found.length === 0 ? null : { priority: found[0].priority, acknowledged: acknowledged(found[0]) };
  }

  /** Alarms that nobody has yet come first, then by priority, then the oldest. */
  function byUrgency(a, b) {
    return Number(acknowledged(a)) - Number(acknowledged(b)) || rank(b) - rank(a) || a.since_ms - b.since_ms;
  }

  /** Since when its words have been true: since it began, or since a value made it as grave as it is now. */
  const standsSince = (alarm) => alarm.priority_ms ?? alarm.since_ms;

  /** `for 10:13`; `high for 0:20` of one that began milder. */
  function standing(alarm, now) {
    const time = stopwatch(seconds(standsSince(alarm), now));
    return alarm.priority_ms ? t("{priority}\u00a0for\u00a0{time}", { priority: t(alarm.priority), time }) : t("for\u00a0{time}", { time });
  }

  /** `1 min ago`: how old the value in its words is; nothing where the time of a cuff's alarm says it too. */
  function measuredAgo(alarm, now) {
    if (!alarm.value_ms) return "";
    const same = CONDITIONS.pressure.test(alarm.condition) && Math.abs(alarm.value_ms - standsSince(alarm)) < SAME_MS;
    return same ? "" : t("{age}\u00a0ago", { age: age(seconds(alarm.value_ms, now)) });
  }

  /** Whether the value in its words is another than the one that the chair shows now. */
  const ofAnother = (alarm, chair) => Boolean(alarm.value_ms)
    && !(CONDITIONS.pressure.test(alarm.condition) && alarm.value_ms === chair.cuff?.at_ms);

  /** An alarm in one line, with all that limits what may be believed of it: "SYS 174 ≥ 160, 1 min ago · for 10:13". */
  const alarmLine = (alarm, now) => `${[alarmText(alarm), measuredAgo(alarm, now)].filter(Boolean).join(", ")} · ${alarmTime(alarm, now)}`;

  /** `for 0:38` while it asks for somebody, `✓ Ana, 2 min` once somebody has it. */
  function alarmTime(alarm, now) {
    if (!acknowledged(alarm)) return standing(alarm, now);
    const when = alarm.acknowledged_ms ? `, ${age(seconds(alarm.acknowledged_ms, now))}` : "";
    return `✓\u00a0${alarm.acknowledged_by ?? t("acknowledged")}${when}`;
  }

  /** Whether this alarm waits for a repeat: until it comes, the countdown says more than the alarm's age. */
  const waits = (alarm, chair) =>
    !acknowledged(alarm) && /^(sbp|dbp)_high$/.test(alarm.condition) && Boolean(chair.cuff?.repeat_ms);

  const EVERYONE = 4;

  /** The same for a tile's strip, where every letter counts: "→ all 0:22". */
  const callShort = (alarm, now) => callText(alarm, now, true);

  /** Who is called beyond the first, or is called next and when: "→ everyone in 0:22", "→ anesthesia, outside". */
  function callText(alarm, now, short = false) {
    const calls = called(alarm);
    if (calls.length === 0) return "";
    const everyone = short ? t("all") : t("everyone");
    const anesthesia = short ? t("anesth.") : t("anesthesia");
    const alone = alarm.presence === "acknowledged"; // a nurse has it, and anesthesia is called on
    if (alarm.escalates_ms) {
      const next = alone ? t("outside") : alarm.priority === "high" ? everyone : anesthesia;
      const time = stopwatch(seconds(now, alarm.escalates_ms));
      if (short) return `→\u00a0${next}\u00a0${time}`;
      return `→\u00a0${alone ? `${anesthesia}; ` : ""}${t("{who} in\u00a0{time}", { who: next, time })}`;
    }
    if (calls.length === EVERYONE) return `→\u00a0${everyone}`;
    return calls.includes("anesthesia") ? `→\u00a0${anesthesia}${alarm.outside ? `, ${t("outside")}` : ""}` : "";
  }

  const alarmText = (alarm) => chairside.alarmWords(alarm) + (alarm.questionable ? " ?" : "");

  /** The same where letters count: "SYS 164 ≥ 160 ?" for what is not confirmed. */
  const alarmShort = (alarm) => alarmText(alarm).replace(/([≥>≤<] [\d.,]*\d), .*/, "$1 ?");

  /** The same where the number itself stands above it: "SYS ≥ 180", "overdue 5 min". */
  function alarmBrief(alarm) {
    const late_min = alarm.condition === "pressure_overdue" && /\d+/.exec(alarm.text)?.[0];
    if (late_min) return t("overdue {n} min", { n: late_min });
    return alarmShort(alarm).replace(alarm.kind === "technical" ? "" : / [\d.,]*\d(?= [≥>≤<]|, )/, "");
  }

  /** All open alarms: the clinic's own, then those of its chairs. */
  const everyAlarm = (state) =>
    [...(state.alarms ?? []), ...Object.values(state.chairs).flatMap((chair) => chair.alarms ?? [])];

  /** What the whole clinic is doing, in words: chairs in use, checks that are late, stations that would be heard. */
  function summary(state) {
    const all = Object.values(state.chairs);
    const late = everyAlarm(state).filter((alarm) => alarm.condition === "pressure_overdue").length;
    return {
      chairs: t("{n} of {all} chairs", { n: all.filter((chair) => chair.session).length, all: all.length }),
      overdue: late > 0 ? t("checks overdue {n}", { n: late }) : "",
      stations: t("{n} of {all} stations can sound", { n: state.stations.sound, all: state.stations.watching }),
    };
  }

  const TOLD = { sent: "✓", failed: t("failed"), sending: "…" };
  /** Who was told outside the screen, and whether it arrived: "told Pager 14:02 ✓". */
  function told(alarm) {
    const each = (alarm.told ?? []).map(([channel, at, outcome]) => `${channel} ${clock(at).slice(0, 5)} ${TOLD[outcome]}`);
    return each.length > 0 ? t("told {each}", { each: each.join(" · ") }) : "";
  }

  chairside.reading = {
    CONDITIONS, MARKS, onlyNumbers, rank, acknowledged, callsHere, called, calledHere,
    number, rateLabel, cuffAge, pressure, nextPressure, overBaseline, direction, elapsed, expected, planned,
    overrun, phaseName, progress, standby, leaving,
    alarmOf, byUrgency, standsSince, standing, measuredAgo, ofAnother, alarmLine, alarmTime, alarmText, alarmShort, alarmBrief, callText, callShort, waits, everyAlarm, summary, told,
  };
})((window.chairside ??= { views: {} }));
