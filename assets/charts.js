"use strict";
// Draws the charts that Dash's callbacks describe: each figure once, and the newest where several wait.
(function (chairside) {
  const { t, w } = chairside;
  const { el } = chairside.dom;
  const WITH_CHARTS = /^\/(chair|visit)\//;
  const CONFIG = {
    displaylogo: false,
    doubleClick: false, // Plotly's own goes back to the span of the first figure, which leaves out what came since
    plotlyServerURL: "",
  };
  /** What Plotly itself says on and about its buttons. */
  const PLOTLYS = [
    w("Zoom"), w("Pan"), w("Zoom in"), w("Zoom out"), w("Download plot as a PNG"), w("Double-click to zoom back out"),
    w("Taking snapshot - this may take a few seconds"), w("Snapshot succeeded"), w("Sorry, there was a problem downloading your snapshot!"),
  ];

  const figures = new Map(); // place → its newest figure
  const plots = new Map(); // place → what draws there
  let library = null;
  let asked = ""; // the size and the theme that the newest figure was asked for

  /** Plotly, fetched once: with the page where it has charts, so that it is there when their figure comes. */
  function plotly() {
    library ??= new Promise((resolve, reject) => {
      const script = el("script");
      script.src = document.documentElement.dataset.plotly;
      script.onload = () => setTimeout(() => resolve(window.Plotly)); // the first drawing is a task of its own
      script.onerror = () => {
        library = null;
        script.remove();
        reject(new Error("the charts' library did not load"));
      };
      document.head.append(script);
    });
    return library;
  }

  /** How a chart is used, in the language of whoever looks; a small one has no buttons. */
  function config(small) {
    const locale = chairside.language.current;
    const dictionary = Object.fromEntries(PLOTLYS.map((text) => [text, t(text)]));
    const whole = { name: "whole", title: t("Whole visit"), icon: window.Plotly.Icons.home, click: showWhole };
    // Named one by one: Plotly's own choice has one that would send the chart abroad.
    const modeBarButtons = [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", whole, "toImage"]];
    return { ...CONFIG, locale, locales: { [locale]: { dictionary, format: {} } }, modeBarButtons, ...(small ? { displayModeBar: false } : {}) };
  }

  /** Zooms out to the visit as far as it has come. */
  const showWhole = (node) => window.Plotly.relayout(node, { "xaxis.range": [...node.layout.meta.whole] });

  /** Whether somebody zoomed into what a chart shows. */
  const zoomed = ({ meta, xaxis }) => Boolean(meta) && String(xaxis.range) !== String(meta.whole);

  /** What is looked at stays with the visit, though a figure was asked for while something else was. */
  function axis(looked, { meta, xaxis, uirevision }) {
    if (!meta) return xaxis;
    const stays = looked?.uirevision === uirevision && zoomed(looked);
    const moved = stays ? (looked.meta.zero_ms - meta.zero_ms) / 60000 : 0;
    const range = stays ? looked.xaxis.range.map((minute) => minute + moved) : [...meta.whole];
    return { ...xaxis, range, uirevision: false };
  }

  /** Ends the task of whoever brought a figure: drawing takes long enough alone. */
  const ownTask = () => new Promise((resolve) => { setTimeout(resolve); });

  const sizeOf = (node) => `${node.clientWidth} ${node.clientHeight}`;
  const theme = () => document.documentElement.dataset.theme;

  /** A chart in a container that a page rendered: drawn while the container has a size, and as large as it. */
  function plot(container) {
    const place = container.id;
    const node = el("div", "chart-plot");
    const shown = { node, size: "", width: 0, bringUpToDate };
    let use = null;
    let drawn = null; // the figure that is seen
    let drawnSize = "";
    let busy = false;
    let gone = false;

    async function bringUpToDate() {
      const upToDate = () => figures.get(place) === drawn && shown.size === drawnSize;
      const possible = () => !gone && shown.width > 0 && figures.has(place);
      if (busy || !possible() || upToDate()) return;
      busy = true;
      try {
        const { react, Plots } = await plotly();
        while (possible() && !upToDate()) {
          await ownTask();
          if (!possible()) return;
          const newest = figures.get(place);
          drawnSize = shown.size;
          if (newest === drawn) {
            await Plots.resize(node);
            continue;
          }
          const layout = structuredClone(newest.layout);
          layout.xaxis = axis(node.layout, layout);
          await react(node, newest.data, layout, (use ??= config(container.dataset.small !== undefined)));
          if (!drawn && layout.meta) node.on("plotly_doubleclick", () => showWhole(node));
          drawn = newest;
        }
      } finally {
        busy = false;
      }
    }

    // Sizes are looked at here only: where something was just written it would mean another layout.
    const watch = new ResizeObserver(() => {
      shown.width = node.clientHeight && node.clientWidth;
      shown.size = sizeOf(node);
      bringUpToDate();
    });
    container.append(node);
    watch.observe(node);
    plots.set(place, shown);
    return function unmount() {
      gone = true;
      watch.disconnect();
      figures.delete(place);
      plots.delete(place);
      window.Plotly?.purge(node);
    };
  }

  /** Takes the newest figure of a place; one that is not on the page yet draws it when it comes. */
  function draw(place, figure) {
    if (!figure) return;
    figures.set(place, figure);
    plots.get(place)?.bringUpToDate();
  }

  /** What a figure is asked for with: how large the charts are, in which theme, and where somebody zoomed to. */
  function screen() {
    const column = document.querySelector(".chair-charts");
    const node = column?.querySelector(".chart-plot");
    const hidden = node?.closest("[hidden]");
    if (hidden) hidden.hidden = false; // as large as it will be; nobody sees it before the next line but one
    const column_px = column?.clientWidth || document.documentElement.clientWidth;
    const height_px = node?.clientHeight || undefined;
    if (node) asked = `${sizeOf(node)} ${theme()}`;
    if (hidden) hidden.hidden = true;
    const { meta, xaxis } = node?.layout ?? {};
    const zoom = node?.layout && zoomed(node.layout) ? { zero_ms: meta.zero_ms, zoom: xaxis.range } : {};
    return { column_px, height_px, theme: theme(), ...zoom };
  }

  /** Whether a chart stands in another size or theme than its figure was asked for. */
  function outgrown(place) {
    const { size, width } = plots.get(place) ?? {};
    return Boolean(width) && `${size} ${theme()}` !== asked;
  }

  /** How much time a pixel of a chart shows, milliseconds; 0 while it is not drawn. */
  function pixelMs(place) {
    const { node, width } = plots.get(place) ?? {};
    const { xaxis, margin } = node?.layout ?? {};
    return xaxis ? ((xaxis.range[1] - xaxis.range[0]) * 60000) / Math.max(1, width - margin.l - margin.r) : 0;
  }

  const known = Boolean(document.documentElement.dataset.plotly);
  if (known && WITH_CHARTS.test(window.location.pathname)) plotly().catch(() => {}); // the first figure asks again
  chairside.charts = { draw, screen, outgrown, pixelMs };
  chairside.views.charts = plot;
})((window.chairside ??= { views: {} }));
