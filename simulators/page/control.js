"use strict";
// The trainer's page: shows once a second what is, and sends orders. Nothing is remembered here but the chair chosen.
(function () {
  const $ = (id) => document.getElementById(id);
  const FAULTS = {
    probe_off: "Probe off", stuck_value: "Stuck number", cuff_on_probe_arm: "Cuff on the probe's arm", swap: "Swap with",
    wrong_patient: "Probe on the patient of", cuff_failure: "Cuff fails", cuff_leak: "Cuff leaks", wrong_unit: "kPa for mmHg",
    clock_skew: "Clock 24 min slow", clock_jump: "Clock an hour ahead", silent: "Silent", freeze: "Freeze", unplug: "Unplug",
    garbage: "Noise", corrupt: "Wrong bits", wrong_baud: "Wrong speed", dribble: "Dribble", flood: "Flood", drop: "Lost messages",
    duplicate: "Doubled", reorder: "Out of order",
  };
  const VITALS = { systolic: ["pressure", "mmHg"], spo2: ["SpO₂", "%"], heart_rate: ["heart rate", "/min"] };
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
      else say(body.message, "fault");
    } catch {
      say("The simulator does not answer.", "fault");
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
      say("The simulator does not answer.", "fault");
      return;
    }
    if ($("said").textContent === "The simulator does not answer.") say("");
    paint();
  }

  function paint() {
    put($("title"), state.title);
    const speed = state.speed === 1 ? "" : `, ${state.speed} times as fast`;
    put($("clock"), new Date(state.shown_ms).toLocaleTimeString("en-GB") + speed);
    $("pause").setAttribute("aria-pressed", String(state.paused));
    put($("pause"), state.paused ? "Let patients go on" : "Pause patients");
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
      mark.title = busy ? "something goes on here" : "";
      put(now, truth ? `${truth.systolic}/${truth.diastolic} · ${truth.spo2} % · ${truth.heart_rate}` : "nobody sits here");
      nav.children[n].setAttribute("aria-current", String(chair.id === chosen));
    });
  }

  function paintChair(chair) {
    const { patient } = chair;
    put($("name"), `Chair ${chair.label}`);
    put($("person"), patient ? words(patient) : "Nobody sits here.");
    $("seated").hidden = $("truth").hidden = !patient;
    if (patient) {
      const { truth } = patient;
      const rows = [["bp", "true pressure", `${truth.systolic}/${truth.diastolic}`], ["spo2", "SpO₂ %", String(truth.spo2)],
        ["hr", "heart rate", String(truth.heart_rate)]];
      if ($("truth").childElementCount === 0) {
        $("truth").append(...rows.map(([name, label]) => el("div", "", el("dt", "", label), el("dd", name))));
      }
      rows.forEach(([, , text], n) => put($("truth").children[n].lastChild, text));
    }
    const going = [
      ...(patient?.courses ?? []).map((course) => {
        const [name, unit] = VITALS[course.vital];
        return `${name} to ${course.to} ${unit}${course.left_s > 0 ? ` ${left(course.left_s)}` : ", going back"}`;
      }),
      ...chair.devices.flatMap((device) => device.faults.map((fault) => `${device.name}: ${FAULTS[fault.kind] ?? fault.kind} ${left(fault.left_s)}`)),
    ];
    if ($("going").dataset.text !== going.join("\n")) {
      $("going").dataset.text = going.join("\n");
      $("going").replaceChildren(...going.map((text) => el("li", "", text)));
    }
    paintDevices(chair);
  }

  function words(patient) {
    const parts = [`${patient.sex}, ${patient.age} years, ${patient.weight_kg} kg`, patient.preset, patient.phase];
    if (patient.infusion_min !== null) parts.push(`minute ${Math.floor(patient.infusion_min)} of the infusion`);
    if (patient.ahead_s > 0) parts.push(`body ${left(patient.ahead_s) || "hours"} ahead of the clock`);
    if (patient.ahead_s < 0) parts.push(`body ${left(-patient.ahead_s) || "hours"} behind the clock`);
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
      const node = el("button", "", FAULTS[kind] ?? kind);
      node.type = "button";
      node.dataset.kind = kind;
      node.addEventListener("click", () => {
        const there = node.getAttribute("aria-pressed") === "true";
        const what = { do: there ? "end" : "fault", device: device.id, kind };
        if (!there) what.for_s = Number(minutes.value) * 60;
        if (!there && OF_TWO.includes(kind)) what.other = others.value;
        order(what, `${device.name}: ${node.textContent} ${there ? "ended" : "begun"}.`);
      });
      return node;
    });
    const two = device.possible.some((kind) => OF_TWO.includes(kind)) && device.others.length > 0;
    return el("section", "device", name, el("label", "", "for", minutes, "min"), el("div", "faults", ...buttons),
      ...(two ? [el("label", "", "with", others)] : []));
  }

  for (const form of document.querySelectorAll("form[data-do]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const what = { do: form.dataset.do };
      for (const [name, value] of new FormData(form)) what[name] = ["what", "preset"].includes(name) ? value : Number(value);
      order(what, `${form.querySelector("h3").textContent}: ordered.`);
    });
  }
  for (const direct of document.querySelectorAll("[data-order]")) {
    direct.addEventListener("click", () => order(JSON.parse(direct.dataset.order), `${direct.textContent}: ordered.`));
  }
  const what = document.querySelector("select[name=what]");
  function amounts() {
    const { value, min, max, unit } = what.selectedOptions[0].dataset;
    Object.assign(what.form.elements.amount, { value, min, max });
    put($("unit"), unit);
  }
  what.addEventListener("change", amounts);
  amounts();
  $("clear").addEventListener("click", () => order({ do: "clear" }, "All that was ordered here ends; values go back within a minute."));
  $("pause").addEventListener("click", () => {
    const paused = state?.paused ?? false;
    post("/api/time", { do: paused ? "resume" : "pause" }, paused ? "Patients go on." : "Patients stand still; their devices go on talking.");
  });
  for (const step of document.querySelectorAll("[data-step]")) {
    step.addEventListener("click", () => post("/api/time", { do: "step", seconds: Number(step.dataset.step) }, `All patients are ${step.textContent.slice(1)} further.`));
  }

  look();
  setInterval(look, 1000);
})();
