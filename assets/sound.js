"use strict";
// Whether an alarm would be heard here, proven again every second, and the sounding of alarms while they ask for it.
//
// States: armed (audio runs), blocked (the browser holds it back until somebody touches the page), off (switched off).
(function (chairside) {
  const LOCK = "chairside-sound"; // one tab of a machine sounds
  const COVERED_S = 10; // a dead page is told in sound too, after this
  const CUT_S = 0.03;

  const sound = { state: "blocked", elsewhere: false, priority: null, onchange: new Set(), toggle };
  let ctx = null;
  let ours = false; // this tab holds the machine's lock
  let asked = false;
  let provenAt = -1;
  let sounded = new Set(); // occurrences that were already heard
  let playing = null; // { priority, cut, again } with `again` on the audio clock

  const wanted = () => localStorage.getItem("sound") !== "off";

  function set(state) {
    if (state === sound.state) return;
    sound.state = state;
    tell();
    chairside.live.report();
  }

  function tell() {
    for (const listener of sound.onchange) listener();
  }

  // ---- arming -----------------------------------------------------------------------------------

  function context() {
    ctx ??= new AudioContext({ latencyHint: "interactive" });
    return ctx;
  }

  /** Tries to start the audio; a browser allows it only after somebody touched the page. */
  async function arm() {
    await context().resume();
    prove();
    if (sound.state === "armed") chairside.burst.selfTest(ctx, ctx.destination);
  }

  function toggle() {
    if (sound.state === "armed") {
      localStorage.setItem("sound", "off");
      silence();
      set("off");
    } else {
      localStorage.setItem("sound", "on");
      arm();
    }
  }

  /** Any touch will do where sound is wanted; the button has its own. */
  function touched(event) {
    if (sound.state === "blocked" && wanted() && !event.target.closest?.(".sound")) arm();
  }

  /** Says "armed" only of a clock that runs: a browser can call a context running that gives no sound. */
  function prove() {
    if (!wanted()) return set("off");
    const runs = ctx !== null && ctx.state === "running" && (provenAt < 0 || ctx.currentTime > provenAt);
    if (runs) provenAt = ctx.currentTime;
    set(runs ? "armed" : "blocked");
    if (runs && !asked) claim();
    return undefined;
  }

  /** Waits for this machine's one place to sound from; given back when the tab is closed. */
  function claim() {
    asked = true;
    if (navigator.locks === undefined) {
      ours = true;
      return;
    }
    navigator.locks.request(LOCK, () => {
      ours = true;
      return new Promise(() => {});
    });
  }

  /** Another tab of this machine that sounds is as good as this one. */
  async function lookElsewhere() {
    if (ours || navigator.locks === undefined) return;
    const { held } = await navigator.locks.query();
    const elsewhere = !ours && held.some((lock) => lock.name === LOCK);
    if (elsewhere === sound.elsewhere) return;
    sound.elsewhere = elsewhere;
    tell();
  }

  // ---- sounding ---------------------------------------------------------------------------------

  function silence() {
    if (playing === null) return;
    playing.out.gain.setTargetAtTime(0, ctx.currentTime, CUT_S);
    playing = null;
    sound.priority = null;
  }

  function play(priority) {
    silence();
    const out = ctx.createGain();
    out.connect(ctx.destination);
    const at = ctx.currentTime + 0.02;
    chairside.burst.schedule(ctx, out, priority, at);
    const { PATTERNS, length } = chairside.burst;
    playing = { priority, out, again: at + length(PATTERNS[priority]) + PATTERNS[priority].every_s };
    sound.priority = priority;
  }

  /** What asks for sound now: the highest priority, and whether any of it was never heard. */
  function demand() {
    const audible = Object.values(chairside.live.state.chairs)
      .flatMap((chair) => chair.alarms ?? []).filter((alarm) => alarm.audible);
    const ids = new Set(audible.map((alarm) => alarm.id + alarm.priority));
    const fresh = [...ids].some((id) => !sounded.has(id));
    sounded = ids;
    if (audible.some((alarm) => alarm.priority === "high")) return { priority: "high", fresh };
    if (audible.length > 0) return { priority: "medium", fresh };
    return { priority: chairside.watchdog.coveredFor() > COVERED_S ? "medium" : null, fresh: false };
  }

  /** Sounds the highest alarm that asks for it: a new one at once, a standing one at its interval. */
  function listen() {
    prove();
    lookElsewhere();
    if (sound.state !== "armed" || !ours) return;
    const { priority, fresh } = demand();
    if (priority === null) silence();
    else if (playing?.priority !== priority || fresh || ctx.currentTime >= playing.again) play(priority);
  }

  chairside.sound = sound;

  document.addEventListener("DOMContentLoaded", () => {
    if (wanted()) context();
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, touched, true);
    chairside.live.subscribe({ frame: listen });
    setInterval(listen, 1000);
    listen();
  });
})((window.chairside ??= { views: {} }));
