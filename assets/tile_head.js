"use strict";
// The head of a tile: chair, patient, nurse, badges, and where in the visit.
(function (chairside) {
  const { t } = chairside;
  const { el, put, mark, show } = chairside.dom;
  const reading = chairside.reading;
  const CIRCUMFERENCE = 2 * Math.PI * 16;

  function ring() {
    const SVG = "http://www.w3.org/2000/svg";
    const node = document.createElementNS(SVG, "svg");
    node.setAttribute("viewBox", "0 0 40 40");
    node.setAttribute("class", "ring");
    node.setAttribute("aria-hidden", "true");
    const [track, run] = ["ring-track", "ring-run"].map((name) => {
      const circle = document.createElementNS(SVG, "circle");
      for (const [key, value] of Object.entries({ cx: 20, cy: 20, r: 16, class: name })) circle.setAttribute(key, value);
      return circle;
    });
    node.append(track, run);
    let drawn = null;
    function update(part) {
      const length = `${(part * CIRCUMFERENCE).toFixed(1)} ${CIRCUMFERENCE.toFixed(1)}`;
      if (length === drawn) return;
      drawn = length;
      run.setAttribute("stroke-dasharray", length);
    }
    return { node, update };
  }

  /** This patient's limits are not the preset's; on small tiles a sign alone. */
  function limitsBadge() {
    const node = el("span", "badge badge-limits", "±", el("span", "badge-words", `\u00a0${t("limits")}`));
    node.title = t("limits changed for this patient");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", node.title);
    return { node, update: (chair) => show(node, (chair.session?.limit_changes ?? []).length > 0) };
  }

  /** Alarms of this chair are off: for tiles without room to say which and by whom. */
  function offBadge() {
    const icon = chairside.quiet.bell();
    const node = el("span", "badge badge-off", icon.node);
    icon.update("off");
    node.setAttribute("role", "img");
    return {
      node,
      update(lines) {
        show(node, lines.length > 0);
        if (node.title === lines.join("\n")) return;
        node.title = lines.join("\n");
        node.setAttribute("aria-label", node.title);
      },
    };
  }

  /** Who and where in the visit. What falls first where it gets narrow: the nurse, then the word "Infusion". */
  function tileHead() {
    const number = el("span", "tile-chair num");
    const label = el("span", "tile-label");
    const nurse = el("span", "tile-nurse");
    const demo = chairside.dom.dataTag();
    const limits = limitsBadge();
    const off = offBadge();
    const phase = el("span", "tile-phase");
    const clock = el("span", "tile-clock num");
    const planned = el("span", "tile-planned num");
    const brief = el("span", "tile-brief num");
    const circle = ring();
    const node = el("header", "tile-head", demo.node, number, label,
      el("span", "tile-aside tile-who", nurse), el("span", "tile-aside tile-where", phase), limits.node, off.node, el("span", "tile-time", clock, planned, brief), circle.node);

    let session = null;

    function update(chair, now) {
      session = chair.session ?? null;
      put(number, chair.label);
      put(label, session?.label ?? "");
      put(nurse, session?.nurse ?? "");
      demo.update(chair);
      mark(node, "phase", session?.phase ?? null);
      show(circle.node, session !== null);
      limits.update(chair);
      if (session === null) for (const part of [phase, clock, planned, brief]) put(part, "");
      tick(now);
    }

    function tick(now) {
      if (session === null) return;
      const shown = reading.progress(session, now);
      put(phase, shown.phase);
      put(clock, shown.clock);
      put(planned, shown.of);
      put(brief, shown.brief);
      circle.update(shown.part);
    }

    return { node, update, tick, off };
  }

  chairside.tileHead = tileHead;
  chairside.ring = ring;
})((window.chairside ??= { views: {} }));
