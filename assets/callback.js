"use strict";
// A word to the nurse of a chair: "on my way", "call me". It stands on tile and chair until somebody has heard it.
(function (chairside) {
  const { t, w } = chairside;
  const { el, button, put, show, age } = chairside.dom;
  const WORDS = [w("On my way"), w("Call me"), w("Repeat the cuff"), w("I will look at the screen")];

  /** `Dr. Ruiz: On my way, 2 min ago`; empty where nobody said anything. */
  function words(chair, now) {
    const said = chair?.session?.called_back;
    return said ? `${said.by}: ${t(said.text)}, ${t("{age}\u00a0ago", { age: age((now - said.at_ms) / 1000) })}` : "";
  }

  const nurseOf = (chair) => chair.session?.nurse || t("the nurse");

  /** Asks what to say to the nurse of a chair, and says it. */
  async function ask(chair) {
    const text = await chairside.choose({
      title: t("Chair {chair}: tell {nurse}", { chair: chair.label, nurse: nurseOf(chair) }), text: t("It stands on the tile until somebody presses Heard."),
      options: WORDS, free: t("In your own words"), confirm: t("Send"),
    });
    return text === null ? "refused" : chairside.act.send(chair.id, chair.session?.id ?? null, { type: "call_back", text });
  }

  /** What was said, and the button that takes it away. */
  function row() {
    const said = el("span", "quiet-words num");
    const heard = button("button quiet-act", t("Heard"));
    const node = el("div", "quiet-row callback-row", said, heard);
    let of = null;
    heard.addEventListener("click", () => chairside.act.whilePressed(heard,
      () => chairside.act.send(of.id, of.session?.id ?? null, { type: "call_heard" })));
    function update(chair, now) {
      of = chair;
      const text = words(chair, now);
      put(said, text);
      show(node, text !== "");
    }
    show(node, false);
    return { node, update };
  }

  chairside.callback = { words, ask, row };
})((window.chairside ??= { views: {} }));
