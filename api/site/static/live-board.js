// A board that moves while events arrive. Frames carry absolute values; one that comes twice does no harm.
import { load, workerUrl } from "./fragment.js";

const RENEW_MS = 10_000;

/**
 * @typedef {{rank: number | null, value: string, share: number, sample: number}} Row
 * @typedef {{rows: Record<string, Row>, gone: string[], head: {total: string, position: number, applied_at: string | null}}} Frame
 */

customElements.define(
  "live-board",
  class extends HTMLElement {
    connectedCallback() {
      if (!this.dataset.src) return;
      this.paused = false;
      /** @type {Frame[]} */
      this.held = [];
      const button = /** @type {HTMLButtonElement | null} */ (this.querySelector(".pause"));
      if (button) button.hidden = false;
      this.addEventListener("click", (event) => {
        if (event.target instanceof Element && event.target.closest(".pause")) this.#pause();
      });
      this.#listen();
    }

    disconnectedCallback() {
      clearTimeout(this.renewing);
      this.stop?.();
    }

    /** Take frames from the one stream that all tabs share, or from a stream of this tab while it is visible. */
    #listen() {
      const src = this.dataset.src ?? "";
      if (window.SharedWorker && this.dataset.worker) {
        const worker = new SharedWorker(workerUrl(this.dataset.worker), { name: "paceline" });
        worker.port.onmessage = ({ data }) => data.src === src && this.#told(data.kind, data.text);
        worker.port.postMessage({ watch: src });
        this.stop = () => worker.port.postMessage({ leave: src });
        addEventListener("pagehide", () => this.stop?.(), { once: true });
        return;
      }
      const follow = () => (document.hidden ? this.#close() : this.#open(src));
      document.addEventListener("visibilitychange", follow);
      this.stop = () => {
        document.removeEventListener("visibilitychange", follow);
        this.#close();
      };
      follow();
    }

    /** @param {string} src */
    #open(src) {
      this.stream ??= new EventSource(src);
      for (const kind of ["board", "change"]) {
        this.stream.addEventListener(kind, (event) => this.#told(kind, event.data));
      }
      this.stream.onerror = () => this.#told("again", "");
    }

    #close() {
      this.stream?.close();
      this.stream = undefined;
    }

    /** @param {string} kind @param {string} text */
    #told(kind, text) {
      if (kind === "again") return this.#state("again");
      if (!this.paused) this.#state("on");
      /** @type {Frame} */
      const frame = JSON.parse(text);
      if (this.paused) this.held = kind === "board" ? [frame] : [...this.held, frame];
      else this.#show(frame, kind);
    }

    #pause() {
      this.paused = !this.paused;
      this.querySelector(".pause")?.setAttribute("aria-pressed", String(this.paused));
      this.#state(this.paused ? "paused" : "on");
      for (const frame of this.held.splice(0)) this.#show(frame, "change");
    }

    /** @param {"on" | "again" | "paused"} state */
    #state(state) {
      const place = this.querySelector(".state");
      if (!(place instanceof HTMLElement) || place.dataset.state === state) return;
      place.dataset.state = state;
      const word = place.querySelector(".word");
      const words = { on: this.dataset.live, again: this.dataset.again, paused: this.dataset.paused };
      if (word) word.textContent = words[state] ?? "";
    }

    /** @param {Frame} frame @param {string} kind */
    #show(frame, kind) {
      const body = this.querySelector("tbody");
      const known = new Map([...this.querySelectorAll("tr[data-row]")].map((row) => [row.getAttribute("data-row"), row]));
      const names = Object.keys(frame.rows);
      const strange = names.some((name) => !known.has(name)) || frame.gone.some((name) => known.has(name));
      if (!body || strange) return void this.#again();
      for (const name of names) this.#patch(/** @type {Element} */ (known.get(name)), frame.rows[name], kind === "change");
      this.#sort(body);
      if (kind === "change") this.#renewSoon();
      this.#text(".total", frame.head.total);
      if (frame.head.applied_at) {
        const moment = new Date(frame.head.applied_at);
        this.#text(".applied", moment.toLocaleString(document.documentElement.lang));
      }
    }

    /** @param {Element} row @param {Row} values @param {boolean} moved */
    #patch(row, values, moved) {
      const link = row.querySelector(".value a");
      if (moved && link && link.textContent !== values.value) {
        row.classList.remove("moved");
        requestAnimationFrame(() => row.classList.add("moved"));
      }
      if (link) link.textContent = values.value;
      const rank = row.querySelector(".rank");
      if (rank) rank.textContent = values.rank === null ? "–" : String(values.rank);
      const sample = row.querySelector(".n");
      if (sample) sample.textContent = String(values.sample);
      const bar = row.querySelector(".bar.best .fill");
      bar?.setAttribute("width", (values.share * 100).toFixed(2));
    }

    /** @param {Element} body */
    #sort(body) {
      const rows = [...body.children];
      const rank = (row) => Number(row.querySelector(".rank")?.textContent) || Infinity;
      const sorted = rows.map((row, index) => ({ row, index })).sort((a, b) => rank(a.row) - rank(b.row) || a.index - b.index);
      if (sorted.some(({ row }, index) => rows[index] !== row)) body.append(...sorted.map(({ row }) => row));
    }

    /** @param {string} place @param {string} text */
    #text(place, text) {
      const found = this.querySelector(place);
      if (found) found.textContent = text;
    }

    /** Shares of quotas and the numbers above come from other boards: bring them up to date, but not too often. */
    #renewSoon() {
      this.renewing ??= setTimeout(async () => {
        this.renewing = undefined;
        const fresh = document.createElement("div");
        if (!this.isConnected || !(await load(fresh, location.pathname + location.search))) return;
        const strip = fresh.querySelector(".strip");
        if (strip) document.querySelector(".strip")?.replaceWith(strip);
        for (const row of fresh.querySelectorAll("tr[data-row]")) {
          const name = CSS.escape(row.getAttribute("data-row") ?? "");
          const bar = row.querySelector(".barcol");
          if (bar) this.querySelector(`tr[data-row="${name}"] .barcol`)?.replaceWith(bar);
        }
      }, RENEW_MS);
    }

    /** Get the page's inner part again: somebody new is on the board, or somebody is gone. */
    async #again() {
      const main = document.querySelector("main");
      if (!main || document.querySelector("dialog[open]")) return;
      await load(main, location.pathname + location.search);
    }
  },
);
