"use strict";
// Buttons that may change under a thumb: what just changed cannot be pressed yet.
(function (chairside) {
  const GUARD_MS = 400;

  /** Guards the buttons in `node`. Call the answer with what they mean now; a change makes them deaf for a moment. */
  chairside.thumb = function thumb(node) {
    let meaning = null;
    let changedAt = -Infinity;
    let early = false;
    const fresh = () => performance.now() - changedAt < GUARD_MS;
    node.addEventListener("pointerdown", (event) => {
      early = fresh();
      if (early) event.stopPropagation();
    }, true);
    node.addEventListener("click", (event) => {
      const swallow = early || (event.detail === 0 && fresh()); // a key has no pointer
      early = false;
      if (!swallow) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);
    return function means(now) {
      if (now === meaning) return;
      if (meaning !== null) changedAt = performance.now();
      meaning = now;
    };
  };
})((window.chairside ??= { views: {} }));
