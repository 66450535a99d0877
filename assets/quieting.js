"use strict";
// Making quiet, and loud again: the pause of one chair or of all, and what is switched off on a chair.
(function (chairside) {
  const { t, w } = chairside;
  const { el, button, put, mark, show } = chairside.dom;
  const { bell, named, pausedFor, offLine, pauseLength, canBeOff } = chairside.quiet;
  const REASONS = [w("Sensor is being moved"), w("Known and being treated"), w("Measured in another way"), w("Equipment is being mended")];

  const sounds = (chair) => (chair.alarms ?? []).some((alarm) => alarm.audible && alarm.presence !== "acknowledged");
  const ask = (chair, act) => chairside.act.send(chair.id, chair.session?.id ?? null, act);

  /** Pauses every chair on which something sounds, one act each. */
  async function pauseAll() {
    for (const chair of Object.values(chairside.live.state.chairs).filter(sounds)) await ask(chair, { type: "pause_audio" });
  }

  /** The button for all chairs, and for how long the sound of how many is paused; in the bar, and below the board. */
  function bar() {
    const hush = bell();
    const length = el("span", "num");
    const pause = button("pause-audio");
    pause.append(hush.node, el("span", "pause-word", `${t("Pause sound")} `), length);
    hush.update("paused");
    const icon = bell();
    const words = el("span", "num");
    const who = el("span", "pause-word num");
    const state = el("span", "bar-paused", icon.node, words, who);
    const node = el("div", "bar-quiet", state, pause);
    pause.addEventListener("click", () => chairside.act.whilePressed(pause, pauseAll));
    icon.update("paused");

    function update(now) {
      const chairs = Object.values(chairside.live.state.chairs);
      const loud = chairs.filter(sounds);
      const paused = chairs.filter((chair) => chair.audio_paused);
      const first = paused.sort((a, b) => a.audio_paused.until_ms - b.audio_paused.until_ms)[0];
      show(pause, loud.length > 0);
      put(length, pauseLength(loud[0]));
      pause.setAttribute("aria-label", t("Pause sound {time}, all chairs", { time: pauseLength(loud[0]) }));
      pause.title = t("Pause the sound of all chairs that sound now");
      show(state, paused.length > 0);
      const [time, ...by] = pausedFor(first, now).split(" ");
      put(words, time);
      put(who, `${by.join(" ")} · ${paused.length > 1 ? t("{n} chairs", { n: paused.length }) : t("chair {chair}", { chair: first?.label })}`);
      state.title = `${t("Sound")} ${by.join(" ")}`;
    }

    return { node, update };
  }

  /** Asks why a condition is switched off. Resolves to the reason, or null when it is given up. */
  function askReason(condition) {
    return new Promise((resolve) => {
      const other = el("input", "reason-other");
      Object.assign(other, { type: "text", maxLength: 120, placeholder: t("Another reason") });
      other.setAttribute("aria-label", t("Another reason"));
      const cancel = button("button", t("Cancel"));
      const confirm = el("button", "button button-primary", t("Switch off"));
      const picks = REASONS.map((reason) => button("button reason-pick", t(reason)));
      const form = el("form", "dialog-form",
        el("h2", "dialog-title", t("Switch off {alarm}", { alarm: named(condition) })),
        el("p", "dialog-text", t("It is neither raised nor sounds until somebody switches it on again or the visit ends. What is high comes all the same.")),
        ...picks, other, el("div", "dialog-buttons", cancel, confirm));
      const dialog = el("dialog", "dialog", form);
      let reason = null;
      const close = (given) => {
        reason = given;
        dialog.close();
      };
      dialog.setAttribute("aria-label", t("Switch off {alarm}", { alarm: named(condition) }));
      picks.forEach((pick, n) => pick.addEventListener("click", () => close(REASONS[n])));
      cancel.addEventListener("click", () => close(null));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (other.value.trim()) close(other.value.trim());
        else other.focus();
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(reason);
      });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  /** What the role that is here may switch off: a nurse up to low and all technical ones, anesthesia up to medium. */
  const maySwitchOff = ({ priority, kind }) =>
    priority !== "high" && (priority !== "medium" || kind === "technical" || chairside.me.role === "anesthesia");

  /** A list of rows that are kept by their names. */
  function rows(make) {
    const node = el("div", "quiet-rows");
    const kept = new Map();
    function update(items, nameOf, chair) {
      const names = items.map(nameOf);
      for (const [name, row] of kept) {
        if (!names.includes(name)) {
          row.node.remove();
          kept.delete(name);
        }
      }
      items.forEach((item, place) => {
        const name = names[place];
        if (!kept.has(name)) kept.set(name, make(name));
        const row = kept.get(name);
        row.update(item, chair);
        if (node.children[place] !== row.node) node.insertBefore(row.node, node.children[place] ?? null);
      });
      show(node, items.length > 0);
    }
    return { node, update };
  }

  /** One condition that is off: who, since when and why, and the way back. */
  function offRow(condition) {
    const icon = bell();
    const words = el("span", "quiet-words num");
    const on = button("button quiet-act", t("Switch on"));
    const node = el("div", "quiet-row", icon.node, words, on);
    let of = null;
    icon.update("off");
    on.setAttribute("aria-label", t("Switch on {alarm}", { alarm: named(condition) }));
    on.addEventListener("click", () => chairside.act.whilePressed(on, () => ask(of, { type: "alarm_on", condition })));
    function update(off, chair) {
      of = chair;
      put(words, `${offLine(off)} · ${t(off.reason)}${off.holds ? ` · ${t("holds back {priority} now", { priority: t(off.holds) })}` : ""}`);
      mark(node, "holds", off.holds ?? null);
    }
    return { node, update };
  }

  function offButton(condition) {
    const node = button("button quiet-act", `${t("Switch off {alarm}", { alarm: named(condition) })}…`);
    let of = null;
    async function press() {
      const chair = of;
      const reason = await askReason(condition);
      return reason === null ? "refused" : ask(chair, { type: "alarm_off", condition, reason });
    }
    node.addEventListener("click", () => chairside.act.whilePressed(node, press));
    return { node, update: (alarm, chair) => { of = chair; } };
  }

  /** On a chair's page: the pause, what is switched off, and what may be. */
  function panel(container) {
    const { live } = chairside;
    const id = container.dataset.chair;
    const icon = bell();
    const words = el("span", "quiet-words num");
    const pause = button("button quiet-act pause-chair");
    const resume = button("button quiet-act", t("Sound on again"));
    const line = el("div", "quiet-row", icon.node, words, pause, resume);
    const off = rows(offRow);
    const can = rows(offButton);
    const more = el("details", "quiet-can", el("summary", "", t("Switch an alarm off…")), can.node);
    const said = chairside.callback.row();
    container.append(said.node, line, off.node, more);
    icon.update("paused");
    const chairNow = () => live.state.chairs[id];
    pause.addEventListener("click", () => chairside.act.whilePressed(pause, () => ask(chairNow(), { type: "pause_audio" })));
    resume.addEventListener("click", () => chairside.act.whilePressed(resume, () => ask(chairNow(), { type: "resume_audio" })));

    function paint(now) {
      const chair = chairNow();
      if (!chair) return;
      said.update(chair, now);
      const paused = pausedFor(chair, now);
      show(icon.node, paused !== "");
      put(words, paused ? `${t("Sound")} ${paused}` : "");
      show(resume, paused !== "");
      show(pause, sounds(chair));
      put(pause, t("Pause sound {time}", { time: pauseLength(chair) }));
      show(line, paused !== "" || sounds(chair));
      off.update(chair.off ?? [], (one) => one.condition, chair);
      const open = (chair.alarms ?? []).filter((alarm) => maySwitchOff(alarm) && canBeOff(alarm.condition));
      can.update(open, (alarm) => alarm.condition, chair);
      show(more, open.length > 0);
      if (open.length === 0) more.open = false;
    }

    return live.subscribe({ frame: (changed) => changed.has(id) && paint(live.now()), tick: paint });
  }

  chairside.quieting = { bar, pauseAll };
  chairside.views["chair-quiet"] = panel;
})((window.chairside ??= { views: {} }));
