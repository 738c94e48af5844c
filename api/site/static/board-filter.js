// Shows the board as soon as a choice is made; without a script there is a button for it.
customElements.define(
  "board-filter",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form");
      form?.addEventListener("change", () => {
        for (const field of form.elements) {
          if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && !field.value) field.disabled = true;
        }
        form.requestSubmit();
      });
    }
  },
);
