"use strict";
// Nodes that are written only when they change, and how times are put into words.
// Files are loaded by name: those that begin with _ come first, the others stand on them.
(function (chairside) {
  /** Makes an element. Children are elements or plain text, never markup. */
  function el(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  }

  /** Makes a button that cannot submit a form by accident. */
  function button(className, label = "") {
    const node = el("button", className, label);
    node.type = "button";
    return node;
  }

  /** Writes an element's one text node, if the text is another one. */
  function put(node, text) {
    const written = node.firstChild ?? node.appendChild(document.createTextNode(""));
    if (written.nodeValue !== text) written.nodeValue = text;
  }

  /** Writes a data attribute, if it is another one; null takes it away. */
  function mark(node, name, value) {
    if (value === null || value === false) {
      if (name in node.dataset) delete node.dataset[name];
    } else if (node.dataset[name] !== String(value)) {
      node.dataset[name] = String(value);
    }
  }

  function show(node, visible) {
    if (node.hasAttribute("hidden") === visible) node.toggleAttribute("hidden", !visible);
  }

  /** What stands beside a chair whose data are no patient's: DEMO, or REPLAY where they were recorded. */
  function dataTag() {
    const node = el("span", "demo-tag");
    function update(chair) {
      put(node, chair.replay ? "REPLAY" : "DEMO");
      show(node, Boolean(chair.demo));
    }
    return { node, update };
  }

  const two = (n) => String(n).padStart(2, "0");
  const DIGITS = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

  /** The clinic's time zone; this screen's own where it is not known here. */
  function format() {
    try {
      return new Intl.DateTimeFormat(chairside.language.current, { ...DIGITS, timeZone: chairside.zone ?? undefined });
    } catch {
      return new Intl.DateTimeFormat("en", DIGITS);
    }
  }

  const localTime = format();

  /** 14:32:07, by the clinic's clock. */
  const clock = (ms) => localTime.format(ms);

  /** 31:51, or 1:02:40 from an hour on: a stopwatch. */
  function stopwatch(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    const h = Math.floor(s / 3600);
    const m = Math.floor(s / 60) % 60;
    return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  }

  /** 40 s, 14 min, 2 h 5 min: an age. No-break spaces keep number and unit together. */
  function age(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    if (s < 60) return `${s}\u00a0s`;
    const m = Math.floor(s / 60);
    return m < 60 ? `${m}\u00a0min` : `${Math.floor(m / 60)}\u00a0h\u00a0${m % 60}\u00a0min`;
  }

  chairside.dom = { el, button, put, mark, show, dataTag, clock, stopwatch, age };
})((window.chairside ??= { views: {} }));
