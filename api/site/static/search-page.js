// The search page: arrows and j, k go from the entry through the results and back; a asks an expert.
customElements.define(
  "search-page",
  class extends HTMLElement {
    connectedCallback() {
      document.addEventListener("keydown", (event) => this.#pressed(event));
    }

    /** @param {KeyboardEvent} event */
    #pressed(event) {
      if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
      const entry = event.target instanceof Element ? event.target.closest("input") : null;
      if (event.key === "a" && !entry) return this.#ask(event);
      const down = event.key === "ArrowDown" || (event.key === "j" && !entry);
      const up = event.key === "ArrowUp" || (event.key === "k" && !entry);
      if (!down && !up) return;
      const links = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".hits h2 a")]);
      const here = links.findIndex((link) => link === document.activeElement);
      if (here < 0 && up) return;
      event.preventDefault();
      const next = here + (down ? 1 : -1);
      if (next < 0) this.querySelector("input")?.focus();
      else links[Math.min(next, links.length - 1)]?.focus();
    }

    /** Ask; somebody who is not known is to say who they are. @param {KeyboardEvent} event */
    #ask(event) {
      const form = /** @type {HTMLFormElement | null} */ (this.querySelector(".expert form"));
      if (!form) return;
      event.preventDefault();
      const who = /** @type {HTMLInputElement | null} */ (form.querySelector("input[required]"));
      if (who && !who.value) who.focus();
      else form.requestSubmit();
    }
  },
);
