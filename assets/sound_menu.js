"use strict";
// The sound of this station: the button in the bar, what lies behind it, and its test at the beginning of a shift.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, mark, show, clock } = chairside.dom;
  const SHIFT = "shift"; // kept by this tab from the sign-in until the test was answered or put off
  const SILENT = ["off", "blocked", "unheard"];
  const TITLES = {
    armed: t("Sound: test, volume, treatment room, off"),
    high_only: t("Sound: test, volume, treatment room, off"),
    unheard: t("Somebody did not hear the test: mend the loudspeaker, then test again"),
    off: t("Press to switch the sound on"),
    blocked: t("The browser holds the sound back: press to switch it on"),
  };
  const beginners = new Set();

  /** What the last test showed, in words. */
  function result() {
    const { sound } = chairside;
    const last = sound.tested();
    if (sound.asking) return t("Did you hear two tones?");
    if (sound.played === false) return t("This browser played nothing. Press again.");
    if (last === null) return t("Not tested here yet.");
    const said = { time: clock(last.at), who: last.by };
    return last.heard ? t("Heard at {time} by {who}.", said) : t("Not heard at {time} by {who}: this station counts as silent.", said);
  }

  /** Plays the test and asks whether it was heard; `done` is called with an answer. */
  function trial(name, done) {
    const { sound } = chairside;
    const play = button("button sound-play");
    const yes = button("button button-primary sound-yes", t("Yes"));
    const no = button("button sound-no", t("No"));
    const words = el("p", "sound-result");
    words.setAttribute("role", "status");
    play.addEventListener("click", () => sound.test());
    for (const [node, was] of [[yes, true], [no, false]]) {
      node.addEventListener("click", () => {
        sound.heard(was);
        done(was);
      });
    }
    function paint() {
      put(words, result());
      put(play, sound.asking ? t("Test again") : name);
      for (const node of [yes, no]) show(node, sound.asking);
    }
    return { node: el("div", "sound-trial", play, words, yes, no), paint };
  }

  function slider() {
    const { sound } = chairside;
    const level = el("output", "num");
    const input = el("input");
    Object.assign(input, { type: "range", min: String(sound.FLOOR), max: "100", step: "10" });
    input.addEventListener("change", () => sound.setVolume(Number(input.value)));
    const node = el("label", "sound-volume", el("span", "", t("Volume")), input, level);
    function paint() {
      input.value = String(sound.volume());
      put(level, `${sound.volume()} %`);
    }
    return { node, paint };
  }

  function room() {
    const { sound } = chairside;
    const box = el("input");
    box.type = "checkbox";
    box.addEventListener("change", () => sound.setQuietRoom(box.checked));
    const node = el("label", "sound-room", box, el("span", "", t("Treatment room: only high alarms sound here")));
    return { node, paint: () => { box.checked = sound.quietRoom(); } };
  }

  /** The button in the bar and its menu. What cannot sound is switched on and tested by the same press. */
  chairside.soundMenu = function soundMenu() {
    const { sound } = chairside;
    const open = button("sound");
    const word = open.appendChild(el("span"));
    open.dataset.widest = t("SOUND OFF");
    const parts = [trial(t("Test the sound"), () => opened.close()), slider(), room()];
    const off = button("button sound-off", t("Switch the sound off here"));
    const menu = el("div", "sound-menu", ...parts.map((part) => part.node), off);
    menu.id = "sound-menu";
    menu.setAttribute("role", "group");
    menu.setAttribute("aria-label", t("Sound"));
    const opened = chairside.menu(open, menu);
    open.addEventListener("click", () => {
      if (SILENT.includes(sound.state)) sound.test();
    });
    off.addEventListener("click", () => {
      sound.off();
      opened.close();
    });
    const words = { armed: t("Sound on"), high_only: t("Only high sounds") };
    function paint() {
      const { state, elsewhere } = sound;
      mark(open, "state", state);
      put(word, SILENT.includes(state) ? t("SOUND OFF") : elsewhere ? t("Sound on in another tab") : words[state]);
      open.title = TITLES[state];
      show(off, state !== "off");
      for (const part of parts) part.paint();
    }
    sound.onchange.add(paint);
    paint();
    function stop() {
      opened.stop();
      sound.onchange.delete(paint);
    }
    return { nodes: [open, menu], stop };
  };

  /** The first thing after a sign-in: a bar as wide as the page, until the test was answered or put off. */
  function soundStep() {
    const { sound, me } = chairside;
    const test = trial(t("Start watching: tap to test the sound"), (was) => was && end());
    const later = button("button sound-later", t("Not now"));
    later.addEventListener("click", end);
    const node = el("section", "sound-step", test.node, later);
    node.setAttribute("aria-label", t("Test of the sound"));
    function paint() {
      test.paint();
      mark(node, "asking", sound.asking);
      show(node, sessionStorage.getItem(SHIFT) !== null && me.role !== "" && me.role !== "wall");
    }
    function end() {
      sessionStorage.removeItem(SHIFT);
      paint();
    }
    const told = [sound.onchange, me.onchange, beginners];
    for (const listeners of told) listeners.add(paint);
    paint();
    return { node, stop: () => told.forEach((listeners) => listeners.delete(paint)) };
  }

  /** Asks for the test anew: somebody else watches from now on. */
  soundStep.begin = function begin() {
    sessionStorage.setItem(SHIFT, "begins");
    for (const paint of beginners) paint();
  };

  chairside.soundStep = soundStep;
})((window.chairside ??= { views: {} }));
