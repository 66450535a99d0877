"use strict";
// The live feed: one websocket, the newest state of every chair, the shown time, and who is told.
(function (chairside) {
  const FIRST_WAIT_MS = 250;
  const LONGEST_WAIT_MS = 3000;
  const SILENT_MS = 6000; // the server sends at least once a second: this link is dead, whatever TCP says
  const FAST_TICK_MS = 250; // where shown time runs faster than real time
  const NOT_SIGNED_IN = 1008;
  const EVERY_DELTA = new Set(["k", "turn", "at", "chairs"]);

  /** What the last frame said. A chair is the server's ChairView, key by key. */
  const state = {
    turn: null, at: 0, boot: null, demo: false, speed: 1, clinic: "",
    notices: [], alarms: [], flood: null, stations: { sound: 0, watching: 0 }, order: [], chairs: {},
  };

  const listeners = new Set();
  let socket = null;
  let wait = FIRST_WAIT_MS;
  let retry = 0;
  let heardAt = 0;
  let offset = null; // shown time less performance.now() · speed

  // ---- state ------------------------------------------------------------------------------------

  /** Takes a full frame. Returns the changes: chair → its changed keys, null meaning all of them. */
  function replace(frame) {
    Object.assign(state, {
      turn: frame.turn, at: frame.at, boot: frame.boot, demo: frame.demo ?? false, speed: frame.speed ?? 1,
      clinic: frame.clinic ?? "", notices: frame.notices ?? [], alarms: frame.alarms ?? [], flood: frame.flood ?? null,
      stations: frame.stations ?? { sound: 0, watching: 0 }, order: frame.order, chairs: frame.chairs,
    });
    offset = null;
    return new Map(frame.order.map((id) => [id, null]));
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /** A view with what a delta says of it: null takes a key away, an object of a chair goes on key by key. */
  function after(view, part, deep = true) {
    const next = { ...view };
    for (const [key, value] of Object.entries(part)) {
      if (value === null) delete next[key];
      else next[key] = deep && isObject(value) && isObject(view[key]) ? after(view[key], value, false) : value;
    }
    return next;
  }

  /** Takes a delta. Returns the changes as `replace` does. */
  function merge(frame) {
    state.turn = frame.turn;
    state.at = frame.at;
    if (frame.notices) state.notices = frame.notices;
    if (frame.flood !== undefined) state.flood = frame.flood;
    if (frame.alarms) state.alarms = frame.alarms;
    if (frame.stations) state.stations = frame.stations;
    const changed = new Map();
    for (const [id, part] of Object.entries(frame.chairs ?? {})) {
      state.chairs[id] = after(state.chairs[id], part);
      changed.set(id, new Set(Object.keys(part)));
    }
    return changed;
  }

  /** Anchors the shown time to the frame that came with the least delay, and anew after a step. */
  function setClock(at) {
    const heard = at - performance.now() * state.speed;
    if (offset === null || heard > offset || offset - heard > 1000 * state.speed) offset = heard;
  }

  /** Whether a frame tells more than that numbers moved on. */
  const isNews = (frame, changed) =>
    Object.keys(frame).some((key) => !EVERY_DELTA.has(key)) || [...changed.values()].some((keys) => !chairside.reading.onlyNumbers(keys));

  function apply(frame) {
    if (frame.k === "delta" && state.turn === null) return;
    const changed = frame.k === "full" ? replace(frame) : merge(frame);
    const news = isNews(frame, changed);
    setClock(frame.at);
    for (const listener of [...listeners]) {
      listener.frame?.(changed, frame.k === "full");
      if (news) listener.news?.();
      if (frame.k === "full") listener.tick?.(now());
    }
    // Written last, when everything is painted: this is what the watchdog looks at.
    document.documentElement.dataset.turn = String(state.turn);
  }

  /** The time that is shown, UTC milliseconds: the server's, never this machine's. */
  function now() {
    return offset === null ? state.at : offset + performance.now() * state.speed;
  }

  /** Tells a listener everything that is known. */
  function tellAll(listener) {
    if (state.turn === null) return;
    listener.frame?.(new Map(state.order.map((id) => [id, null])), true);
    listener.news?.();
    listener.tick?.(now());
  }

  /** Calls `listener.frame(changed, whole)` with every frame, `news()` where more than numbers moved, `tick(now)` every second. */
  function subscribe(listener) {
    listeners.add(listener);
    tellAll(listener);
    return () => listeners.delete(listener);
  }

  // ---- the link ---------------------------------------------------------------------------------

  function connect() {
    clearTimeout(retry);
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(`${scheme}//${window.location.host}/live`);
    let heard = false;
    const heardBefore = state.turn !== null;
    socket = opened;
    heardAt = performance.now();
    opened.onopen = () => {
      report();
      if (heardBefore) chairside.me.refresh(); // the server may be another one now
    };
    opened.onmessage = (event) => {
      if (opened !== socket) return;
      heard = true;
      heardAt = performance.now();
      live.connected = true;
      take(event.data);
    };
    opened.onclose = (event) => {
      if (opened !== socket) return;
      live.connected = false;
      if (event.code === NOT_SIGNED_IN) toSignIn();
      else if (!heard) signedInOrLeave();
      later();
    };
  }

  /** Applies a frame. One that could not be painted whole leaves nothing to build on: begin anew, with all of it. */
  function take(text) {
    try {
      apply(JSON.parse(text));
      wait = FIRST_WAIT_MS;
    } catch (error) {
      drop();
      later();
      throw error;
    }
  }

  /** Tries again after a wait that doubles up to 3 s and differs from screen to screen. */
  function later() {
    clearTimeout(retry);
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }

  /** Lets go of this link; nothing that it still delivers is shown. */
  function drop() {
    const old = socket;
    socket = null;
    live.connected = false;
    old?.close();
  }

  function reconnect() {
    drop();
    connect();
  }

  /** A refused handshake looks like any broken link to a browser, so ask whether we are signed in. */
  async function signedInOrLeave() {
    try {
      const answer = await fetch("/me");
      if (answer.status === 401) toSignIn();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no network: the next try will tell
    }
  }

  function toSignIn() {
    window.location.assign("/login");
  }

  // ---- what this station says of itself ---------------------------------------------------------

  function stationId() {
    let id = localStorage.getItem("station");
    if (id === null) {
      const bytes = crypto.getRandomValues(new Uint8Array(8));
      id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      localStorage.setItem("station", id);
    }
    return id;
  }

  /** Tells the server who watches what, and whether an alarm would be heard here. */
  function report() {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const sound = chairside.sound?.state ?? "off";
    socket.send(JSON.stringify({ station: stationId(), sound, page: window.location.pathname }));
  }

  // ---- time passes ------------------------------------------------------------------------------

  function tick() {
    const toNextSecond = 1000 - (now() % 1000);
    setTimeout(tick, state.speed === 1 ? toNextSecond + 5 : FAST_TICK_MS);
    if (performance.now() - heardAt > SILENT_MS) reconnect();
    if (state.turn !== null) for (const listener of [...listeners]) listener.tick?.(now());
  }

  const retell = () => listeners.forEach(tellAll);

  const live = { state, connected: false, now, subscribe, retell, reconnect, report };
  chairside.live = live;

  document.addEventListener("DOMContentLoaded", () => {
    connect();
    tick();
    window.addEventListener("online", reconnect);
  });
})((window.chairside ??= { views: {} }));
