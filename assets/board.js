"use strict";
// The board: a tile for every chair, all in one view without scrolling, the worst first if so wished.
(function (chairside) {
  const { t } = chairside;
  const { dom } = chairside;
  const { el, button, mark, show } = dom;
  const PHONE_PX = 700;
  const RESTING_MS = 10000; // a pointer that has not moved for so long is not choosing anything

  /** Whether a pointer is down or moving over the tiles: then nothing may change place under it. */
  function pointerWatch(grid) {
    let down = false;
    let movedAt = -Infinity;
    grid.addEventListener("pointerdown", () => { down = true; });
    grid.addEventListener("pointermove", () => { movedAt = performance.now(); });
    grid.addEventListener("pointerleave", () => { movedAt = -Infinity; });
    const up = () => { down = false; };
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, up);
    return {
      held: () => down || performance.now() - movedAt < RESTING_MS,
      stop: () => ["pointerup", "pointercancel"].forEach((name) => window.removeEventListener(name, up)),
    };
  }

  function orderToggle(onchange) {
    const choices = { worst: button("choice", t("Worst first")), chair: button("choice", t("By chair")), room: button("choice", t("By room")) };
    const node = el("div", "choices", ...Object.values(choices));
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", t("Order of the chairs"));
    let chosen = localStorage.getItem("board-order");
    if (!(chosen in choices)) chosen = "worst";
    show(choices.room, false);
    function paint() {
      for (const [name, choice] of Object.entries(choices)) choice.setAttribute("aria-pressed", String(name === chosen));
    }
    for (const [name, choice] of Object.entries(choices)) {
      choice.addEventListener("click", () => {
        chosen = name;
        localStorage.setItem("board-order", name);
        paint();
        onchange();
      });
    }
    paint();
    return {
      node,
      /** What stands: rooms are no order where there is only one. */
      chosen: () => (chosen === "room" && choices.room.hidden ? "worst" : chosen),
      offerRooms: (several) => show(choices.room, several),
    };
  }

  /** The rooms of the chairs, in the order of the chairs: name → ids. */
  function roomsOf(state) {
    const rooms = new Map();
    for (const id of state.order) {
      const name = state.chairs[id].room ?? "";
      rooms.set(name, [...(rooms.get(name) ?? []), id]);
    }
    return rooms;
  }

  function mount(container) {
    const { live, order } = chairside;
    const grid = el("div", "board-grid");
    const toggle = orderToggle(() => {
      settled = new order.SettledOrder();
      layOut();
    });
    const quiet = chairside.quieting.bar();
    const sums = ["overdue", "stations", "chairs"].map((name) => [name, el("span")]);
    const [late, stations, chairs] = sums.map(([, node]) => node);
    const foot = el("footer", "board-foot", toggle.node, quiet.node, el("div", "board-spare num", chairs), el("div", "board-sum num", late, stations),
      el("span", "board-word", t("Secondary display: the bedside monitor stays the primary alarm.")));
    container.append(grid, foot);
    const pointer = pointerWatch(grid);
    const tiles = new Map();
    const headings = new Map();
    let rooms = new Map();
    let settled = new order.SettledOrder();
    let way = null;
    let laid = { nodes: [], way: null };

    /** Makes the tiles match the chairs that the server names. */
    function sync() {
      const ids = live.state.order;
      for (const id of tiles.keys()) if (!ids.includes(id)) tiles.delete(id);
      for (const id of ids) {
        if (!tiles.has(id)) tiles.set(id, chairside.tile(id));
      }
      rooms = roomsOf(live.state);
      toggle.offerRooms(rooms.size > 1);
      for (const name of rooms.keys()) {
        if (!headings.has(name)) headings.set(name, el("h2", "board-room", name || t("No room")));
      }
      layOut();
    }

    function paintSum() {
      const words = chairside.reading.summary(live.state);
      for (const [name, node] of sums) {
        dom.put(node, words[name]);
        show(node, words[name] !== "");
      }
    }

    /** Puts the tiles into the order in which they are to be seen, and rooms beside each other into their columns. */
    function arrange() {
      const groups = groupsNow();
      const nodes = groups.flatMap(({ heading, ids }) => [...(heading ? [heading] : []), ...ids.map((id) => tiles.get(id).node)]);
      if (way === laid.way && nodes.length === laid.nodes.length && nodes.every((node, n) => node === laid.nodes[n])) return;
      laid = { nodes, way };
      chairside.arrange.put(grid, nodes, (tile) => chairside.strip.inStep(tile, tile.dataset.priority));
      const areas = way.beside ? chairside.fit.areas(groups.map(({ ids }) => ids.length), way) : [];
      groups.forEach(({ heading, ids }, n) => {
        if (heading) place(heading, areas[n]?.heading);
        ids.forEach((id, k) => place(tiles.get(id).node, areas[n]?.tiles[k]));
      });
    }

    /** The chairs as they are to be seen: by room, each below its heading, or all in one order. */
    function groupsNow() {
      const { state } = live;
      const chosen = toggle.chosen();
      if (chosen === "room") return [...rooms].map(([name, ids]) => ({ heading: headings.get(name), ids }));
      if (chosen === "chair") return [{ ids: state.order }];
      return [{ ids: settled.next(state.order, state.chairs, performance.now(), pointer.held()) }];
    }

    function place(node, area = "") {
      if (node.dataset.area === area) return;
      node.dataset.area = area;
      node.style.gridArea = area;
    }

    /** Whether the page is as long as its tiles, or as the window. */
    function flow(scrolls) {
      mark(container.closest(".page") ?? container, "scrolls", scrolls);
    }

    /** Chooses columns, rows and the form of the tiles; every size on a tile is so many of its units. */
    function layOut() {
      const { fit, scrolled, list, template } = chairside.fit;
      const width = container.clientWidth;
      const byRoom = toggle.chosen() === "room";
      const counts = byRoom ? [...rooms.values()].map((ids) => ids.length) : [Math.max(1, tiles.size)];
      mark(container, "list", width < PHONE_PX);
      flow(width < PHONE_PX);
      way = width < PHONE_PX ? list(width) : fit(counts, width, grid.clientHeight, byRoom) ?? scrolled(counts, width, byRoom);
      if (way.row_px) flow(true);
      mark(container, "form", way.form);
      mark(container, "wide", Boolean(way.wide));
      grid.style.setProperty("--columns", way.columns);
      grid.style.gridTemplateRows = template(way);
      grid.style.setProperty("--u", `${way.unit.toFixed(4)}px`);
      arrange();
    }

    const resized = new ResizeObserver(layOut);
    for (const box of [container, grid]) resized.observe(box);

    const stop = live.subscribe({
      frame(changed, whole) {
        if (whole) sync();
        const now = live.now();
        for (const [id, keys] of changed) tiles.get(id)?.update(live.state.chairs[id], now, keys);
      },
      news() {
        quiet.update(live.now());
        paintSum();
        arrange();
      },
      tick(now) {
        quiet.update(now);
        for (const tile of tiles.values()) tile.tick(now);
        arrange();
      },
    });

    return () => {
      stop();
      pointer.stop();
      resized.disconnect();
    };
  }

  chairside.views.board = mount;
})((window.chairside ??= { views: {} }));
