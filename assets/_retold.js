"use strict";
// What the monitor said in English with names and numbers in it, in the language of this screen. The templates come with `/words.js`.
(function (chairside) {
  const { t, decimal } = chairside;
  const { templates = [], patterns = {}, verbatim = [] } = chairside.said ?? {};
  const NUMBER = /^-?\d+(\.\d+)?$/;
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  let known = null;

  /** A template as what it is recognised by; its parts between the gaps are literal. */
  function recognised(template) {
    const parts = template.split(/\{(\w+)\}/).map((part, n) => (n % 2 ? `(?<${part}>${patterns[part] ?? ".+?"})` : escaped(part)));
    return [template, new RegExp(`^${parts.join("")}$`, "u")];
  }

  function gap(name, value) {
    if (verbatim.includes(name)) return value;
    return value.split("/").map((part) => (NUMBER.test(part) ? decimal(Number(part)) : t(part))).join("/");
  }

  /** Says one text; as it is where no template fits. */
  chairside.retold = function retold(text) {
    known ??= templates.map(recognised);
    for (const [template, pattern] of known) {
      const found = pattern.exec(text);
      if (!found) continue;
      const gaps = Object.entries(found.groups ?? {}).map(([name, value]) => [name, gap(name, value)]);
      return t(template, Object.fromEntries(gaps));
    }
    return t(text);
  };
})((window.chairside ??= { views: {} }));
