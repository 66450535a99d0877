"use strict";
// The board: a tile for every chair, all in one view without scrolling, the worst first if so wished.
(function (chairside) {
  const { t } = chairside;
  const { el, button, mark } = chairside.dom;
  const PHONE_PX = 700;
  const TILE_RATIO = 1.5; // a tile's width over its height, where its contents sit best
  const GAP_PX = 10;
  const RESTING_MS = 10000; // a pointer that has not moved for so long is not choosing anything

  /** The columns and rows that give `count` tiles the most room in a box. */
  function fit(count, width, height) {
    let best = { columns: 1, rows: count, room: -1 };
    for (let columns = 1; columns <= count; columns += 1) {
      const rows = Math.ceil(count / columns);
      const w = (width - GAP_PX * (columns - 1)) / columns;
      const h = (height - GAP_PX * (rows - 1)) / rows;
      const room = Math.min(w, h * TILE_RATIO);
      if (room > best.room) best = { columns, rows, room };
    }
    return best;
  }

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
    const choices = { worst: button("choice", t("Worst first")), chair: button("choice", t("By chair")) };
    const node = el("div", "choices", choices.worst, choices.chair);
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", t("Order of the chairs"));
    let chosen = localStorage.getItem("board-order") === "chair" ? "chair" : "worst";
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
    return { node, chosen: () => chosen };
  }

  function mount(container) {
    const { live, order } = chairside;
    const grid = el("div", "board-grid");
    const toggle = orderToggle(() => {
      settled = new order.SettledOrder();
      arrange();
    });
    const quiet = chairside.quieting.bar();
    const foot = el("footer", "board-foot", toggle.node, quiet.node,
      el("span", "board-word", t("Secondary display: the bedside monitor stays the primary alarm.")));
    container.append(grid, foot);
    const pointer = pointerWatch(grid);
    const tiles = new Map();
    let settled = new order.SettledOrder();

    /** Makes the tiles match the chairs that the server names. */
    function sync() {
      const ids = live.state.order;
      for (const [id, tile] of tiles) {
        if (!ids.includes(id)) {
          tile.node.remove();
          tiles.delete(id);
        }
      }
      for (const id of ids) {
        if (!tiles.has(id)) tiles.set(id, chairside.tile(id));
      }
      const nodes = ids.map((id) => tiles.get(id).node);
      if (nodes.some((node, at) => grid.children[at] !== node)) {
        grid.replaceChildren(...nodes);
        layOut();
      }
    }

    /** Gives every tile its place; moving by `order` keeps focus and scroll where they are. */
    function arrange() {
      const { state } = live;
      const byChair = toggle.chosen() === "chair";
      const ids = byChair ? state.order : settled.next(state.order, state.chairs, performance.now(), pointer.held());
      ids.forEach((id, place) => {
        const style = tiles.get(id)?.node.style;
        if (style && style.order !== String(place)) style.order = String(place);
      });
    }

    /** Chooses columns and rows; the sizes on a tile follow from its own by style. */
    function layOut() {
      const width = container.clientWidth;
      const phone = width < PHONE_PX;
      const { columns, rows } = fit(Math.max(1, tiles.size), width, grid.clientHeight);
      mark(container, "list", phone);
      grid.style.setProperty("--columns", phone ? 1 : columns);
      grid.style.setProperty("--rows", rows);
    }

    const resized = new ResizeObserver(layOut);
    resized.observe(container);

    const stop = live.subscribe({
      frame(changed, whole) {
        if (whole) sync();
        const now = live.now();
        quiet.update(now);
        for (const id of changed.keys()) tiles.get(id)?.update(live.state.chairs[id], now);
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
  chairside.fit = fit;
})((window.chairside ??= { views: {} }));
