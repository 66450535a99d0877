"use strict";
// The pressure of a visit on a small canvas: bars from systolic to diastolic where they were taken, never joined.
(function (chairside) {
  const LOW_MMHG = 60;
  const HIGH_MMHG = 190;
  const BEFORE_MS = 12 * 60e3;
  const AFTER_MS = 25 * 60e3;
  const SOUNDING = new Set(["medium", "high"]);
  const LABEL_PX = 12;
  const DOT_PX = 2.6;
  const THICK_FROM_PX = 90; // of height: from here on, lines and labels grow with the trend

  /** The palette, read from the style sheet once for each theme. */
  let palette = null;
  chairside.theme.onchange.add(() => { palette = null; });
  function colors() {
    if (palette === null) {
      const style = getComputedStyle(document.documentElement);
      const of = (name) => style.getPropertyValue(name).trim();
      palette = {
        bar: of("--bp"), high: of("--high"), medium: of("--medium"), low: of("--low"),
        band: of("--band"), planned: of("--band-planned"), limit: of("--limit"), expected: of("--expected"), label: of("--dim"), ground: of("--tile"),
      };
    }
    return palette;
  }

  /** The times at the two ends: fixed for a visit, so that nothing moves but what is new. */
  function span(session, trend, now) {
    const started = session.started_ms ?? now;
    const first = Math.min(started - BEFORE_MS, trend[0]?.at_ms ?? now);
    const plannedEnd = started + session.planned_min * 60e3;
    return [Math.max(first, started - 3 * BEFORE_MS), Math.max(plannedEnd + AFTER_MS, now + 3 * 60e3)];
  }

  /** The worst priority whose pressure limits a point crosses, or "bar" when it crosses none. */
  function crossed(point, limits) {
    const values = { sbp_high: point.systolic, sbp_low: point.systolic, dbp_high: point.diastolic };
    const over = limits.filter(([condition, , limit]) =>
      condition in values && (condition.endsWith("high") ? values[condition] >= limit : values[condition] < limit));
    return ["high", "medium", "low"].find((priority) => over.some((line) => line[1] === priority)) ?? "bar";
  }

  const asPoint = ([key, at_ms, systolic, diastolic, mean, validity, manual_by, in_error]) =>
    ({ key, at_ms, systolic, diastolic, mean, validity, manual_by, in_error });

  function drawBand(ctx, session, x, height, now) {
    if (!session.started_ms) return;
    const end = session.ended_ms ?? session.started_ms + session.planned_min * 60e3;
    const done = Math.min(now, end);
    const from = x(session.started_ms);
    ctx.fillStyle = colors().planned;
    ctx.fillRect(from, 0, x(end) - from, height);
    ctx.fillStyle = colors().band;
    ctx.fillRect(from, 0, x(done) - from, height);
  }

  /** The corridor of the expected response; it holds its last values while the infusion has not ended. */
  function drawExpected(ctx, session, points, x, y, now) {
    if (points.length === 0) return;
    const last = points.at(-1);
    const held = !session.ended_ms && last[0] < now ? [...points, [now, ...last.slice(1)]] : points;
    ctx.fillStyle = colors().expected;
    for (const low of [1, 3]) {
      ctx.beginPath();
      for (const point of held) ctx.lineTo(x(point[0]), y(point[low + 1]));
      for (const point of [...held].reverse()) ctx.lineTo(x(point[0]), y(point[low]));
      ctx.fill();
    }
  }

  function drawLimits(ctx, limits, y, width, height, thick) {
    const label = LABEL_PX * thick;
    ctx.setLineDash([3, 4]);
    ctx.strokeStyle = colors().limit;
    ctx.lineWidth = 1;
    ctx.fillStyle = colors().label;
    ctx.font = `500 ${label}px Inter, system-ui, sans-serif`;
    ctx.textAlign = "right";
    const sounding = limits.filter(([condition, priority]) => condition.startsWith("sbp") && SOUNDING.has(priority));
    let labelled = Infinity;
    for (const [, , limit] of sounding.sort((a, b) => a[2] - b[2])) {
      const at = Math.round(y(limit)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(0, at);
      ctx.lineTo(width, at);
      ctx.stroke();
      if (at > label && labelled - at > label + 1 && height > 4 * label) {
        ctx.fillText(String(limit), width - 1, at - 3);
        labelled = at;
      }
    }
    ctx.setLineDash([]);
  }

  function drawPoint(ctx, point, limits, x, y, thick) {
    const hollow = point.validity !== "valid";
    const color = hollow ? colors().bar : colors()[crossed(point, limits)];
    const at = Math.round(x(point.at_ms)) + 0.5;
    const top = y(point.systolic);
    const foot = y(point.diastolic);
    ctx.strokeStyle = color;
    ctx.lineWidth = (hollow ? 1 : 2.4) * thick;
    ctx.beginPath();
    ctx.moveTo(at, top);
    ctx.lineTo(at, foot);
    ctx.stroke();
    if (!hollow && foot - top < 4 * DOT_PX * thick) return; // two dots would be all there is
    ctx.lineWidth = 1.5 * thick;
    for (const end of [top, foot]) {
      ctx.beginPath();
      ctx.arc(at, end, DOT_PX * thick, 0, 2 * Math.PI);
      ctx.fillStyle = hollow ? colors().ground : color;
      ctx.fill();
      if (hollow) ctx.stroke();
    }
  }

  const sizes = new WeakMap(); // box → its trend's `size`
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) sizes.get(target)(contentRect.width, contentRect.height);
  });

  /** Makes a trend that fills its box. `update(chair)` takes new data, `tick(now)` draws when a pixel would differ. */
  function trend(className) {
    const canvas = document.createElement("canvas");
    canvas.className = "trend";
    canvas.setAttribute("aria-hidden", "true");
    const box = document.createElement("div");
    box.className = className;
    box.append(canvas);
    const ctx = canvas.getContext("2d");
    let width = 0;
    let height = 0;
    let chair = null;
    let points = [];
    let drawn = "";
    let seen = null;

    function size(w, h) {
      if (w === width && h === height) return;
      const dense = window.devicePixelRatio || 1;
      [width, height, drawn] = [w, h, ""];
      canvas.width = Math.round(w * dense);
      canvas.height = Math.round(h * dense);
      ctx.setTransform(dense, 0, 0, dense, 0, 0);
      if (seen !== null) tick(seen);
    }

    function update(next) {
      if (chair?.trend !== next.trend) points = (next.trend ?? []).map(asPoint).filter((point) => !point.in_error);
      if (chair?.trend !== next.trend || chair?.limits !== next.limits || chair?.response !== next.response || chair?.session !== next.session) drawn = "";
      chair = next;
    }

    function tick(now) {
      seen = now;
      if (chair === null || width < 40 || height < 20) return;
      const session = chair.session;
      const [from, to] = session ? span(session, points, now) : [now - BEFORE_MS, now];
      const x = (ms) => ((ms - from) / (to - from)) * (width - 8) + 4;
      const key = `${Math.round(x(now))} ${chairside.theme.current()}`;
      if (key === drawn) return;
      drawn = key;
      ctx.clearRect(0, 0, width, height);
      if (!session) return;
      const low = Math.min(LOW_MMHG, ...points.map((point) => point.diastolic - 5));
      const high = Math.max(HIGH_MMHG, ...points.map((point) => point.systolic + 5));
      const y = (mmHg) => 4 + (1 - (mmHg - low) / (high - low)) * (height - 8);
      drawBand(ctx, session, x, height, now);
      drawExpected(ctx, session, chair.response ?? [], x, y, now);
      const thick = Math.max(1, Math.min(3, height / THICK_FROM_PX, width / (4 * THICK_FROM_PX)));
      drawLimits(ctx, chair.limits ?? [], y, width, height, thick);
      for (const point of points) {
        if (point.at_ms >= from) drawPoint(ctx, point, chair.limits ?? [], x, y, thick);
      }
    }

    sizes.set(box, size);
    observer.observe(box);
    return { node: box, update, tick };
  }

  chairside.trend = trend;
})((window.chairside ??= { views: {} }));
