// A scorecard that is brought up to date after events arrived, but not more often than every few seconds.
import { fragment } from "./fragment.js";
import { LiveElement } from "./live-state.js";

const SETTLE_MS = 500;
const REST_MS = 10_000;

class LiveCard extends LiveElement {
  /** @param {string} _board @param {string} kind */
  show(_board, kind) {
    if (kind !== "change") return;
    const rested = (this.renewed ?? -REST_MS) + REST_MS - performance.now();
    this.renewing ??= setTimeout(() => this.#renew(), Math.max(SETTLE_MS, rested));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.renewing);
  }

  async #renew() {
    this.renewing = undefined;
    this.renewed = performance.now();
    if (document.hidden || this.paused || this.querySelector(".live-part :focus, .live-part details[open]")) return this.show("", "change");
    const fresh = (await fragment(location.pathname + location.search))?.querySelector(".live-part");
    if (fresh) this.querySelector(".live-part")?.replaceWith(fresh);
  }
}

customElements.define("live-card", LiveCard);
