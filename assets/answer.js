"use strict";
// How far an alarm has called, who has it and who said no; and the buttons for what one can say to it here.
(function (chairside) {
  const { t, w } = chairside;
  const { el, button, put, show, age, clock } = chairside.dom;
  const { acknowledged, called, calledHere, callText } = chairside.reading;
  const REASONS = [w("With another patient"), w("Not my patient"), w("Cannot leave the room"), w("On a break")];
  const ANESTHESIAS = /^(sbp|dbp|map)_high$/; // of high priority: anesthesia answers for it

  const anesthesias = (alarm) => alarm.priority === "high" && ANESTHESIAS.test(alarm.condition);
  const holder = (alarm) => alarm.accepted_by ?? alarm.acknowledged_by;

  /** What whoever is signed in here may do with an alarm; the server decides, this only offers. */
  function offers(alarm) {
    const { role, display } = chairside.me;
    const open = !acknowledged(alarm);
    const alone = role === "anesthesia" || !anesthesias(alarm);
    const asks = open && called(alarm).length > 0;
    const held = alarm.presence === "acknowledged";
    return {
      accept: asks && alone,
      reject: open && calledHere(alarm) && !(alarm.rejected ?? []).some(([by]) => by === display),
      takeOver: held && !open && holder(alarm) !== display && (alone || !alarm.accepted_by),
    };
  }

  async function reject(chair, alarm) {
    const reason = await chairside.choose({
      title: t("Not me: chair {chair}", { chair: chair.label }), text: t("{alarm}. Whoever is next is called at once. Why not you?", { alarm: chairside.reading.alarmText(alarm) }),
      options: REASONS, free: t("Another reason"), confirm: t("Reject"),
    });
    return reason === null ? "refused" : chairside.act.answer(chair, alarm, "reject", { reason });
  }

  /** Makes the words and the buttons of one alarm; `extra` buttons stand behind them. */
  function answer() {
    const call = el("p", "call-line num");
    const said = el("ul", "call-said");
    const accept = button("button", t("Accept"));
    const no = button("button", t("Reject…"));
    const over = button("button", t("Take over"));
    const words = el("div", "call", call, said);
    const buttons = [accept, no, over];
    let shown = null;
    let seen = null;

    const press = (node, job) => {
      // As with Acknowledge: what the finger went down on is what is meant.
      node.addEventListener("pointerdown", () => { seen = shown; });
      node.addEventListener("click", () => {
        const { alarm, chair } = seen ?? shown;
        seen = null;
        chairside.act.whilePressed(node, () => job(chair, alarm));
      });
    };
    press(accept, (chair, alarm) => chairside.act.answer(chair, alarm, "accept", {}));
    press(no, reject);
    press(over, (chair, alarm) => chairside.act.answer(chair, alarm, "take_over", {}));

    function update(alarm, chair) {
      shown = { alarm, chair };
      for (const [node, name] of [[accept, t("Accept")], [no, t("Reject")], [over, t("Take over")]]) {
        node.setAttribute("aria-label", t("{act} chair {chair}: {alarm}", { act: name, chair: chair.label, alarm: chairside.reading.alarmText(alarm) }));
      }
      const lines = (alarm.rejected ?? []).map(([by, at, why]) => `✗ ${by}, ${clock(at).slice(0, 5)}: ${t(why)}`);
      if (lines.length !== said.childElementCount || lines.some((line, i) => said.children[i].textContent !== line)) {
        said.replaceChildren(...lines.map((line) => el("li", "", line)));
      }
      show(said, lines.length > 0);
    }

    function tick(now) {
      if (shown === null) return;
      const { alarm } = shown;
      // Here, because who is signed in is known only after the first picture.
      const can = offers(alarm);
      show(accept, can.accept);
      show(no, can.reject);
      show(over, can.takeOver);
      const taken = alarm.accepted_by && t("accepted by {by}, {age}", { by: alarm.accepted_by, age: age((now - alarm.accepted_ms) / 1000) });
      const text = [taken, callText(alarm, now)].filter(Boolean).join(" · ");
      put(call, text);
      show(words, text !== "" || (alarm.rejected ?? []).length > 0);
    }

    return { words, buttons, update, tick };
  }

  chairside.answer = answer;
})((window.chairside ??= { views: {} }));
