"use strict";
// A question with a few answers to tap and, where it is asked for, room for words of one's own.
(function (chairside) {
  const { t } = chairside;
  const { el, button } = chairside.dom;

  /** Asks; resolves to the answer in words, or to null where the asking is given up. */
  function choose({ title, text, options, free = "", confirm }) {
    return new Promise((resolve) => {
      const choices = options.map((option) => {
        const input = Object.assign(el("input"), { type: "radio", name: "choice", value: option });
        return el("label", "choose-option", input, el("span", "", t(option)));
      });
      const words = Object.assign(el("input", "choose-free"), { maxLength: 280, placeholder: free });
      words.setAttribute("aria-label", free);
      const cancel = button("button", t("Cancel"));
      const yes = el("button", "button button-primary", confirm);
      const form = el("form", "dialog-form", el("h2", "dialog-title", title), el("p", "dialog-text", text),
        el("div", "choose-options", ...choices), ...(free ? [words] : []), el("div", "dialog-buttons", cancel, yes));
      const dialog = el("dialog", "dialog", form);
      dialog.setAttribute("aria-label", title);
      let answer = null;
      const given = () => [form.querySelector(":checked")?.value, words.value.trim()].filter(Boolean).join(": ");
      const look = () => { yes.disabled = given() === ""; };
      form.addEventListener("input", look);
      cancel.addEventListener("click", () => dialog.close());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        answer = given();
        dialog.close();
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(answer);
      });
      look();
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  chairside.choose = choose;
})((window.chairside ??= { views: {} }));
