// The editor of documents: a preview beside the text, and no text lost by leaving the page.
import { fragment } from "./fragment.js";

const WAIT_MS = 300;

customElements.define(
  "document-editor",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form");
      const text = this.querySelector("textarea");
      if (!form || !text) return;
      this.saved = this.dataset.changed ? "" : this.#content(form);
      this.waiting = 0;
      form.addEventListener("input", (event) => {
        if (event.target === text) this.#later(text);
      });
      form.addEventListener("submit", (event) => {
        const chosen = /** @type {HTMLButtonElement | null} */ (event.submitter);
        if (chosen?.value !== "preview") return void (this.leaving = true);
        event.preventDefault();
        this.#show(text);
      });
      form.addEventListener("keydown", (event) => {
        if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          form.requestSubmit(this.querySelector("button[value=save]"));
        }
      });
      window.addEventListener("beforeunload", (event) => {
        if (!this.leaving && this.#content(form) !== this.saved) event.preventDefault();
      });
      if (text.value) this.#show(text);
    }

    /** @param {HTMLFormElement} form */
    #content(form) {
      return JSON.stringify([...new FormData(form)]);
    }

    /** @param {HTMLTextAreaElement} text */
    #later(text) {
      clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => this.#show(text), WAIT_MS);
    }

    /** Show how the text will look; what comes back late is left out. @param {HTMLTextAreaElement} text */
    async #show(text) {
      this.asking?.abort();
      const asking = (this.asking = new AbortController());
      const sent = new URLSearchParams({ text: text.value });
      const found = await fragment("/documents/preview", asking.signal, sent).catch(() => null);
      const place = this.querySelector(".preview");
      if (place && found && !asking.signal.aborted) place.replaceChildren(...found.childNodes);
    }
  },
);
