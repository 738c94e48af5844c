// The drawer: what is behind a number, over the page that shows it. Links keep working without it.
import { fragment } from "./fragment.js";

const PATIENCE_MS = 200;

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
      this.dialog.addEventListener("close", () => this.#closed());
      document.addEventListener("click", (event) => this.#clicked(event));
    }

    /** @param {MouseEvent} event */
    #clicked(event) {
      const link = event.target instanceof Element ? event.target.closest("a[data-drawer]") : null;
      if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (!this.dialog.open) this.from = link;
      this.open(link.pathname + link.search);
    }

    /** Give the focus back; a live board may have drawn the link anew. */
    #closed() {
      this.asked?.abort();
      const href = this.from?.getAttribute("href") ?? "";
      const back = this.from?.isConnected ? this.from : document.querySelector(`a[data-drawer][href="${CSS.escape(href)}"]`);
      if (back instanceof HTMLElement) back.focus();
    }

    /** @param {string} url */
    async open(url) {
      this.asked?.abort();
      const asked = (this.asked = new AbortController());
      this.querySelector(".page")?.setAttribute("href", url);
      this.inner.setAttribute("aria-busy", "true");
      const waiting = setTimeout(() => this.#say(this.dataset.loading ?? ""), this.dialog.open ? PATIENCE_MS : 0);
      if (!this.dialog.open) this.dialog.showModal();
      try {
        const found = await fragment(url, asked.signal);
        if (found) this.inner.replaceChildren(...found.childNodes);
        else this.#failed(url);
        this.dialog.scrollTop = 0;
      } catch (error) {
        if (!asked.signal.aborted) throw error;
      } finally {
        clearTimeout(waiting);
        if (asked === this.asked) this.inner.removeAttribute("aria-busy");
      }
    }

    /** @param {string} text */
    #say(text) {
      const words = document.createElement("p");
      words.className = "empty";
      words.setAttribute("role", "status");
      words.textContent = text;
      this.inner.replaceChildren(words);
      return words;
    }

    /** @param {string} url */
    #failed(url) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.dataset.retry ?? "";
      button.addEventListener("click", () => this.open(url));
      this.#say(`${this.dataset.failed ?? ""} `).append(button);
    }
  },
);
