"use strict";
// How many chairs fit beside each other, and in which form a tile then says the most. Pure: from sizes to sizes.
(function (chairside) {
  const GAP_PX = 10;
  const HEADING_PX = 28;
  const ROOMY = 1.3;
  const ROOMY_HEIGHT = 340;
  const WIDE = 560; // units
  const LIST_WIDTH = 330;
  const LIST_MOST = 1.3;

  /** The forms of a tile, the fullest first: the least box in which each can be read, its smallest words 16 px high. */
  const FORMS = [
    { form: "whole", width: 440, height: 290 },
    { form: "close", width: 298, height: 198 },
    { form: "tall", width: 244, height: 208 },
    { form: "short", width: 298, height: 160 },
    { form: "dense", width: 186, height: 111 },
  ];

  /** How far a form grows in a box, 1 being its least. Where there is plenty, the trend grows more than the words. */
  function growth({ width, height }, w, h) {
    const both = Math.min(w / width, h / height);
    return both <= ROOMY ? both : Math.max(ROOMY, Math.min(w / width, h / ROOMY_HEIGHT));
  }

  const sum = (numbers) => numbers.reduce((all, n) => all + n, 0);
  const most = (numbers) => numbers.reduce((a, b) => Math.max(a, b));
  const rowsOf = (counts, spans) => counts.map((count, n) => Math.ceil(count / spans[n]));

  /** Groups below each other, each over the whole width. */
  function stacked(counts, columns, headed) {
    const spans = counts.map(() => columns);
    const rows = rowsOf(counts, spans);
    return { columns, spans, rows, lines: sum(rows), headings: headed ? counts.length : 0, beside: false };
  }

  /** Groups beside each other under one line of headings; whichever is the highest gets the next column. */
  function beside(counts, columns) {
    const spans = counts.map(() => 1);
    for (let left = columns - counts.length; left > 0; left -= 1) {
      const rows = rowsOf(counts, spans);
      spans[rows.indexOf(most(rows))] += 1;
    }
    const rows = rowsOf(counts, spans);
    return { columns, spans, rows, lines: most(rows), headings: 1, beside: true };
  }

  /** Every way to lay out groups of so many tiles each. */
  function* ways(counts, headed) {
    for (let columns = 1; columns <= most(counts); columns += 1) yield stacked(counts, columns, headed);
    for (let columns = counts.length; headed && columns <= sum(counts); columns += 1) yield beside(counts, columns);
  }

  /** The way that says the most about groups of so many tiles each, with its `form` and `unit`; null where none can be read. */
  function fit(counts, width, height, headed = false) {
    let best = null;
    for (const way of ways(counts, headed)) {
      const free = height - way.headings * HEADING_PX - GAP_PX * (way.headings + way.lines - 1);
      const [w, h] = [(width - GAP_PX * (way.columns - 1)) / way.columns, free / way.lines];
      FORMS.forEach((of, rank) => {
        const unit = growth(of, w, h);
        if (unit < 1) return;
        if (best === null || rank < best.rank || (rank === best.rank && unit > best.unit)) best = { ...way, rank, unit, form: of.form, wide: rank === 0 && w / unit >= WIDE };
      });
    }
    return best;
  }

  /** The smallest form, which a window scrolls through when it cannot show all that is asked for at once. */
  function scrolled(counts, width, headed = false) {
    const of = FORMS.at(-1);
    const columns = Math.max(1, Math.floor((width + GAP_PX) / (of.width + GAP_PX)));
    const unit = (width - GAP_PX * (columns - 1)) / columns / of.width;
    return { ...stacked(counts, columns, headed), form: of.form, unit, row_px: of.height * unit };
  }

  /** One column that scrolls, for phones. */
  const list = (width) => ({ columns: 1, rows: [], form: "close", unit: Math.min(LIST_MOST, Math.max(1, width / LIST_WIDTH)) });

  /** Rows of a grid: a heading's line, so many tiles, and so on. */
  function template({ rows, lines, headings, beside: side, row_px: px }) {
    const row = px ? `${px}px` : "minmax(0, 1fr)";
    const heading = headings > 0 ? `${HEADING_PX}px ` : "";
    return side ? `${heading}repeat(${lines}, ${row})` : rows.map((n) => `${heading}repeat(${n}, ${row})`).join(" ");
  }

  /** Where groups that stand beside each other have their headings and tiles: `grid-area`s, group by group. */
  function areas(counts, { spans }) {
    let from = 1;
    return counts.map((count, n) => {
      const [start, span] = [from, spans[n]];
      from += span;
      const tiles = Array.from({ length: count }, (_, k) => `${2 + Math.floor(k / span)} / ${start + (k % span)}`);
      return { heading: `1 / ${start} / 2 / ${start + span}`, tiles };
    });
  }

  chairside.fit = { fit, scrolled, list, template, areas };
})((window.chairside ??= { views: {} }));
