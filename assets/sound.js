"use strict";
// Whether an alarm would be heard here, proven again every second, and the sounding of alarms while they ask for it.
//
// States: armed (audio runs), blocked (the browser holds it back until somebody touches the page), off (switched off).
(function (chairside) {
  const LOCK = "chairside-sound"; // one tab of a machine sounds
  const STUCK_MS = 1500; // a browser can call audio running that stands still
  const COVERED_S = 10; // a dead page is told in sound too, after this
  const CUT_S = 0.03;
  const REMINDS_MS = 6000; // a reminder that comes to light later is over

  const sound = { state: "blocked", elsewhere: false, priority: null, reminders: 0, onchange: new Set(), toggle };
  let ctx = null;
  let audioTime = 0;
  let movedAt = -Infinity; // when the audio clock last ran
  let give = null; // gives this machine's place to sound from to another tab
  let ours = false; // this tab has that place
  let sounded = new Set(); // occurrences that were already heard
  const reminded = new Map(); // chair → when it was last recalled that it is quiet
  let playing = null; // { priority, out, again } with `again` on the audio clock

  const wanted = () => localStorage.getItem("sound") !== "off";

  // ---- arming -----------------------------------------------------------------------------------

  function context() {
    ctx ??= new AudioContext({ latencyHint: "interactive" });
    return ctx;
  }

  /** Tries to start the audio; a browser allows it only after somebody touched the page. */
  async function arm() {
    await context().resume();
    movedAt = performance.now();
    prove();
    if (runs()) chairside.burst.selfTest(ctx, ctx.destination);
  }

  function toggle() {
    const off = sound.state === "armed";
    localStorage.setItem("sound", off ? "off" : "on");
    if (off) prove();
    else arm();
  }

  /** Any touch will do where sound is wanted; the button has its own. */
  function touched(event) {
    if (!runs() && wanted() && !event.target.closest?.(".sound")) arm();
  }

  /** Whether audio runs: its own clock must move, whatever the browser calls its state. */
  function runs() {
    if (ctx === null || ctx.state !== "running") return false;
    if (ctx.currentTime > audioTime) {
      audioTime = ctx.currentTime;
      movedAt = performance.now();
    }
    return performance.now() - movedAt < STUCK_MS;
  }

  /** Finds out anew whether an alarm would be heard from this machine, and tells the bar and the server. */
  function prove() {
    const audible = wanted() && runs();
    if (audible) claim();
    else release();
    show(!wanted() ? "off" : audible || sound.elsewhere ? "armed" : "blocked");
  }

  function show(state) {
    if (state === sound.state) return;
    sound.state = state;
    tell();
    chairside.live.report();
  }

  function tell() {
    for (const listener of sound.onchange) listener();
  }

  /** Waits for this machine's one place to sound from. */
  function claim() {
    if (give !== null) return;
    const kept = new Promise((resolve) => { give = resolve; });
    const mine = give;
    const take = () => {
      ours = give === mine;
      return kept;
    };
    if (navigator.locks === undefined) take();
    else navigator.locks.request(LOCK, take);
  }

  function release() {
    silence();
    give?.();
    give = null;
    ours = false;
  }

  /** Another tab of this machine that sounds is as good as this one. */
  async function lookElsewhere() {
    if (navigator.locks === undefined) return;
    const { held } = await navigator.locks.query();
    const elsewhere = !ours && held.some((lock) => lock.name === LOCK);
    if (elsewhere === sound.elsewhere) return;
    sound.elsewhere = elsewhere;
    prove();
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
    const audible = chairside.reading.everyAlarm(chairside.live.state).filter(chairside.reading.callsHere);
    const ids = new Set(audible.map((alarm) => `${alarm.id} ${alarm.priority}`));
    const fresh = [...ids].some((id) => !sounded.has(id));
    sounded = ids;
    const covered = chairside.watchdog.coveredFor() > COVERED_S;
    const priority = ["high", "medium", "low"].find((level) =>
      audible.some((alarm) => alarm.priority === level) || (covered && level === "medium"));
    return { priority: priority ?? null, fresh };
  }

  /** Whether a chair was recalled just now to a role that is here; an alarm that sounds says more. */
  function remind() {
    const { live, me } = chairside;
    let now = false;
    for (const chair of Object.values(live.state.chairs)) {
      const at = chair.reminder_ms ?? null;
      if (at === null || reminded.get(chair.id) === at) continue;
      reminded.set(chair.id, at);
      now ||= live.now() - at < REMINDS_MS * live.state.speed && (chair.reminder_roles ?? []).includes(me.role);
    }
    return now;
  }

  /** Sounds the highest alarm that asks for it: a new one at once, a standing one at its interval. */
  function listen() {
    prove();
    lookElsewhere();
    if (!ours) return;
    const { live } = chairside;
    const { priority, fresh } = demand();
    const recalled = remind();
    if (recalled && priority === null) {
      chairside.burst.reminder(ctx, ctx.destination);
      sound.reminders += 1;
    }
    if (priority === null) silence();
    else if (playing?.priority !== priority || (fresh && live.state.flood === null) || ctx.currentTime >= playing.again) play(priority);
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
