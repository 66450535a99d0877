"use strict";
// What a demanding reader would measure on the page; each function returns what is wrong, in words.
window.measure = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const name = (node) => `${node.className}: ${node.textContent}`;
  const hasWords = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim());
  const worded = () => all(".page *").filter((node) => node.checkVisibility() && hasWords(node) && !node.closest(".sr-only"));

  /** Words outside the tile that they belong to. */
  function outside() {
    return all(".tile").flatMap((tile) => {
      const box = tile.getBoundingClientRect();
      return all("*", tile)
        .filter((node) => node.checkVisibility() && hasWords(node) && !node.matches(".strip-for"))
        .filter((node) => {
          const at = node.getBoundingClientRect();
          return at.right > box.right + 1 || at.bottom > box.bottom + 1 || at.left < box.left - 1 || at.top < box.top - 1;
        })
        .map(name);
    });
  }

  /** Whether a line of a node's words that is seen at all is not seen whole. */
  function clipped(node) {
    if (getComputedStyle(node).textOverflow === "ellipsis" && node.scrollWidth > node.clientWidth + 1) return true;
    const words = document.createRange();
    words.selectNodeContents(node);
    const box = node.getBoundingClientRect();
    return [...words.getClientRects()].some((at) => at.top < box.bottom - 2 && at.right > box.right + 1);
  }

  /** Words that must be read whole, and are cut. */
  function cut() {
    return all(".pressure, .number-value, .strip-text, .strip-short, .strip-brief, .tile-label, .tile-nurse, .tile-phase, .tile-time, .badge, .side, .number-when, .number-source, .strip-time, .strip-ack, .meta-taken, .meta-next, .tile-calm, .tile-notice")
      .filter((node) => node.checkVisibility() && clipped(node))
      .map(name);
  }

  /** Words smaller than so many pixels. */
  function small(least) {
    return worded().filter((node) => parseFloat(getComputedStyle(node).fontSize) < least).map(name);
  }

  const PARTS = ".tile-chair, .tile-label, .tile-time, .badge, .pressure, .side, .tile-meta, .number-name, .number-value, .number-note, .strip, .demo-tag";
  const SLACK = 4; // a number's box is higher than its digits

  /** Parts of a tile that lie over one another. */
  function overlaps() {
    return all(".tile").flatMap((tile) => {
      const parts = all(PARTS, tile).filter((node) => node.checkVisibility() && node.textContent.trim());
      const boxes = parts.map((node) => [node, node.getBoundingClientRect()]);
      const over = (p, q) => p.left < q.right - SLACK && q.left < p.right - SLACK
        && p.top < q.bottom - SLACK && q.top < p.bottom - SLACK;
      return boxes.flatMap(([a, p], n) =>
        boxes.slice(n + 1).filter(([, q]) => over(p, q)).map(([b]) => `${name(a)} over ${name(b)}`));
    });
  }

  function luminance(color) {
    const [r, g, b] = color.match(/[\d.]+/g).map((v) => Number(v) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  /** The first opaque colour behind a node. */
  function ground(node) {
    for (let at = node; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color.startsWith("rgb(")) return color;
    }
    return getComputedStyle(document.body).backgroundColor;
  }

  /** Words below 4.5 : 1 against what is behind them. */
  function faint() {
    return worded().filter((node) => !node.matches(".slash")).filter((node) => {
      const [dark, light] = [getComputedStyle(node).color, ground(node)].map(luminance).sort((x, y) => x - y);
      return (light + 0.05) / (dark + 0.05) < 4.5;
    }).map(name);
  }

  /** Frames of alarms below 3 : 1 against the page and the tile. */
  function paleSignals() {
    const grounds = ["--bg", "--tile"];
    const probe = document.body.appendChild(document.createElement("i"));
    const paint = (color) => {
      probe.style.color = color;
      return luminance(getComputedStyle(probe).color);
    };
    const found = ["--high", "--medium", "--low-signal"].flatMap((signal) => grounds.filter((ground) => {
      const [dark, light] = [paint(`var(${signal})`), paint(`var(${ground})`)].sort((x, y) => x - y);
      return (light + 0.05) / (dark + 0.05) < 3;
    }).map((ground) => `${signal} on ${ground}`));
    probe.remove();
    return found;
  }

  /** How often a second the frame of a tile's alarm flashes; 0 when it stands. */
  function flashes(selector) {
    const style = getComputedStyle(document.querySelector(selector), "::after");
    return style.animationName === "none" ? 0 : 1 / parseFloat(style.animationDuration);
  }

  return { outside, cut, small, overlaps, faint, paleSignals, flashes };
})();
