"use strict";
// What is quiet on purpose, in words and bells. Bells after IEC 60601-1-8: dashed cross, audio paused; cross, alarm off; tick, acknowledged.
(function (chairside) {
  const { t } = chairside;
  const { mark, clock, stopwatch } = chairside.dom;
  const SVG = "http://www.w3.org/2000/svg";
  const PAUSE_S = 120;
  const BELL = "M12 3a6 6 0 0 0-6 6c0 6-2 7-2 8h16c0-1-2-2-2-8a6 6 0 0 0-6-6z M10 20a2 2 0 0 0 4 0";
  const OVER = { paused: "M3 3 21 21 M21 3 3 21", off: "M3 3 21 21 M21 3 3 21", acknowledged: "M8 11l3 3 6-7" };
  const VITALS = { hr: t("HR"), spo2: "SpO₂", sbp: t("SYS"), dbp: t("DIA"), map: t("MAP") };
  const CAN_BE_OFF = /^((hr|spo2|sbp|dbp|map)_(high|low)|no_data_(hr|spo2)|probe_off|no_baseline|pressure_overdue)$/;

  /** A bell; `kind` is paused, off or acknowledged, null hides it. Words stand beside it, so it says nothing itself. */
  function bell() {
    const node = document.createElementNS(SVG, "svg");
    const [body, over] = ["bell-body", "bell-over"].map((name) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      return path;
    });
    body.setAttribute("d", BELL);
    node.setAttribute("class", "bell");
    node.setAttribute("viewBox", "0 0 24 24");
    node.setAttribute("aria-hidden", "true");
    node.append(body, over);
    function update(kind) {
      chairside.dom.show(node, kind !== null);
      mark(node, "kind", kind);
      if (kind !== null && over.getAttribute("d") !== OVER[kind]) over.setAttribute("d", OVER[kind]);
    }
    update(null);
    return { node, update };
  }

  /** `SpO₂ low`, `probe off`: what staff call a condition. */
  function named(condition) {
    const [vital, side] = condition.split("_");
    return VITALS[vital] && (side === "high" || side === "low") ? `${VITALS[vital]} ${t(side)}` : t(condition.replaceAll("_", " "));
  }

  /** `1:12 paused · Leo`: how long, and by whom, the sound of a chair waits; empty where it does not. */
  function pausedFor(chair, now) {
    const paused = chair?.audio_paused;
    return paused ? t("{time} paused · {by}", { time: stopwatch((paused.until_ms - now) / 1000), by: paused.by }) : "";
  }

  /** `SpO₂ low OFF · Leo · 14:02`. */
  const offLine = (off) => `${named(off.condition)} ${t("OFF")} · ${off.by} · ${clock(off.since_ms).slice(0, 5)}`;

  const isOff = (chair, what) => (chair.off ?? []).some((off) => what.test(off.condition));

  /** `2:00`: how long a pause of this chair lasts. */
  const pauseLength = (chair) => stopwatch(chair?.pause_s ?? PAUSE_S);

  chairside.quiet = { bell, named, pausedFor, offLine, isOff, pauseLength, canBeOff: (condition) => CAN_BE_OFF.test(condition) };
})((window.chairside ??= { views: {} }));
