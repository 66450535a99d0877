"use strict";
// How the numbers look wherever they stand: pressure, rate and saturation, with unit, age, validity and alarm.
(function (chairside) {
  const { t } = chairside;
  const { el, put, mark, show } = chairside.dom;
  const reading = chairside.reading;

  const NAMES = { hr: (view) => (view?.method === "ecg" ? t("heart rate") : t("pulse rate")), spo2: () => "SpO₂" };

  /** Marks how far a number may be believed and whether it is in alarm; styles do the rest. */
  function dress(node, shown, alarm) {
    mark(node, "state", shown.state);
    mark(node, "questionable", shown.questionable);
    mark(node, "alarm", alarm?.priority ?? null);
    mark(node, "acknowledged", alarm?.acknowledged ?? null);
  }

  /** What a screen reader says of a number, in place of its parts. */
  function say(node, phrase) {
    if (node.getAttribute("role") !== "img") node.setAttribute("role", "img");
    if (node.getAttribute("aria-label") !== phrase) node.setAttribute("aria-label", phrase);
  }

  /** The crossed bell beside a number one of whose alarms is switched off. */
  function offBell() {
    const icon = chairside.quiet.bell();
    const node = el("span", "number-off", icon.node);
    icon.update("off");
    function update(chair, what) {
      const is = chairside.quiet.isOff(chair, reading.CONDITIONS[what]);
      show(node, is);
      mark(node.parentElement, "off", is);
      node.title = t("an alarm of this number is switched off");
    }
    return { node, update };
  }

  /** A pressure: `151/92`, the slash lighter. */
  function pressure() {
    const systolic = el("span");
    const diastolic = el("span");
    const doubt = el("span", "doubt", "?");
    const off = offBell();
    const node = el("div", "pressure num", systolic, el("span", "slash", "/"), diastolic, doubt, off.node);

    /** Shows a chair's pressure and returns what was shown. */
    function update(chair, now) {
      const shown = reading.pressure(chair.cuff, now);
      put(systolic, shown.systolic);
      put(diastolic, shown.diastolic);
      dress(node, shown, reading.alarmOf(chair.alarms, "pressure"));
      off.update(chair, "pressure");
      say(node, chairside.spoken.pressure(chair.cuff, shown, reading.alarmOf(chair.alarms, "pressure"), now));
      return shown;
    }

    return { node, update };
  }

  /** A continuous number, `which` being "hr" or "spo2": label over unit, the value, and its note. */
  function number(which) {
    const label = el("span", "number-label");
    const unit = el("span", "number-unit");
    const value = el("span");
    const reason = el("span", "number-reason");
    const when = el("span", "number-when num");
    const source = el("span", "number-source");
    const off = offBell();
    const figure = el("span", "number-value num", value, el("span", "doubt", "?"));
    const node = el("div", `number number-${which}`, el("span", "number-name", label, unit), figure,
      off.node, el("span", "number-note", reason, when, source));

    function update(chair, now) {
      const view = chair[which];
      const shown = reading.number(view, now);
      put(label, which === "hr" ? reading.rateLabel(view) : "SpO₂");
      put(unit, view?.unit ?? (which === "hr" ? "/min" : "%"));
      put(value, shown.text);
      put(reason, shown.reason);
      put(when, shown.when);
      put(source, shown.text === "--" ? "" : view.source ?? "");
      dress(node, shown, reading.alarmOf(chair.alarms, which));
      off.update(chair, which);
      say(node, chairside.spoken.number(NAMES[which](view), view, shown, reading.alarmOf(chair.alarms, which), now));
    }

    return { node, update };
  }

  chairside.vitals = { pressure, number };
})((window.chairside ??= { views: {} }));
