"use strict";
// The devices of one chair: whether each is heard, since when, and what a technician would want to know.
(function (chairside) {
  const { t, decimal } = chairside;
  const { el, put, mark, clock } = chairside.dom;
  const STATES = { connected: t("connected"), connecting: t("connecting"), silent: t("silent"), disconnected: t("disconnected") };

  /** `75 s slow`: how far a foreign clock is off; empty where it shows none. */
  function off(aheadS) {
    if (aheadS === undefined || aheadS === null) return "";
    const by = decimal(Math.abs(aheadS));
    return aheadS > 0 ? t("{by} s fast", { by }) : aheadS < 0 ? t("{by} s slow", { by }) : t("exact");
  }

  /** What is worth a second line: the system's own words, skipped bytes, clocks. */
  function notes(device) {
    const [own, gateway] = [off(device.skew_s), off(device.gateway_skew_s)];
    return [
      device.detail && chairside.retold(device.detail),
      device.malformed > 0 && t("{n} bytes skipped", { n: device.malformed }),
      own && t("clock {how}", { how: own }),
      gateway && t("gateway's clock {how}", { how: gateway }),
    ].filter(Boolean).join(" · ");
  }

  function row(device) {
    const name = el("b", "", device.name);
    const state = el("span", "device-state");
    const more = el("span", "device-more num");
    const node = el("li", "device", el("div", "card-head", name, state), more);
    function update(now) {
      put(name, now.name);
      put(state, t("{state} since {time}", { state: STATES[now.state] ?? now.state, time: clock(now.since_ms) }));
      put(more, notes(now));
      mark(node, "state", now.state);
    }
    update(device);
    return { node, update };
  }

  function devices(container) {
    const { live } = chairside;
    const id = container.dataset.chair;
    const list = el("ul", "list");
    const rows = new Map();
    container.append(el("section", "card card-devices", el("h2", "card-title", t("Devices")), list));
    function sync() {
      const now = live.state.chairs[id]?.devices ?? [];
      for (const [name, { node }] of rows) {
        if (now.some((device) => device.id === name)) continue;
        node.remove();
        rows.delete(name);
      }
      for (const device of now) {
        if (rows.has(device.id)) rows.get(device.id).update(device);
        else {
          rows.set(device.id, row(device));
          list.append(rows.get(device.id).node);
        }
      }
      chairside.dom.show(container, now.length > 0);
    }
    sync();
    return live.subscribe({ frame: (changed) => changed.has(id) && sync() });
  }

  chairside.views["chair-devices"] = devices;
})((window.chairside ??= { views: {} }));
