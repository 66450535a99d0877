"use strict";
// The trainer's page: shows once a second what is, and sends orders. Nothing is remembered here but the chair chosen.
(function () {
  const { t, w, decimal, clock, refusals } = window.trainer;
  const $ = (id) => document.getElementById(id);
  const SILENT = t("The simulator does not answer.");
  const FAULTS = {
    probe_off: w("Probe off"), stuck_value: w("Stuck number"), cuff_on_probe_arm: w("Cuff on the probe's arm"), swap: w("Swap with"),
    wrong_patient: w("Probe on the patient of"), cuff_failure: w("Cuff fails"), cuff_leak: w("Cuff leaks"), wrong_unit: w("kPa for mmHg"),
    clock_skew: w("Clock 24 min slow"), clock_jump: w("Clock an hour ahead"), silent: w("Silent"), freeze: w("Freeze"), unplug: w("Unplug"),
    garbage: w("Noise"), corrupt: w("Wrong bits"), wrong_baud: w("Wrong speed"), dribble: w("Dribble"), flood: w("Flood"), drop: w("Lost messages"),
    duplicate: w("Doubled"), reorder: w("Out of order"),
  };
  const VITALS = { systolic: [t("pressure"), "mmHg"], spo2: ["SpO₂", "%"], heart_rate: [t("heart rate"), "/min"] };
  const PHASES = {
    seated: t("Seated"), baseline: t("Baseline"), infusion: t("Infusion"), paused: t("Paused"), recovery: t("Recovery"), ready: t("Ready"),
  };
  const SEXES = { female: t("female"), male: t("male") };
  const nameOf = (kind) => t(FAULTS[kind] ?? kind);
  const OF_TWO = ["swap", "wrong_patient"];
  let state = null;
  let chosen = decodeURIComponent(location.hash.slice(1));

  function el(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  }
  function put(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function say(text, kind = "") {
    put($("said"), text);
    $("said").dataset.kind = kind;
  }
  const left = (seconds) => (seconds >= 7200 ? "" : seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${Math.max(0, seconds)} s`);

  async function post(path, order, done) {
    try {
      const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) });
      const body = await answer.json();
      if (answer.ok) say(done);
      else say(refusals(body.message), "fault");
    } catch {
      say(SILENT, "fault");
    }
    await look();
  }
  const order = (what, done) => post(`/api/chairs/${encodeURIComponent(chosen)}`, what, done);

  async function look() {
    try {
      const answer = await fetch("/api");
      if (!answer.ok) throw new Error((await answer.json()).message);
      const first = state === null;
      state = await answer.json();
      if (first && $("said").dataset.kind !== "fault") say("");
    } catch {
      say(SILENT, "fault");
      return;
    }
    if ($("said").textContent === SILENT) say("");
    paint();
  }

  function paint() {
    put($("title"), state.title);
    const speed = state.speed === 1 ? "" : `, ${t("{n} times as fast", { n: decimal(state.speed) })}`;
    put($("clock"), clock(state.shown_ms) + speed);
    $("pause").setAttribute("aria-pressed", String(state.paused));
    put($("pause"), state.paused ? t("Let patients go on") : t("Pause patients"));
    if (!state.chairs.some((chair) => chair.id === chosen)) {
      chosen = (state.chairs.find((chair) => chair.patient?.infusion_min != null) ?? state.chairs[0])?.id ?? "";
    }
    paintChairs();
    const chair = state.chairs.find((each) => each.id === chosen);
    $("chair").hidden = !chair;
    if (chair) paintChair(chair);
    if ($("preset").childElementCount === 0) $("preset").append(...state.patients.map((name) => new Option(name, name)));
  }

  function paintChairs() {
    const nav = $("chairs");
    if (nav.childElementCount !== state.chairs.length) {
      nav.replaceChildren(...state.chairs.map((chair) => {
        const node = el("button", "", el("span", "label"), el("span", "room soft"), el("span", "mark"), el("span", "now"));
        node.type = "button";
        node.addEventListener("click", () => {
          chosen = chair.id;
          location.hash = encodeURIComponent(chosen);
          say("");
          paint();
        });
        return node;
      }));
    }
    state.chairs.forEach((chair, n) => {
      const [label, room, mark, now] = nav.children[n].children;
      const busy = chair.devices.some((device) => device.faults.length) || (chair.patient?.courses.length ?? 0) > 0;
      const { truth } = chair.patient ?? {};
      put(label, chair.label);
      put(room, chair.room);
      put(mark, busy ? "●" : "");
      mark.title = busy ? t("something goes on here") : "";
      put(now, truth ? `${truth.systolic}/${truth.diastolic} · ${truth.spo2} % · ${truth.heart_rate}` : t("nobody sits here"));
      nav.children[n].setAttribute("aria-current", String(chair.id === chosen));
    });
  }

  function paintChair(chair) {
    const { patient } = chair;
    put($("name"), t("Chair {chair}", { chair: chair.label }));
    put($("person"), patient ? words(patient) : t("Nobody sits here."));
    $("seated").hidden = $("truth").hidden = !patient;
    if (patient) {
      const { truth } = patient;
      const rows = [["bp", t("true pressure"), `${truth.systolic}/${truth.diastolic}`], ["spo2", "SpO₂ %", String(truth.spo2)],
        ["hr", t("heart rate"), String(truth.heart_rate)]];
      if ($("truth").childElementCount === 0) {
        $("truth").append(...rows.map(([name, label]) => el("div", "", el("dt", "", label), el("dd", name))));
      }
      rows.forEach(([, , text], n) => put($("truth").children[n].lastChild, text));
    }
    const going = [
      ...(patient?.courses ?? []).map((course) => {
        const [name, unit] = VITALS[course.vital];
        const to = t("{what} to {value} {unit}", { what: name, value: decimal(course.to), unit });
        return to + (course.left_s > 0 ? ` ${left(course.left_s)}` : `, ${t("going back")}`);
      }),
      ...chair.devices.flatMap((device) => device.faults.map((fault) => `${device.name}: ${nameOf(fault.kind)} ${left(fault.left_s)}`)),
    ];
    if ($("going").dataset.text !== going.join("\n")) {
      $("going").dataset.text = going.join("\n");
      $("going").replaceChildren(...going.map((text) => el("li", "", text)));
    }
    paintDevices(chair);
  }

  function words(patient) {
    const { sex, age, weight_kg: kg, preset, phase, infusion_min: minute, ahead_s: ahead } = patient;
    const parts = [t("{sex}, {age} years, {kg} kg", { sex: SEXES[sex] ?? sex, age, kg }), preset, PHASES[phase] ?? phase];
    if (minute !== null) parts.push(t("minute {n} of the infusion", { n: Math.floor(minute) }));
    const time = left(Math.abs(ahead)) || t("hours");
    if (ahead > 0) parts.push(t("body {time} ahead of the clock", { time }));
    if (ahead < 0) parts.push(t("body {time} behind the clock", { time }));
    return parts.join(" · ");
  }

  function paintDevices(chair) {
    const box = $("devices");
    if (box.dataset.chair !== chair.id) {
      box.dataset.chair = chair.id;
      box.replaceChildren(...chair.devices.map((device) => deviceCard(device)));
    }
    chair.devices.forEach((device, n) => {
      for (const pressed of box.children[n].querySelectorAll("button")) {
        pressed.setAttribute("aria-pressed", String(device.faults.some((fault) => fault.kind === pressed.dataset.kind)));
      }
    });
  }

  function deviceCard(device) {
    const name = el("h3", "", el("span", "", device.name), ` ${device.kind}`);
    const minutes = el("input");
    Object.assign(minutes, { type: "number", min: "0.1", max: "240", step: "any", value: device.measures.includes("cuff") ? "10" : "2" });
    const others = el("select");
    others.append(...device.others.map((id) => new Option(id, id)));
    const buttons = device.possible.map((kind) => {
      const node = el("button", "", nameOf(kind));
      node.type = "button";
      node.dataset.kind = kind;
      node.addEventListener("click", () => {
        const there = node.getAttribute("aria-pressed") === "true";
        const what = { do: there ? "end" : "fault", device: device.id, kind };
        if (!there) what.for_s = Number(minutes.value) * 60;
        if (!there && OF_TWO.includes(kind)) what.other = others.value;
        order(what, t(there ? w("{device}: {what} ended.") : w("{device}: {what} begun."), { device: device.name, what: node.textContent }));
      });
      return node;
    });
    const two = device.possible.some((kind) => OF_TWO.includes(kind)) && device.others.length > 0;
    return el("section", "device", name, el("label", "", t("for"), minutes, "min"), el("div", "faults", ...buttons),
      ...(two ? [el("label", "", t("with"), others)] : []));
  }

  for (const form of document.querySelectorAll("form[data-do]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const what = { do: form.dataset.do };
      for (const [name, value] of new FormData(form)) what[name] = ["what", "preset"].includes(name) ? value : Number(value);
      order(what, t("{what}: ordered.", { what: form.querySelector("h3").textContent }));
    });
  }
  for (const direct of document.querySelectorAll("[data-order]")) {
    direct.addEventListener("click", () => order(JSON.parse(direct.dataset.order), t("{what}: ordered.", { what: direct.textContent })));
  }
  const what = document.querySelector("select[name=what]");
  function amounts() {
    const { value, min, max, unit } = what.selectedOptions[0].dataset;
    Object.assign(what.form.elements.amount, { value, min, max });
    put($("unit"), t(unit));
  }
  what.addEventListener("change", amounts);
  amounts();
  $("clear").addEventListener("click", () => order({ do: "clear" }, t("All that was ordered here ends; values go back within a minute.")));
  $("pause").addEventListener("click", () => {
    const paused = state?.paused ?? false;
    post("/api/time", { do: paused ? "resume" : "pause" }, paused ? t("Patients go on.") : t("Patients stand still; their devices go on talking."));
  });
  for (const step of document.querySelectorAll("[data-step]")) {
    step.addEventListener("click", () => post("/api/time", { do: "step", seconds: Number(step.dataset.step) }, t("All patients are {time} further.", { time: step.textContent.slice(1) })));
  }

  look();
  setInterval(look, 1000);
})();
