"use strict";
// Words for people: English as written in the page, other languages from what `/words.js` left. Says the page itself, and what is refused.
(function (trainer) {
  const COOKIE_S = 400 * 86400;
  const { language = "en", names = {}, words = {} } = trainer;

  /** Says a text in the language of this screen, with the values in its {gaps}; English where it is not known. */
  function t(text, values = {}) {
    return (words[text] ?? text).replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
  }

  /** Marks a text for the catalogues that is kept in English and said by `t` where it is shown. */
  const w = (text) => text;

  const NUMBER = "-?[\\d.]+";
  const NUMBERS = ["low", "high", "minute"];
  const REFUSALS = [
    w("order: {key}: expected a number from {low} to {high}, got {got}"),
    w("order: {key}: expected a whole number from {low} to {high}, got {got}"),
    w("order: {key}: expected one of {names}, got {got}"),
    w("order: chair: expected one with a patient, got {got}"),
    w("order: to_min: expected a minute to come, got {got} at minute {minute}"),
    w("order: to_min: expected a minute to come, got {got} without an infusion"),
    w("The simulation does not answer."),
  ];

  const decimal = (value) => value.toLocaleString(language, { useGrouping: false });
  const clock = (ms) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);

  /** Says one line of what the simulator refuses, its numbers as they stood. */
  function refusal(line) {
    for (const template of REFUSALS) {
      const parts = template.split(/\{(\w+)\}/).map((part, n) => (n % 2 ? `(?<${part}>${NUMBERS.includes(part) ? NUMBER : ".+?"})` : part));
      const found = new RegExp(`^${parts.join("")}$`).exec(line);
      if (!found) continue;
      const said = ([name, value]) => [name, NUMBERS.includes(name) ? decimal(Number(value)) : value];
      return t(template, Object.fromEntries(Object.entries(found.groups ?? {}).map(said)));
    }
    return line;
  }

  function sayPage() {
    document.documentElement.lang = language;
    document.title = `DEMO · ${t("Simulator")}`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.nodeValue.trim();
      if (text) node.nodeValue = node.nodeValue.replace(text, () => t(text));
    }
    for (const node of document.querySelectorAll("[aria-label]")) node.setAttribute("aria-label", t(node.getAttribute("aria-label")));
  }

  /** One button for each other language, in that language. */
  function choices() {
    return Object.entries(names).filter(([name]) => name !== language).map(([name, own]) => {
      const node = document.createElement("button");
      Object.assign(node, { type: "button", lang: name, textContent: name.toUpperCase() });
      node.setAttribute("aria-label", own);
      node.addEventListener("click", () => {
        document.cookie = `language=${name}; path=/; max-age=${COOKIE_S}; samesite=strict`;
        window.location.reload();
      });
      return node;
    });
  }

  sayPage();
  document.getElementById("languages").append(...choices());
  Object.assign(trainer, { t, w, decimal, clock, refusals: (message) => message.split("\n").map(refusal).join("\n") });
})((window.trainer ??= {}));
