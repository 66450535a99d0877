"use strict";
// One tab of a machine sounds: the place to sound from is a lock of the browser or, on a page without TLS, where
// browsers have none, a lease in the storage that its tabs share.
(function (chairside) {
  const NAME = "chairside-sound";
  const LEASE_MS = 2000; // renewed each second; what a tab left behind that is gone ends by itself
  const ALIVE = "chairside-sound-alive";
  const HUNG_MS = 2000; // a tab that has the place and says nothing for so long hangs, and sounds nothing

  function byLock() {
    let give = null; // gives the place to another tab
    let silentSince = null;
    let said = null;
    const place = { ALIVE, ours: false, elsewhere: false, claim, release, look };

    function claim() {
      if (give !== null) return;
      const kept = new Promise((resolve) => { give = resolve; });
      hold(kept, {});
    }

    /** Waits for the place and keeps it until `kept` is settled, or until another tab takes it from one that hangs. */
    function hold(kept, how) {
      const mine = give;
      navigator.locks.request(NAME, how, () => {
        place.ours = give === mine;
        return kept;
      }).catch(() => {
        if (give === mine) release();
      });
    }

    function release() {
      give?.();
      give = null;
      place.ours = false;
    }

    async function look() {
      if (place.ours) localStorage.setItem(ALIVE, String(performance.timeOrigin + performance.now()));
      const { held } = await navigator.locks.query();
      place.elsewhere = !place.ours && held.some((lock) => lock.name === NAME);
      const now = localStorage.getItem(ALIVE);
      if (!place.elsewhere || now !== said) [said, silentSince] = [now, performance.now()];
      else if (give !== null && performance.now() - silentSince > HUNG_MS) take();
    }

    function take() {
      silentSince = performance.now();
      give();
      const kept = new Promise((resolve) => { give = resolve; });
      hold(kept, { steal: true });
    }

    return place;
  }

  function byLease() {
    const tab = String(Math.random());
    let wanted = false;
    const place = { ALIVE: NAME, ours: false, elsewhere: false, claim, release, look };

    function holder() {
      const [of, at] = (localStorage.getItem(NAME) ?? "").split(" ");
      return Math.abs(Date.now() - Number(at)) < LEASE_MS ? of : null;
    }

    function claim() {
      wanted = true;
    }

    function release() {
      if (holder() === tab) localStorage.removeItem(NAME);
      wanted = false;
      place.ours = false;
    }

    /** Ours is what still bears our name a look after we wrote it: another tab may have written in between. */
    async function look() {
      const of = holder();
      place.ours = wanted && of === tab;
      place.elsewhere = of !== null && of !== tab;
      if (wanted && !place.elsewhere) localStorage.setItem(NAME, `${tab} ${Date.now()}`);
    }

    window.addEventListener("pagehide", release);
    return place;
  }

  chairside.place = navigator.locks === undefined ? byLease() : byLock();
})((window.chairside ??= { views: {} }));
