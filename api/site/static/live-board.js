// A board that moves while events arrive. Frames carry absolute values; one that comes twice does no harm.
import { fragment } from "./fragment.js";
import { LiveElement } from "./live-state.js";

/**
 * @typedef {import("./stream.js").Frame} Frame
 * @typedef {{rank: number | null, tied: boolean, value: string, bar: number, reached: string | null, sample: number, spark: string, weeks: string}} Row
 */

const MOVING_MAX = 60;

class LiveBoard extends LiveElement {
  /** @param {string} board @param {string} kind @param {Frame} frame */
  show(board, kind, frame) {
    if (board !== this.dataset.streams?.split(" ")[0]) return this.#figures(frame);
    if ("first" in this.dataset) return void (frame.head.position && location.reload());
    const rows = this.#rows();
    const names = Object.keys(frame.rows);
    const gone = kind === "board" ? [...rows.keys()].some((name) => !(name in frame.rows)) : frame.gone.some((name) => rows.has(name));
    if (gone || names.some((name) => !rows.has(name))) return void this.#again();
    for (const name of names) this.#row(/** @type {HTMLElement} */ (rows.get(name)), frame.rows[name], kind === "change");
    this.#sort([...rows.values()]);
    for (const [name, value] of Object.entries(frame.head)) this.#text(this.querySelector(`[data-fill="${name}"]`), String(value));
  }

  /** @returns {Map<string, HTMLElement>} */
  #rows() {
    const rows = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("tr[data-row]")]);
    return new Map(rows.map((row) => [row.dataset.row ?? "", row]));
  }

  /** @param {Element | null} place @param {string} text @returns {boolean} whether it is another text */
  #text(place, text) {
    if (!place || place.textContent === text) return false;
    place.textContent = text;
    return true;
  }

  /** @param {HTMLElement} row @param {Row} values @param {boolean} moved */
  #row(row, values, moved) {
    const changed = this.#text(row.querySelector(".value a"), values.value);
    if (moved && changed) {
      row.classList.remove("moved");
      requestAnimationFrame(() => row.classList.add("moved"));
    }
    row.dataset.rank = String(values.rank ?? "");
    this.#text(row.querySelector(".place"), String(values.rank ?? "–"));
    const tie = row.querySelector(".tie");
    if (tie instanceof HTMLElement) tie.hidden = !values.tied;
    this.#move(row, values.rank);
    this.#text(row.querySelector(".n"), String(values.sample));
    this.#text(row.querySelector(".reached"), values.reached ?? "");
    this.#text(row.querySelector(".weeks .hidden"), values.weeks);
    row.querySelector(".spark path")?.setAttribute("d", values.spark);
    row.querySelector(".fill")?.setAttribute("width", String(values.bar));
  }

  /** @param {HTMLElement} row @param {number | null} rank */
  #move(row, rank) {
    const move = row.querySelector(".move");
    if (!(move instanceof HTMLElement) || !row.dataset.before) return;
    const by = rank === null ? 0 : Number(row.dataset.before) - rank;
    const size = String(Math.abs(by));
    move.className = `move ${by > 0 ? "up" : by < 0 ? "down" : ""}`;
    move.title = by ? ((by > 0 ? this.dataset.up : this.dataset.down) ?? "").replace("#", size) : "";
    this.#text(move, by ? (by > 0 ? "▲" : "▼") + size : "");
  }

  /** Put rows into their places, as the server does: by rank, then name, then id. @param {HTMLElement[]} rows */
  #sort(rows) {
    const name = (/** @type {HTMLElement} */ row) => row.querySelector("th > :first-child")?.textContent ?? "";
    const order = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : a > b ? 1 : 0);
    const rank = (/** @type {HTMLElement} */ row) => Number(row.dataset.rank) || Number.MAX_SAFE_INTEGER;
    const sorted = [...rows].sort(
      (a, b) => rank(a) - rank(b) || order(name(a), name(b)) || order(a.dataset.row ?? "", b.dataset.row ?? ""),
    );
    if (sorted.every((row, index) => row === rows[index])) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || rows.length > MOVING_MAX;
    const before = still ? [] : sorted.map((row) => row.getBoundingClientRect().top);
    const focused = document.activeElement;
    rows[0].parentElement?.append(...sorted);
    if (focused instanceof HTMLElement && this.contains(focused)) focused.focus({ preventScroll: true });
    before.forEach((top, index) => {
      const by = top - sorted[index].getBoundingClientRect().top;
      if (by) sorted[index].animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 450, easing: "ease" });
    });
  }

  /** @param {Frame} frame */
  #figures(frame) {
    for (const [name, { value, change, way }] of Object.entries(frame.rows)) {
      const tile = this.querySelector(`[data-figure="${name}"]`);
      const place = tile?.querySelector(".change");
      if (!tile || !place) continue;
      this.#text(tile.querySelector("strong"), value);
      this.#text(place.querySelector(".text"), change);
      place.className = `change ${way}`;
      this.#text(place.querySelector("[aria-hidden]"), { up: "▲", down: "▼", same: "=" }[/** @type {"up"} */ (way)] ?? "");
    }
  }

  /** Get the rows again as the server shows them: somebody new is on the board, or somebody is gone. */
  async #again() {
    if (this.asked) return;
    this.asked = true;
    try {
      const fresh = await fragment(location.pathname + location.search);
      const panel = fresh?.querySelector(".panel");
      const row = document.activeElement?.closest("tr[data-row]")?.getAttribute("data-row");
      if (panel) this.querySelector(".panel")?.replaceWith(panel);
      const again = row && this.#rows().get(row)?.querySelector(".value a");
      if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    } finally {
      this.asked = false;
    }
  }
}

customElements.define("live-board", LiveBoard);
