"use strict";
// The keyboard keeps its place: where what had the focus is gone or switched off, it goes on beside it, never from the page's top.
(function (chairside) {
  const LOOK_MS = 250;
  const PLACE = "article, section, form, fieldset, nav, main, dialog, [role='dialog'], [role='group'], [data-live], [id]";

  let here = null; // what had the focus last, the dialog it stands in, and `from`, what had it before that dialog
  let walked = false; // out of the page, with Tab: nobody is called back

  const seen = (node) => Boolean(node) && node.getClientRects().length > 0;
  const usable = (node) => seen(node) && !node.disabled;

  function above(node) {
    const boxes = [];
    for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) boxes.push(box);
    return boxes;
  }

  function note({ target }) {
    walked = false;
    if (!target.matches(":focus-visible")) return;
    const dialog = target.closest("dialog, [role='dialog']");
    const from = dialog === null ? null : here?.dialog === dialog ? here.from : here;
    here = { node: target, id: target.id, dialog, from, above: above(target) };
  }

  /** The same control, also where the page was drawn anew; of a dialog that closed, what opened it. */
  function goOn() {
    if (here === null || walked || document.activeElement !== document.body) return;
    while (here.from && !usable(here.dialog)) here = here.from;
    if (here.dialog && !usable(here.dialog)) return;
    const same = [here.node, document.getElementById(here.id)].find(usable);
    if (same) return same.focus({ preventScroll: true });
    if (here.node.disabled && seen(here.node)) return; // it is about to come back
    const place = here.above.find((box) => box.matches(PLACE) && usable(box));
    const main = document.querySelector("main");
    if (place) stand(main && place.contains(main) ? main : place); // another page came
  }

  /** On a part of the page, not on another button: a second Enter must do nothing. */
  function stand(place) {
    if (!place.hasAttribute("tabindex")) {
      place.tabIndex = -1;
      place.addEventListener("blur", () => place.removeAttribute("tabindex"), { once: true });
    }
    place.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", note);
  document.addEventListener("pointerdown", () => { here = null; }, true);
  document.addEventListener("keydown", (event) => { walked ||= event.key === "Tab"; }, true);
  setInterval(goOn, LOOK_MS);
})((window.chairside ??= { views: {} }));
