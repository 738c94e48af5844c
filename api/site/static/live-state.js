// What live pages have in common: the words of their state, a pause, and coming back from the browser's memory.
import { follow } from "./stream.js";

/** @typedef {import("./stream.js").Frame} Frame */

/** An element with `data-streams` whose `show` is called with every frame, but not while it is paused. */
export class LiveElement extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.streams) return;
    this.paused = false;
    /** What arrived during a pause, by board. @type {Map<string, {kind: string, frame: Frame}>} */
    this.held = new Map();
    this.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest(".pause")) this.#pause();
    });
    this.back = (/** @type {PageTransitionEvent} */ event) => event.persisted && this.#follow();
    addEventListener("pageshow", this.back);
    const button = this.querySelector(".pause");
    if (button instanceof HTMLElement) button.hidden = false;
    this.#follow();
  }

  disconnectedCallback() {
    if (this.back) removeEventListener("pageshow", this.back);
    this.stop?.();
  }

  /** @param {string} board @param {string} kind @param {Frame} frame */
  show(board, kind, frame) {}

  #follow() {
    const boards = (this.dataset.streams ?? "").split(" ");
    this.stop = follow(boards, this.dataset.worker ?? "", (board, kind, frame) => {
      if (kind === "again") return this.#state("again");
      this.#state(this.paused ? "paused" : "on");
      if (!frame) return;
      if (this.paused) this.#hold(board, kind, frame);
      else this.show(board, kind, frame);
    });
  }

  /** Keep one frame a board, however long the pause. @param {string} board @param {string} kind @param {Frame} frame */
  #hold(board, kind, frame) {
    const held = this.held?.get(board);
    if (kind === "board" || !held) return void this.held?.set(board, { kind, frame });
    const rows = { ...held.frame.rows, ...frame.rows };
    for (const name of frame.gone) delete rows[name];
    const gone = [...new Set([...held.frame.gone, ...frame.gone])].filter((name) => !(name in rows));
    this.held?.set(board, { kind: held.kind, frame: { rows, gone, head: frame.head } });
  }

  #pause() {
    this.paused = !this.paused;
    this.querySelector(".pause")?.setAttribute("aria-pressed", String(this.paused));
    this.#state(this.paused ? "paused" : "on");
    if (this.paused) return;
    for (const [board, { kind, frame }] of this.held ?? []) this.show(board, kind, frame);
    this.held?.clear();
  }

  /** @param {"on" | "again" | "paused"} state */
  #state(state) {
    const place = this.querySelector(".state");
    if (!(place instanceof HTMLElement) || place.dataset.state === state) return;
    place.dataset.state = state;
    const word = place.querySelector(".word");
    if (word) word.textContent = this.dataset[state] ?? "";
  }
}
