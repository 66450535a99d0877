"use strict";
// The bar on every page: clinic, DEMO, alarms by priority, chairs in use, sound, who is here, pages, the time.
(function (chairside) {
  const { t } = chairside;
  const { el, button, put, mark, show, clock } = chairside.dom;
  const { MARKS, acknowledged } = chairside.reading;
  const PAGES = [["/", t("Board")], ["/alarms", t("Alarms")], ["/handover", t("Hand over")], ["/history", t("History")],
    ["/sandbox", t("Sandbox")], ["/devices", t("Devices")], ["/admin", t("Admin")]];
  const FOR_ADMIN = ["/sandbox", "/devices", "/admin"];
  const ENDING_S = 900; // so long before a sign-in ends, the bar offers to stay

  /** Administrators' pages are for them alone; a display that may not say who sits here sees no visits. */
  function leadsSomewhere(path) {
    if (path === "/history") return chairside.me.labels;
    return !FOR_ADMIN.includes(path) || chairside.me.role === "admin";
  }

  function navigation() {
    const links = PAGES.map(([href, name]) => {
      const link = el("a", "nav-link", name);
      link.href = href;
      link.dataset.nav = "";
      return link;
    });
    const simulator = el("a", "nav-link", t("Simulator"));
    Object.assign(simulator, { target: "_blank", rel: "noopener" });
    const node = el("nav", "nav", ...links, simulator);
    node.setAttribute("aria-label", t("Pages"));
    function update() {
      show(simulator, chairside.me.simulator !== "");
      if (chairside.me.simulator) simulator.href = chairside.me.simulator;
      for (const link of links) {
        show(link, leadsSomewhere(link.pathname));
        const here = link.pathname === window.location.pathname;
        if (here) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    }
    return { node, update };
  }

  /** How many alarms of each priority nobody has taken yet; those that somebody has are counted apart. */
  function alarmCounts() {
    const pills = Object.fromEntries(["high", "medium", "low"].map((priority) => {
      const count = el("span", "num");
      const node = el("a", "pill", el("span", "pill-marks", MARKS[priority]), count);
      node.href = "/alarms";
      node.dataset.nav = "";
      mark(node, "priority", priority);
      return [priority, { node, count }];
    }));
    const taken = el("span", "bar-word num");
    const node = el("div", "pills", ...Object.values(pills).map((pill) => pill.node), taken);
    function update(alarms) {
      for (const [priority, pill] of Object.entries(pills)) {
        const n = alarms.filter((alarm) => alarm.priority === priority && !acknowledged(alarm)).length;
        put(pill.count, String(n));
        show(pill.node, n > 0);
        pill.node.setAttribute("aria-label", t("{n} {priority} priority alarms", { n, priority: t(priority) }));
      }
      const handled = alarms.filter(acknowledged).length;
      put(taken, handled > 0 ? `✓ ${handled}` : "");
      show(taken, handled > 0);
      taken.title = t("acknowledged, still standing");
    }
    return { node, update };
  }

  /** `12 alarms: 3 high, 9 medium`. */
  function floodWords(flood) {
    const parts = ["high", "medium", "low"].filter((priority) => flood[priority] > 0);
    const all = parts.reduce((sum, priority) => sum + flood[priority], 0);
    return t("{n} alarms: {each}", { n: all, each: parts.map((priority) => `${flood[priority]} ${t(priority)}`).join(", ") });
  }

  /** The colours of this station, behind one button. */
  function colours() {
    const { theme } = chairside;
    const words = { dark: t("Dark room"), light: t("Light"), contrast: t("High contrast") };
    const open = button("colours", "◐");
    const picks = theme.NAMES.map((name) => {
      const pick = button("colours-pick", words[name]);
      pick.addEventListener("click", () => {
        theme.choose(name);
        opened.close();
      });
      return pick;
    });
    const menu = el("div", "colours-menu", ...picks);
    menu.id = "colours-menu";
    const opened = chairside.menu(open, menu);
    open.title = t("Colours");
    open.setAttribute("aria-label", t("Colours"));
    const paint = () => picks.forEach((pick, n) => pick.setAttribute("aria-pressed", String(theme.NAMES[n] === theme.current())));
    theme.onchange.add(paint);
    paint();
    function stop() {
      opened.stop();
      theme.onchange.delete(paint);
    }
    return { nodes: [open, menu], stop };
  }

  function user() {
    const { dialogs } = chairside;
    const name = el("span", "user-name");
    const change = button("user-switch", t("Switch"));
    const ending = button("user-lock");
    const lock = button("user-lock", t("Locked"));
    const out = button("user-out", t("Sign out"));
    const node = el("div", "user", name, ending, lock, change, out);
    function paint() {
      const { display, role, locked, left_s } = chairside.me;
      put(name, display);
      show(lock, locked);
      show(change, role !== "" && role !== "wall");
      show(ending, left_s !== null && left_s < ENDING_S);
      put(ending, t("Sign-in ends in {n} min", { n: Math.max(0, Math.ceil((left_s ?? 0) / 60)) }));
    }
    lock.addEventListener("click", async () => (await dialogs.askPin()) && chairside.me.refresh());
    ending.addEventListener("click", () => dialogs.switchUser(dialogs.ENDING));
    change.addEventListener("click", () => dialogs.switchUser());
    out.addEventListener("click", dialogs.signOut);
    chairside.me.onchange.add(paint);
    paint();
    return { node, stop: () => chairside.me.onchange.delete(paint) };
  }

  /** DEMO, REPLAY or both, where a chair's data are no patient's. */
  function origins(state) {
    const chairs = Object.values(state.chairs).filter((chair) => chair.demo);
    const replay = chairs.some((chair) => chair.replay);
    const demo = chairs.some((chair) => !chair.replay) || (state.demo && !replay);
    return [demo && "DEMO", replay && "REPLAY"].filter(Boolean).join(" · ");
  }

  /** Whose data they are stands in the title of every page, and so does the worst alarm, for a tab in the background. */
  function title(origin, alarms) {
    const worst = ["high", "medium"].find((p) => alarms.some((a) => a.priority === p && !acknowledged(a)));
    const bare = document.title.replace(/^(!!!? · )?(DEMO · )?(REPLAY · )?/, "");
    const wanted = (worst ? `${MARKS[worst]} · ` : "") + (origin ? `${origin} · ` : "") + bare;
    if (document.title !== wanted) document.title = wanted;
  }

  function mount(container) {
    const { live } = chairside;
    const clinic = el("a", "bar-clinic");
    clinic.href = "/";
    clinic.dataset.nav = "";
    const demo = el("span", "demo-mark");
    const counts = alarmCounts();
    const chairs = el("span", "bar-word bar-chairs num");
    const overdue = el("span", "bar-word bar-overdue num");
    const stations = el("span", "bar-word bar-stations num");
    const time = el("time", "bar-time num");
    const flood = el("a", "bar-flood num");
    flood.href = "/alarms";
    flood.dataset.nav = "";
    const quiet = chairside.quieting.bar();
    const pages = navigation();
    const sound = chairside.soundMenu();
    const step = chairside.soundStep();
    const who = user();
    const shades = colours();
    const clinicAlarms = chairside.clinicAlarms();
    const notices = el("div", "notices");
    notices.setAttribute("role", "status");
    container.append(
      el("div", "bar", clinic, demo, flood, counts.node, el("div", "bar-sum", overdue, stations), el("div", "bar-spare", chairs), quiet.node, ...sound.nodes, who.node,
        chairside.languageChoice("language"), ...shades.nodes, pages.node, time),
      step.node, clinicAlarms.node, notices);

    function news() {
      const { state } = live;
      const alarms = chairside.reading.everyAlarm(state);
      put(clinic, state.clinic);
      put(demo, origins(state));
      show(demo, state.demo);
      counts.update(alarms);
      put(flood, state.flood ? floodWords(state.flood) : "");
      show(flood, Boolean(state.flood));
      show(counts.node, !state.flood);
      quiet.update(live.now());
      const words = chairside.reading.summary(state);
      put(chairs, words.chairs);
      put(overdue, words.overdue);
      show(overdue, words.overdue !== "");
      put(stations, words.stations);
      mark(stations, "none", state.stations.sound === 0);
      clinicAlarms.update(state.alarms, live.now());
      const sentences = state.notices.map(chairside.retold);
      if (notices.childElementCount !== sentences.length || [...notices.children].some((n, i) => n.textContent !== sentences[i])) {
        notices.replaceChildren(...sentences.map((sentence) => el("p", "notice", sentence)));
      }
      title(origins(state), alarms);
    }

    const stop = live.subscribe({
      news,
      tick(now) {
        put(time, clock(now));
        pages.update();
        quiet.update(now);
        title(origins(live.state), chairside.reading.everyAlarm(live.state));
        clinicAlarms.tick(now);
      },
    });
    return () => [stop, sound.stop, step.stop, who.stop, shades.stop].forEach((end) => end());
  }

  chairside.views.topbar = mount;
})((window.chairside ??= { views: {} }));
