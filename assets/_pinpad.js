"use strict";
// The PIN pad: keys for gloved hands, a tile for each user, and the keyboard; what waits says how long.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, show, stopwatch } = chairside.dom;
  const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "⌫"];
  const NAMES = { C: t("Clear the PIN"), "⌫": t("Delete the last digit") };
  const NO_ANSWER = t("The server did not answer. Try again.");

  function keys(input) {
    const pad = el("div", "pad", ...KEYS.map((key) => {
      const node = button("pad-key", key);
      if (NAMES[key]) node.setAttribute("aria-label", NAMES[key]);
      node.addEventListener("click", () => {
        if (key === "C") input.value = "";
        else if (key === "⌫") input.value = input.value.slice(0, -1);
        else input.value += key;
      });
      return node;
    }));
    pad.setAttribute("role", "group");
    pad.setAttribute("aria-label", t("PIN pad"));
    return pad;
  }

  /** A tile for each user; `chosen()` is the one that was pressed last. */
  function tiles(people, first, onchoose) {
    let chosen = people.find((person) => person.user === first) ?? null;
    const nodes = people.map((person) => {
      const node = button("pad-person", person.display);
      node.append(el("span", "pad-role", t(person.role)));
      node.addEventListener("click", () => {
        chosen = person;
        paint();
        onchoose();
      });
      return node;
    });
    const paint = () => nodes.forEach((node, i) => node.setAttribute("aria-pressed", String(people[i] === chosen)));
    paint();
    const node = el("div", "pad-people", ...nodes);
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", t("Users"));
    show(node, people.length > 0);
    return { node, chosen: () => chosen };
  }

  /** Says a refusal; one that has to wait counts down. */
  function faultLine() {
    const node = el("p", "dialog-fault");
    node.setAttribute("role", "alert");
    show(node, false);
    let timer = 0;
    function say(text) {
      clearInterval(timer);
      put(node, text);
      show(node, true);
    }
    function wait(seconds) {
      const until = performance.now() + 1000 * seconds;
      function count() {
        const left = Math.ceil((until - performance.now()) / 1000);
        if (left <= 0) return say(t("Try again now."));
        put(node, t("Too many wrong PINs. Wait {time}.", { time: stopwatch(left) }));
      }
      say("");
      count();
      timer = setInterval(count, 1000);
    }
    return { node, say, wait, stop: () => clearInterval(timer) };
  }

  /**
   * Opens the pad until the PIN is right or the asking is given up; resolves to whether it was right.
   * `send(pin, user)` posts it; `more` are buttons that stand beside the two of every dialog.
   */
  function open({ title, text, confirm, people = [], first = "", more = [], send }) {
    return new Promise((resolve) => {
      let right = false;
      const input = el("input", "pin-input");
      Object.assign(input, { type: "password", inputMode: "none", autocomplete: "off", required: true });
      input.setAttribute("aria-label", t("PIN"));
      const fault = faultLine();
      const users = tiles(people, first, () => {
        input.value = "";
        input.focus();
      });
      const cancel = button("button", t("Cancel"));
      const enter = el("button", "button button-primary", confirm);
      const form = el("form", "dialog-form", el("h2", "dialog-title", title), el("p", "dialog-text", text), users.node,
        input, keys(input), fault.node, el("div", "dialog-buttons", cancel, enter), ...more);
      const dialog = el("dialog", "dialog dialog-pad", form);
      dialog.setAttribute("aria-label", title);
      cancel.addEventListener("click", () => dialog.close());
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const user = users.chosen();
        if (people.length > 0 && user === null) return fault.say(t("Choose who you are."));
        enter.disabled = true;
        const answer = await send(input.value, user?.user).catch(() => null);
        enter.disabled = false;
        if (answer?.ok) {
          right = true;
          return dialog.close();
        }
        const told = (await answer?.json().catch(() => null)) ?? {};
        if (told.wait_s) fault.wait(told.wait_s);
        else fault.say(told.message ?? NO_ANSWER);
        input.value = "";
        input.focus();
      });
      dialog.addEventListener("close", () => {
        fault.stop();
        dialog.remove();
        resolve(right);
      });
      document.body.append(dialog);
      dialog.showModal();
      input.focus();
    });
  }

  chairside.pinpad = { open };
})((window.chairside ??= { views: {} }));
