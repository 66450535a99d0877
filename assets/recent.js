"use strict";
// The last 15 minutes of one chair on a canvas: pressure as bars, rate and saturation as lines that break at gaps.
(function (chairside) {
  const { t } = chairside;
  const { el } = chairside.dom;
  const SPAN_MS = 15 * 60e3;
  const EVERY_MS = 15e3;
  const GAP_MS = 5000; // seconds that this page did not see are a gap until the server tells them
  const ROWS = { pressure: [0, 0.46], hr: [0.5, 0.73], spo2: [0.77, 1] }; // of the height
  const VITALS = { hr: ["--hr", 6], spo2: ["--spo2", 3] }; // colour, and the least range of values
  const NAMES = { hr: t("PR"), spo2: "SpO₂" };
  const LEFT_PX = 44;
  const LABEL = "500 13px Inter, system-ui, sans-serif";

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const lowest = (values, least) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const more = Math.max(0, least - (high - low)) / 2;
    return [low - more, high + more];
  };

  function frame(ctx, width, height, row) {
    const [top, foot] = ROWS[row].map((part) => part * (height - 18));
    return { top, foot, left: LEFT_PX, right: width - 2 };
  }

  function label(ctx, box, name, low, high) {
    ctx.font = LABEL;
    ctx.textAlign = "left";
    ctx.fillStyle = color("--text-soft");
    ctx.fillText(name, 0, box.top + 12);
    if (low === null) return;
    ctx.fillStyle = color("--dim");
    ctx.fillText(low === high ? String(low) : `${low}–${high}`, 0, box.top + 28);
  }

  function drawPressure(ctx, box, x, from, chair) {
    const points = (chair.trend ?? []).map(([, at, systolic, diastolic, , validity, , inError]) =>
      ({ at, systolic, diastolic, validity, inError })).filter((p) => p.at >= from && !p.inError);
    const lines = (chair.limits ?? []).filter(([condition, priority]) => condition === "sbp_high" && priority !== "advisory");
    const values = [...points.flatMap((p) => [p.systolic, p.diastolic]), 70, 150];
    const [low, high] = [Math.min(...values) - 5, Math.max(...values) + 8];
    const y = (mmHg) => box.foot - ((mmHg - low) / (high - low)) * (box.foot - box.top);
    label(ctx, box, "mmHg", null, null);
    ctx.setLineDash([3, 4]);
    ctx.strokeStyle = color("--limit");
    for (const [, , limit] of lines.filter((line) => line[2] <= high)) {
      ctx.beginPath();
      ctx.moveTo(box.left, y(limit));
      ctx.lineTo(box.right, y(limit));
      ctx.stroke();
    }
    ctx.setLineDash([]);
    ctx.textAlign = "center";
    for (const p of points) {
      ctx.strokeStyle = color("--bp");
      ctx.lineWidth = p.validity === "valid" ? 4 : 1.5;
      ctx.beginPath();
      ctx.moveTo(x(p.at), y(p.systolic));
      ctx.lineTo(x(p.at), y(p.diastolic));
      ctx.stroke();
    }
    ctx.lineWidth = 1;
    const last = points.at(-1);
    if (!last) {
      ctx.textAlign = "left";
      ctx.fillStyle = color("--dim");
      ctx.fillText("no pressure in these minutes", box.left, (box.top + box.foot) / 2);
    }
  }

  function drawLine(ctx, box, x, from, vital, samples) {
    const [hue, least] = VITALS[vital];
    const shown = samples.filter(([at]) => at >= from);
    const values = shown.map(([, value]) => value).filter((value) => value !== null);
    if (values.length === 0) return label(ctx, box, NAMES[vital], null, null);
    const [low, high] = lowest(values, least);
    const y = (value) => box.foot - 2 - ((value - low) / (high - low || 1)) * (box.foot - box.top - 4);
    label(ctx, box, NAMES[vital], Math.round(Math.min(...values)), Math.round(Math.max(...values)));
    ctx.strokeStyle = color(hue);
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    let before = null;
    for (const [at, value] of shown) {
      if (value !== null) {
        if (before === null) ctx.moveTo(x(at), y(value));
        else ctx.lineTo(x(at), y(value));
      }
      before = value === null ? null : at;
    }
    ctx.stroke();
  }

  /** Makes it. `update(chair, now)` shows a chair; what was before it came is asked of the server. */
  chairside.recent = function recent() {
    const canvas = el("canvas", "recent-canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("Pressure, rate and saturation of the last 15 minutes"));
    const done = el("ul", "recent-done num");
    const box = el("div", "recent", canvas);
    const ctx = canvas.getContext("2d");
    let session = null;
    let asked = -Infinity;
    let series = { hr: [], spo2: [] };
    let size = "";
    let drawn = "";
    let seen = null; // [chair, now]

    function told(lines) {
      const rows = lines.map(({ at, text, by }) => `${chairside.dom.clock(at).slice(0, 5)} ${text}${by ? ` · ${by}` : ""}`);
      say(rows.length === 0 ? [t("Nothing was done in the last 30 minutes.")] : rows);
    }

    function say(none) {
      if (none.length === done.childElementCount && none.every((row, n) => done.children[n].textContent === row)) return;
      done.replaceChildren(...none.map((row) => el("li", "", row)));
    }

    async function fetchNow(id) {
      asked = performance.now();
      const signal = AbortSignal.timeout(chairside.unanswered.PATIENCE_MS);
      const answer = await fetch(`/recent/${encodeURIComponent(id)}`, { signal }).catch(() => null);
      if (id !== session) return;
      if (!answer?.ok) return say([t("What was done in the last 30 minutes does not come from the server now.")]);
      const { hr, spo2, done: lines } = await answer.json();
      series = { hr, spo2 };
      told(lines);
      drawn = "";
      if (seen) draw(...seen);
    }

    function live(chair, now) {
      for (const vital of Object.keys(series)) {
        const at = series[vital].at(-1)?.[0] ?? 0;
        const value = chair[vital]?.freshness === "live" ? chair[vital].value ?? null : null;
        if (now - at > GAP_MS * chairside.live.state.speed) series[vital].push([at + 1, null]);
        if (now - at >= 1000) series[vital].push([now, value]);
      }
    }

    function draw(chair, now) {
      const { clientWidth: width, clientHeight: height } = canvas;
      if (width < 80 || height < 60) return;
      const dense = window.devicePixelRatio || 1;
      if (size !== `${width} ${height} ${dense}`) {
        size = `${width} ${height} ${dense}`;
        [canvas.width, canvas.height] = [width * dense, height * dense];
      }
      const from = now - SPAN_MS;
      const x = (at) => LEFT_PX + ((at - from) / SPAN_MS) * (width - LEFT_PX - 4);
      const key = `${size} ${Math.round(now / 3000)} ${session} ${(chair.trend ?? []).length}`;
      if (key === drawn) return;
      drawn = key;
      ctx.setTransform(dense, 0, 0, dense, 0, 0);
      ctx.clearRect(0, 0, width, height);
      drawPressure(ctx, frame(ctx, width, height, "pressure"), x, from, chair);
      for (const vital of Object.keys(VITALS)) drawLine(ctx, frame(ctx, width, height, vital), x, from, vital, series[vital]);
      ctx.fillStyle = color("--dim");
      ctx.textAlign = "left";
      ctx.fillText("15 min ago", LEFT_PX, height - 3);
      ctx.textAlign = "right";
      ctx.fillText("now", width - 4, height - 3);
    }

    function update(chair, now) {
      const id = chair?.session?.id ?? null;
      if (id !== session) {
        [session, asked, series, drawn] = [id, -Infinity, { hr: [], spo2: [] }, ""];
        done.replaceChildren();
      }
      if (id === null) return;
      const may = chairside.me.role !== "" && chairside.me.role !== "wall";
      if (may && performance.now() - asked > EVERY_MS) fetchNow(id);
      live(chair, now);
      seen = [chair, now];
      draw(chair, now);
    }

    return { node: box, done, update, again: () => { asked = Math.min(asked, performance.now() - EVERY_MS + 1000); } };
  };
})((window.chairside ??= { views: {} }));
