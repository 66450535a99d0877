"use strict";
// What interrupts: a sentence that passes, and the questions for a PIN: after an idle lock, or to switch users.
(function (chairside) {
  const { t } = chairside;
  const { el, button } = chairside.dom;
  const TOAST_MS = 8000;
  const ENDING = t("Your sign-in ends soon. Your PIN, to stay:");

  let toasts = null;

  /** Says one sentence at the foot of the page; screen readers say it too. */
  function toast(sentence) {
    if (toasts === null || !toasts.isConnected) {
      toasts = el("div", "toasts");
      toasts.setAttribute("role", "status");
      document.body.append(toasts);
    }
    const shown = el("p", "toast", sentence);
    toasts.append(shown);
    setTimeout(() => shown.remove(), TOAST_MS);
  }

  let asking = null;

  /** One pad at a time: who asks while one is open waits for the same answer. */
  function once(open) {
    asking ??= open().finally(() => { asking = null; });
    return asking;
  }

  /** Asks for the PIN until it is right or the asking is given up. Resolves to whether it was right. */
  function askPin() {
    return once(() => chairside.pinpad.open({
      title: t("Locked"),
      text: t("Nobody has acted here for a while. Your PIN, to go on:"),
      confirm: t("Unlock"),
      send: (pin) => chairside.act.post("/unlock", { pin }),
    }));
  }

  /** Buttons for the other languages, by their own names; short in the bar. */
  function languageChoice(className) {
    const { all, current, choose } = chairside.language;
    const others = Object.keys(all).filter((name) => name !== current);
    const nodes = others.map((name) => {
      const node = button(className, className === "language" ? name.toUpperCase() : all[name]);
      node.lang = name;
      node.setAttribute("aria-label", all[name]);
      node.addEventListener("click", () => choose(name));
      return node;
    });
    return el("div", "languages", ...nodes);
  }

  function signOutButton() {
    const out = button("button dialog-out", t("Sign out"));
    out.addEventListener("click", signOut);
    return out;
  }

  async function signOut() {
    const answer = await chairside.act.post("/logout", {}).catch(() => null);
    if (answer?.ok || answer?.status === 401) window.location.assign("/login");
    else toast(t("Not signed out: the server did not answer. Try again."));
  }

  /** Hands this screen to another user, or begins one's own time anew; the page and its sound stay. */
  function switchUser(text = t("Who goes on here?")) {
    return once(async () => {
      const people = await fetch("/people").then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);
      if (people.length === 0) {
        toast(t("Not now: the server did not answer. Try again."));
        return false;
      }
      const right = await chairside.pinpad.open({
        title: t("Switch user"),
        text,
        confirm: t("Switch"),
        people,
        first: people.length > 1 && text === ENDING ? chairside.me.user : "",
        more: [signOutButton(), languageChoice("button dialog-out")],
        send: (pin, user) => chairside.act.post("/switch", { user, pin }),
      });
      if (right) {
        if (text !== ENDING) chairside.soundStep.begin();
        chairside.live.reconnect();
        await chairside.me.refresh();
      }
      return right;
    });
  }

  chairside.languageChoice = languageChoice;
  chairside.dialogs = { toast, askPin, switchUser, signOut, ENDING };
})((window.chairside ??= { views: {} }));
