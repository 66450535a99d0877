"use strict";
// Worst first, without jumping: an order that settles. Pure, given the time.
(function (chairside) {
  const SETTLE_MS = 5000;

  const CALM = 7;
  const FREE = 9;

  /** How urgently a chair wants somebody, 0 first. Alarms that nobody has come before those that somebody has. */
  function urgency(chair) {
    if (!chair.session && (chair.alarms ?? []).length === 0) return FREE;
    const ranks = (chair.alarms ?? []).map((alarm) => {
      const taken = alarm.presence === "acknowledged" ? 1 : 0;
      return { high: 0 + 2 * taken, medium: 1 + 2 * taken, low: 4 + taken, advisory: 6 }[alarm.priority];
    });
    return Math.min(chair.session ? CALM : CALM + 1, ...ranks);
  }

  /** Keeps an order of chairs. `next` is asked often and answers with the order to show now. */
  class SettledOrder {
    #shown = [];
    #wanted = "";
    #since = 0;
    #sounding = new Set();

    /** A new medium or high alarm moves its chair at once; any other order must stand for 5 s. `held`: nothing moves. */
    next(ids, chairs, nowMs, held) {
      const wanted = [...ids].sort((a, b) => urgency(chairs[a]) - urgency(chairs[b]) || ids.indexOf(a) - ids.indexOf(b));
      if (wanted.join() !== this.#wanted) {
        this.#wanted = wanted.join();
        this.#since = nowMs;
      }
      const sounding = new Set(ids.filter((id) => urgency(chairs[id]) <= 1));
      const news = [...sounding].some((id) => !this.#sounding.has(id));
      const sameChairs = this.#shown.length === ids.length && ids.every((id) => this.#shown.includes(id));
      if (!sameChairs || (!held && (news || nowMs - this.#since >= SETTLE_MS))) {
        this.#shown = wanted;
        this.#sounding = sounding;
      } else {
        for (const id of this.#sounding) if (!sounding.has(id)) this.#sounding.delete(id);
      }
      return this.#shown;
    }
  }

  chairside.order = { urgency, SettledOrder };
})((window.chairside ??= { views: {} }));
