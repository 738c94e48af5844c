// The editor of documents: a preview beside the text, what may exist already, and no text lost by leaving the page.
import { fragment } from "./fragment.js";

const WAIT_MS = 300;
const ALIKE_WAIT_MS = 900;

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
        const name = event.target instanceof HTMLInputElement ? event.target.name : "";
        if (event.target === text || name === "title") this.#seek(form);
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
      // What stands there already: the words of a question, or what was typed before this ran.
      if (text.value || this.querySelector("input[name=title]")?.value) this.#seek(form);
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

    /** Show what may exist already, once nobody has typed for a while. @param {HTMLFormElement} form */
    #seek(form) {
      const place = this.querySelector(".alike");
      if (!place) return;
      clearTimeout(this.seeking);
      this.seeking = window.setTimeout(async () => {
        this.finding?.abort();
        const finding = (this.finding = new AbortController());
        const sent = new URLSearchParams();
        for (const name of ["id", "base", "title", "text"]) sent.set(name, String(new FormData(form).get(name)));
        const found = await fragment("/documents/alike", finding.signal, sent).catch(() => null);
        if (found && !finding.signal.aborted) place.replaceChildren(...found.childNodes);
      }, ALIKE_WAIT_MS);
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
