"use strict";
// Numbers as a screen reader says them: a whole phrase, and ages by the minute, so that it changes seldom.
(function (chairside) {
  const { t } = chairside;

  /** `3 minutes`, or `less than a minute`. */
  function age(ms) {
    const minutes = Math.floor(Math.max(0, ms) / 60000);
    if (minutes < 1) return t("less than a minute ago");
    return minutes === 1 ? t("1 minute ago") : t("{n} minutes ago", { n: minutes });
  }

  /** `for 12 minutes`; nothing of what began just now. */
  function standing(ms) {
    const minutes = Math.floor(ms / 60000);
    if (minutes < 1) return "";
    return minutes === 1 ? t("for 1 minute") : t("for {n} minutes", { n: minutes });
  }

  const alarmed = (alarm) => (alarm ? t("in {priority} priority alarm", { priority: t(alarm.priority) }) : "");
  const phrase = (...parts) => parts.filter(Boolean).join(", ");
  const ago = (view, now) => (typeof view?.at_ms === "number" ? age(now - view.at_ms) : "");

  /** "blood pressure 124 over 82, 3 minutes ago"; `shown` is what `reading.pressure` made of the view. */
  function pressure(view, shown, alarm, now) {
    if (shown.systolic === "--") {
      const last = view?.last ? t("last {systolic} over {diastolic}", { systolic: Math.round(view.last[0]), diastolic: Math.round(view.last[1]) }) : "";
      return phrase(t("no blood pressure"), shown.reason, last, last && ago(view, now));
    }
    const value = t("blood pressure {systolic} over {diastolic}", { systolic: shown.systolic, diastolic: shown.diastolic });
    return phrase(value, ago(view, now), shown.state === "dim" && t("old"), shown.questionable && t("questionable"), shown.reason, alarmed(alarm));
  }

  /** "SpO₂ 97 %"; what is not live says how old it is. */
  function number(name, view, shown, alarm, now) {
    if (shown.text === "--") {
      const last = typeof view?.last === "number" ? t("last {value}", { value: Math.round(view.last) }) : "";
      return phrase(t("no {name}", { name }), shown.reason, last, last && ago(view, now));
    }
    const old = shown.state === "live" ? "" : phrase(t("old"), ago(view, now));
    return phrase(`${name} ${shown.text} ${view.unit}`, old, shown.questionable && t("questionable"), shown.reason, alarmed(alarm));
  }

  /** "SYS 174 ≥ 160, 1 minute ago, for 10 minutes": an alarm as the screens show it. */
  function alarm(one, now) {
    const { alarmText, measuredAgo, standsSince } = chairside.reading;
    return phrase(alarmText(one), measuredAgo(one, now) && age(now - one.value_ms), standing(now - standsSince(one)));
  }

  chairside.spoken = { pressure, number, alarm };
})((window.chairside ??= { views: {} }));
