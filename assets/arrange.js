"use strict";
// Puts what stands in a box into an order, so that eye, keyboard and screen reader go the same way. Focus and flashes go on.
(function (chairside) {
  const longest = (chains) => chains.reduce((a, b) => (b.length > a.length ? b : a), []);

  /** Those that need not move to come from one order to another, as many as can be; `pinned` is always one of them. Pure. */
  function staying(now, wanted, pinned = null) {
    const from = new Map(now.map((one, n) => [one, n]));
    const bound = from.has(pinned) && wanted.includes(pinned);
    const onOneSide = (one, to) => !bound || (from.get(one) - from.get(pinned)) * (to - wanted.indexOf(pinned)) >= 0;
    const chains = []; // the longest that ends with each of them
    wanted.forEach((one, to) => {
      if (!from.has(one) || !onOneSide(one, to)) return;
      chains.push([...longest(chains.filter((chain) => from.get(chain.at(-1)) < from.get(one))), one]);
    });
    return new Set(longest(chains));
  }

  /** Makes `wanted` the children of a box. Calls `torn` with each that was taken out and put back, where no browser's help spares it that. */
  function put(box, wanted, torn = () => {}) {
    const now = [...box.children];
    const stay = staying(now, wanted, now.find((node) => node.contains(document.activeElement)));
    const kept = new Set(wanted);
    for (const node of now) if (!kept.has(node)) node.remove();
    wanted.reduceRight((next, node) => {
      if (stay.has(node)) return node;
      if (node.parentNode !== box) box.insertBefore(node, next);
      else if (box.moveBefore) box.moveBefore(node, next);
      else {
        box.insertBefore(node, next);
        torn(node);
      }
      return node;
    }, null);
  }

  chairside.arrange = { staying, put };
})((window.chairside ??= { views: {} }));
