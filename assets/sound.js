"use strict";
// Whether an alarm would be heard here, proven again every second, and the sounding of alarms while they ask for it.
//
// States: armed; high_only (a treatment room, where nothing below high sounds); unheard (somebody said that the test
// was not heard); blocked (the browser holds the sound back until somebody touches the page); off (switched off).
(function (chairside) {
  const STUCK_MS = 1500; // a browser can call audio running that stands still
  const COVERED_S = 10; // a dead page is told in sound too, after this
  const CUT_S = 0.03;
  const REMINDS_MS = 6000; // a reminder that comes to light later is over
  const FLOOR = 30; // the least volume, percent: 10 dB below the full one
  const ALLOWED_MS = 3000; // so long a browser may take to let the sound begin: Firefox opens the loudspeaker first
  const TESTED_S = 1.5; // so long after its beginning a test was played or is not
  const PLAYED = 0.005; // level at which it was

  const sound = { FLOOR, state: "blocked", elsewhere: false, asking: false, played: null, priority: null, reminders: 0,
    onchange: new Set(), test, heard, off, volume, setVolume, quietRoom, setQuietRoom, tested };
  const { place } = chairside;
  let ctx = null;
  let master = null; // the station's volume
  let ear = null; // what was sent to the loudspeaker of late
  let audioTime = 0;
  let movedAt = -Infinity; // when the audio clock last ran
  let sounded = new Set(); // occurrences that were already heard
  const reminded = new Map(); // chair → when it was last recalled that it is quiet
  let tries = 0;
  let playing = null; // { priority, cut, again } with `again` on the audio clock

  const wanted = () => localStorage.getItem("sound") !== "off";

  // ---- what this station was told, and remembers --------------------------------------------------

  /** Percent, never below the floor. */
  function volume() {
    const kept = Number(localStorage.getItem("volume") ?? 100);
    return Number.isFinite(kept) ? Math.min(100, Math.max(FLOOR, kept)) : 100;
  }

  function setVolume(percent) {
    localStorage.setItem("volume", String(percent));
    if (ctx !== null) out();
    if (runs() && playing === null) chairside.burst.reminder(ctx, out());
    tell();
  }

  function quietRoom() {
    return localStorage.getItem("quietRoom") === "yes";
  }

  function setQuietRoom(quiet) {
    localStorage.setItem("quietRoom", quiet ? "yes" : "no");
    prove();
    tell();
  }

  /** The last test that somebody answered: { at, by, heard }, null before the first. */
  function tested() {
    return JSON.parse(localStorage.getItem("soundTest") ?? "null");
  }

  // ---- arming -----------------------------------------------------------------------------------

  function context() {
    if (ctx !== null) return ctx;
    ctx = new AudioContext({ latencyHint: "interactive" });
    master = ctx.createGain();
    ear = ctx.createAnalyser();
    ear.fftSize = 32768;
    master.connect(ear).connect(ctx.destination);
    ctx.addEventListener("statechange", prove);
    return ctx;
  }

  /** Where everything goes that sounds here. */
  function out() {
    master.gain.value = volume() / 100;
    return master;
  }

  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

  /** Starts the audio, which a browser allows only after somebody touched the page, and plays two tones, like no alarm. */
  async function test() {
    localStorage.setItem("sound", "on");
    const mine = (tries += 1);
    await Promise.race([wake(), pause(ALLOWED_MS)]);
    if (mine !== tries) return; // pressed again meanwhile
    movedAt = performance.now();
    prove();
    sound.asking = runs();
    sound.played = runs() ? await played() : false;
    tell();
  }

  /** Whether this browser sent the two tones to its loudspeaker. */
  async function played() {
    chairside.burst.selfTest(ctx, out());
    tell();
    const until = ctx.currentTime + TESTED_S;
    const wave = new Float32Array(ear.fftSize);
    while (runs() && ctx.currentTime < until) {
      await pause(100);
      ear.getFloatTimeDomainData(wave);
      if (wave.some((level) => Math.abs(level) > PLAYED)) return true;
    }
    return false;
  }

  /** What somebody who listened says of the test. */
  function heard(was) {
    const { live, me } = chairside;
    localStorage.setItem("soundTest", JSON.stringify({ at: live.now(), by: me.display, heard: was }));
    sound.asking = false;
    prove();
    tell();
  }

  function off() {
    localStorage.setItem("sound", "off");
    sound.asking = false;
    prove();
    tell();
  }

  /** Lets the audio run, or run again where it stands still; a browser that will not, says so by its state. */
  async function wake() {
    const audio = context();
    const standing = audio.state === "running" && !runs();
    await Promise.allSettled([...(standing ? [audio.suspend()] : []), audio.resume()]);
  }

  /** What Safari interrupted, for a call or an app in front of it, needs no new touch once that is over. */
  function goOn() {
    if (wanted() && ctx?.state === "interrupted" && !document.hidden) wake();
  }

  /**
   * Any touch will do where sound is wanted; what is about the sound has buttons of its own. Of a mouse the press counts
   * as a touch for a browser, of a finger or a pen the end of it.
   */
  function touched(event) {
    if (event.type !== "keydown" && (event.type === "pointerdown") !== (event.pointerType === "mouse")) return;
    if (!runs() && wanted() && !event.target.closest?.(".sound, .sound-menu, .sound-step")) test();
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
    if (audible) place.claim();
    else {
      silence();
      place.release();
    }
    show(audible);
  }

  function show(audible) {
    const states = [[!wanted(), "off"], [!audible && !sound.elsewhere, "blocked"], [tested()?.heard === false, "unheard"],
      [quietRoom(), "high_only"], [true, "armed"]];
    const [, state] = states.find(([holds]) => holds);
    if (state === sound.state) return;
    sound.state = state;
    tell();
    chairside.live.report();
  }

  function tell() {
    for (const listener of sound.onchange) listener();
  }

  /** Another tab of this machine that sounds is as good as this one. */
  async function lookElsewhere() {
    await place.look();
    if (place.elsewhere === sound.elsewhere) return;
    sound.elsewhere = place.elsewhere;
    prove();
    tell();
  }

  // ---- sounding ---------------------------------------------------------------------------------

  function silence() {
    if (playing === null) return;
    playing.cut.gain.setTargetAtTime(0, ctx.currentTime, CUT_S);
    playing = null;
    sound.priority = null;
  }

  function play(priority) {
    silence();
    const cut = ctx.createGain();
    cut.connect(out());
    const at = ctx.currentTime + 0.02;
    chairside.burst.schedule(ctx, cut, priority, at);
    const { PATTERNS, length } = chairside.burst;
    playing = { priority, cut, again: at + length(PATTERNS[priority]) + PATTERNS[priority].every_s };
    sound.priority = priority;
  }

  /** What asks for sound now: the highest priority, and whether any of it was never heard. */
  function demand() {
    const quiet = quietRoom();
    const audible = chairside.reading.everyAlarm(chairside.live.state).filter(chairside.reading.callsHere)
      .filter((alarm) => !quiet || alarm.priority === "high");
    const ids = new Set(audible.map((alarm) => `${alarm.id} ${alarm.priority}`));
    const fresh = [...ids].some((id) => !sounded.has(id));
    sounded = ids;
    const covered = !quiet && chairside.watchdog.coveredFor() > COVERED_S;
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
    return now && !quietRoom();
  }

  /** Sounds the highest alarm that asks for it: a new one at once, a standing one at its interval. */
  function listen() {
    goOn();
    prove();
    if (!place.ours) return;
    const { live } = chairside;
    const { priority, fresh } = demand();
    const recalled = remind();
    if (recalled && priority === null) {
      chairside.burst.reminder(ctx, out());
      sound.reminders += 1;
    }
    if (priority === null) silence();
    else if (playing?.priority !== priority || (fresh && live.state.flood === null) || ctx.currentTime >= playing.again) play(priority);
  }

  chairside.sound = sound;

  document.addEventListener("DOMContentLoaded", () => {
    if (wanted()) context();
    window.addEventListener("storage", tell); // another tab of this machine was told something
    for (const name of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(name, touched, true);
    chairside.live.subscribe({ news: listen });
    const look = () => {
      listen();
      lookElsewhere();
    };
    setInterval(look, 1000);
    document.addEventListener("visibilitychange", look);
    look();
  });
})((window.chairside ??= { views: {} }));
