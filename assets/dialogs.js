"use strict";
// What interrupts: a sentence that passes, and the question for the PIN after an idle lock.
(function (chairside) {
  const { el, button, put, show } = chairside.dom;
  const TOAST_MS = 8000;

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

  async function unlock(pin) {
    return fetch("/unlock", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ pin }),
    });
  }

  const REFUSALS = {
    403: "That PIN is wrong.",
    429: "Too many wrong PINs. Wait a minute, or sign out and in again.",
  };

  function pinDialog() {
    const input = el("input", "pin-input");
    Object.assign(input, { type: "password", inputMode: "numeric", autocomplete: "off", required: true });
    input.setAttribute("aria-label", "PIN");
    const fault = el("p", "dialog-fault");
    fault.setAttribute("role", "alert");
    const cancel = button("button", "Cancel");
    const confirm = el("button", "button button-primary", "Unlock");
    const form = el("form", "dialog-form",
      el("h2", "dialog-title", "Locked"),
      el("p", "dialog-text", "Nobody has acted here for a while. Your PIN, to go on:"),
      input, fault, el("div", "dialog-buttons", cancel, confirm));
    const dialog = el("dialog", "dialog", form);
    dialog.setAttribute("aria-label", "Locked: enter your PIN");
    return { dialog, form, input, fault, cancel, confirm };
  }

  let asking = null;

  /** Asks for the PIN until it is right or the asking is given up. Resolves to whether it was right. */
  function askPin() {
    asking ??= new Promise((resolve) => {
      const { dialog, form, input, fault, cancel, confirm } = pinDialog();
      let right = false;
      cancel.addEventListener("click", () => dialog.close());
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        confirm.disabled = true;
        const answer = await unlock(input.value).catch(() => null);
        confirm.disabled = false;
        if (answer?.ok) {
          right = true;
          dialog.close();
          return;
        }
        put(fault, REFUSALS[answer?.status] ?? "Not unlocked: the server did not answer. Try again.");
        show(fault, true);
        input.select();
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        asking = null;
        resolve(right);
      });
      show(fault, false);
      document.body.append(dialog);
      dialog.showModal();
    });
    return asking;
  }

  chairside.dialogs = { toast, askPin };
})((window.chairside ??= { views: {} }));
