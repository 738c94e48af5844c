// Keys: ? lists them, g and a letter goes to a page, j and k move through rows, Enter opens what is behind one.
const PAGES = { l: "/", k: "/knowledge", d: "/definitions", h: "/health" };

customElements.define(
  "key-help",
  class extends HTMLElement {
    connectedCallback() {
      this.after = "";
      this.querySelector(".keys")?.addEventListener("click", () => this.querySelector("dialog")?.showModal());
      document.addEventListener("keydown", (event) => this.#pressed(event));
    }

    /** @param {KeyboardEvent} event */
    #pressed(event) {
      const asks = event.key === "/" && !(event.target instanceof Element && event.target.closest("input, textarea, select"));
      if (asks || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
        event.preventDefault();
        const entry = /** @type {HTMLInputElement | null} */ (document.querySelector("#ask") ?? document.querySelector("#entry"));
        entry?.focus();
        return entry?.select();
      }
      const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
      if (typing || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
      const key = event.key;
      if (this.after === "g" && key in PAGES) return location.assign(PAGES[/** @type {"l" | "k" | "d" | "h"} */ (key)]);
      this.after = key;
      if (key === "?") this.querySelector("dialog")?.showModal();
      else if (key === "j" || key === "k") this.#move(key === "j" ? 1 : -1);
      else if (key === "p") /** @type {HTMLElement | null} */ (document.querySelector(".pause"))?.click();
    }

    /** @param {number} step */
    #move(step) {
      const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("tr[data-row] .value a, .rows .main a")]);
      const here = links.findIndex((link) => link === document.activeElement);
      links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
    }
  },
);
