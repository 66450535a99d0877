"use strict";
// The change of shift: what a nurse's chairs are about, a note for each, a colleague, and one press for all of them.
(function (chairside) {
  const { t, w } = chairside;
  const { el, button, put, show } = chairside.dom;
  const reading = chairside.reading;

  /** A number with all that limits what may be believed of it. */
  function number(view, now) {
    const { text, state, questionable, reason, when } = reading.number(view, now);
    const limits = [reason, state === "live" ? "" : when].filter(Boolean).join(", ");
    return `${text}${questionable ? "?" : ""}${limits ? ` (${limits})` : ""}`;
  }

  /** One chair as a colleague needs it. `notes` are those that stand in its record already. */
  function card(notes) {
    const head = el("h2", "hand-chair num");
    const phase = el("span", "hand-phase num");
    const demo = chairside.dom.dataTag();
    const pressure = el("p", "hand-line num");
    const rates = el("p", "hand-line num");
    const next = el("p", "hand-line num");
    const alarms = el("ul", "hand-alarms");
    const past = el("ul", "hand-notes", ...notes.map((line) => el("li", "", line)));
    const note = Object.assign(el("input", "choose-free"), { maxLength: 280, placeholder: t("Note for your colleague") });
    const node = el("article", "card hand-card", el("header", "hand-head", head, demo.node, phase),
      alarms, pressure, rates, next, past, note);
    show(past, notes.length > 0);

    function update(chair, now) {
      const { session } = chair;
      const where = reading.progress(session, now);
      put(head, `${chair.label} ${session.label}`);
      demo.update(chair);
      put(phase, `${where.phase} ${where.clock}${where.of}`);
      const shown = reading.pressure(chair.cuff, now);
      put(pressure, `${shown.systolic}/${shown.diastolic}${shown.questionable ? "?" : ""} mmHg · ${[shown.reason, shown.when].filter(Boolean).join(" · ")} ${reading.overBaseline(chair)}`);
      put(rates, `${reading.rateLabel(chair.hr)} ${number(chair.hr, now)} · SpO₂ ${number(chair.spo2, now)}`);
      const due = [reading.nextPressure(chair.cuff, now).text && t("pressure {what}", { what: reading.nextPressure(chair.cuff, now).text }),
        reading.standby(session, now), reading.leaving(session, Infinity)];
      put(next, due.filter(Boolean).join(" · "));
      note.setAttribute("aria-label", t("Note on chair {chair}", { chair: chair.label }));
      const open = (chair.alarms ?? []).filter((alarm) => alarm.priority !== "advisory").sort(reading.byUrgency);
      const lines = open.map((alarm) => `${reading.MARKS[alarm.priority]} ${reading.alarmLine(alarm, now)}`);
      while (alarms.childElementCount > lines.length) alarms.lastChild.remove();
      lines.forEach((line, i) => put(alarms.children[i] ?? alarms.appendChild(el("li")), line));
    }

    return { node, update, note: () => note.value.trim() };
  }

  async function send(to, chairs) {
    const { toast } = chairside.dialogs;
    const answer = await chairside.act.post("/handover/confirm", { to, chairs }).catch(() => null);
    if (answer === null) return toast("Not sent: no connection to the server. Try again.");
    if (answer.status === 401) return window.location.assign("/login");
    if (answer.status === 423) return (await chairside.dialogs.askPin()) ? send(to, chairs) : undefined;
    const said = await answer.json().catch(() => ({}));
    return toast(said.message ?? t("Refused by the server ({status}).", { status: answer.status }));
  }

  function mount(container) {
    const { live, me } = chairside;
    const notes = JSON.parse(container.dataset.notes ?? "{}");
    const list = el("div", "hand-cards");
    const nothing = el("p", "alarm-none");
    const colleagues = el("div", "choose-options");
    colleagues.setAttribute("role", "radiogroup");
    colleagues.setAttribute("aria-label", t("To"));
    const confirm = el("button", "button button-primary hand-confirm");
    const form = el("form", "card hand-form", el("h2", "", t("To")), colleagues, confirm);
    container.append(list, nothing, form);
    const cards = new Map(); // session → its card
    let mine = [];
    const chosen = () => colleagues.querySelector(":checked")?.value ?? "";

    function people() {
      const others = me.nurses.filter((name) => name !== me.display);
      if (colleagues.childElementCount === others.length) return;
      colleagues.replaceChildren(...others.map((name) => {
        const input = Object.assign(el("input"), { type: "radio", name: "to", value: name });
        return el("label", "choose-option", input, el("span", "", name));
      }));
    }

    function paint(now) {
      people();
      mine = live.state.order.map((id) => live.state.chairs[id]).filter((chair) => chair.session?.nurse === me.display);
      for (const [session, one] of cards) {
        if (mine.some((chair) => chair.session.id === session)) continue;
        one.node.remove();
        cards.delete(session);
      }
      for (const chair of mine) {
        const { id } = chair.session;
        if (!cards.has(id)) {
          cards.set(id, card(notes[id] ?? []));
          list.append(cards.get(id).node);
        }
        cards.get(id).update(chair, now);
      }
      const nurse = me.role === "nurse";
      const to = chosen();
      show(form, nurse && mine.length > 0);
      put(confirm, t(mine.length === 1 ? w("Hand over 1 chair") : w("Hand over {n} chairs"), { n: mine.length }) + (to ? ` ${t("to {name}", { name: to })}` : ""));
      confirm.disabled = to === "";
      put(nothing, nurse ? t("You look after no chair.") : t("Nurses hand their chairs over here."));
      show(nothing, mine.length === 0);
    }

    form.addEventListener("input", () => paint(live.now()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chairs = mine.map((chair) => ({ chair: chair.id, session: chair.session.id, note: cards.get(chair.session.id).note() }));
      chairside.act.whilePressed(confirm, () => send(chosen(), chairs));
    });
    const again = () => paint(live.now());
    me.onchange.add(again);
    const stop = live.subscribe({ frame: again, tick: paint });
    return () => {
      stop();
      me.onchange.delete(again);
    };
  }

  chairside.views.handover = mount;
})((window.chairside ??= { views: {} }));
