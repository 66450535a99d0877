"use strict";
// A word to the nurse of a chair: "on my way", "call me". It stands on tile and chair until somebody has heard it.
(function (chairside) {
  const { el, button, put, show, age } = chairside.dom;
  const WORDS = ["On my way", "Call me", "Repeat the cuff", "I will look at the screen"];

  /** `Dr. Ruiz: On my way, 2 min ago`; empty where nobody said anything. */
  function words(chair, now) {
    const said = chair?.session?.called_back;
    return said ? `${said.by}: ${said.text}, ${age((now - said.at_ms) / 1000)}\u00a0ago` : "";
  }

  const nurseOf = (chair) => chair.session?.nurse || "the nurse";

  /** Asks what to say to the nurse of a chair, and says it. */
  async function ask(chair) {
    const text = await chairside.choose({
      title: `Chair ${chair.label}: tell ${nurseOf(chair)}`, text: "It stands on the tile until somebody presses Heard.",
      options: WORDS, free: "In your own words", confirm: "Send",
    });
    return text === null ? "refused" : chairside.act.send(chair.id, chair.session?.id ?? null, { type: "call_back", text });
  }

  /** What was said, and the button that takes it away. */
  function row() {
    const said = el("span", "quiet-words num");
    const heard = button("button quiet-act", "Heard");
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
