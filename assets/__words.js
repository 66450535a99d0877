"use strict";
// Words for people: English as written here, other languages from the dictionary that `/words.js` left.
(function (chairside) {
  const COOKIE_S = 400 * 86400;
  const { words = {}, language = "en", languages = {} } = chairside;

  /** Says a text in the language of this screen, with the values in its {gaps}; English where it is not known. */
  function t(text, values = {}) {
    const said = words[text] ?? text;
    return said.includes("{") ? said.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap) : said;
  }

  /** Marks a text for the catalogues that is kept in English and said by `t` where it is shown. */
  const w = (text) => text;

  /** 3.4, or 3,4 where decimals have a comma; `digits` behind it, or as many as there are. */
  function decimal(value, digits) {
    const fixed = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString(language, { useGrouping: false, ...fixed });
  }

  /** Keeps the choice in this browser and loads the page in it. */
  function choose(name) {
    document.cookie = `language=${name}; path=/; max-age=${COOKIE_S}; samesite=strict`;
    window.location.reload();
  }

  Object.assign(chairside, { t, w, decimal });
  chairside.language = { current: language, all: languages, choose };
})((window.chairside ??= { views: {} }));
