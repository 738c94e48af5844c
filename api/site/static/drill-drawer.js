// The drawer: what is behind a number, over the page that shows it. Links keep working without it.
import { load } from "./fragment.js";

customElements.define(
  "drill-drawer",
  class extends HTMLElement {
    connectedCallback() {
      this.dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
      this.inner = /** @type {HTMLElement} */ (this.querySelector(".drawer-inner"));
      this.querySelector(".close")?.addEventListener("click", () => this.dialog.close());
      this.dialog.addEventListener("click", (event) => {
        if (event.target === this.dialog) this.dialog.close();
      });
      this.dialog.addEventListener("close", () => this.back?.focus());
      document.addEventListener("click", (event) => this.#clicked(event));
    }

    /** @param {MouseEvent} event */
    #clicked(event) {
      const link = event.target instanceof Element ? event.target.closest("a[data-drawer]") : null;
      if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (!this.dialog.open) this.back = link;
      this.open(link.pathname + link.search);
    }

    /** @param {string} url */
    async open(url) {
      this.asked?.abort();
      this.asked = new AbortController();
      this.inner.setAttribute("aria-busy", "true");
      const waiting = setTimeout(() => (this.inner.textContent = this.dataset.loading ?? ""), 200);
      if (!this.dialog.open) this.dialog.showModal();
      try {
        await load(this.inner, url, this.asked.signal);
        this.dialog.scrollTop = 0;
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "AbortError")) {
          this.inner.textContent = this.dataset.failed ?? "";
        }
      } finally {
        clearTimeout(waiting);
        this.inner.removeAttribute("aria-busy");
      }
    }
  },
);
