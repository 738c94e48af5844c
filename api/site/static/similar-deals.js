// Deals like one, beside it: loaded when it is looked at, and compared anew when the slider or the stage moves.
import { fragment } from "./fragment.js";

customElements.define(
  "similar-deals",
  class extends HTMLElement {
    connectedCallback() {
      this.loading = new AbortController();
      this.addEventListener("change", () => this.#again());
      this.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#again();
      });
      new IntersectionObserver((seen, watch) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        watch.disconnect();
        this.#load(this.dataset.url ?? "");
      }).observe(this);
    }

    #again() {
      const form = this.querySelector("form");
      if (!form) return;
      const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
      this.#load(`${form.getAttribute("action")}?${asked}`);
    }

    /** @param {string} url */
    async #load(url) {
      this.loading.abort();
      this.loading = new AbortController();
      const name = this.contains(document.activeElement) ? document.activeElement?.getAttribute("name") : null;
      this.setAttribute("aria-busy", "true");
      const found = await fragment(url, this.loading.signal).catch(() => undefined);
      if (found === undefined) return;
      this.removeAttribute("aria-busy");
      if (found) this.replaceChildren(...found.childNodes);
      if (name) /** @type {HTMLElement | null} */ (this.querySelector(`[name="${name}"]`))?.focus();
    }
  },
);
