"use strict";
// A page whose server has other scripts than its own loads itself anew: once a version, and never over what is being typed.
(function (chairside) {
  const KEPT = "renewed";
  const LOOK_MS = 1000;
  let typed = null; // the last field that somebody typed into
  let wanted = null;
  let told = null;

  const typing = () => typed !== null && typed.isConnected && typed.getClientRects().length > 0 && typed.value !== "";
  const busy = () => document.querySelector("dialog[open], [role=dialog]") !== null || typing();

  function tell(sentence) {
    if (told === sentence) return;
    told = sentence;
    chairside.dialogs.toast(sentence);
  }

  function look() {
    if (wanted === null) return;
    if (sessionStorage.getItem(KEPT) === wanted) tell("This page is of another version than its server: load it anew.");
    else if (busy()) tell("A new version is ready. This page loads it when you have sent or closed what you are typing.");
    else {
      sessionStorage.setItem(KEPT, wanted);
      window.location.reload();
    }
  }

  /** Takes the version that the server says; a page that does not know its own never loads itself. */
  function server(version) {
    const own = document.documentElement.dataset.version;
    wanted = own && version && version !== own ? version : null;
    if (wanted === null) told = null;
    if (own && version === own) sessionStorage.removeItem(KEPT);
    look();
  }

  chairside.renew = { server };
  document.addEventListener("input", (event) => { typed = event.target; }, true);
  document.addEventListener("submit", () => { typed = null; }, true);
  setInterval(look, LOOK_MS);
})((window.chairside ??= { views: {} }));
