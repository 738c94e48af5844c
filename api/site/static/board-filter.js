// Shows the board as soon as a choice is made; without a script there is a button for it.
customElements.define(
  "board-filter",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form");
      form?.addEventListener("change", () => {
        // A date that is being typed changes with every key; one with the year 0002 is not meant.
        const fields = /** @type {HTMLInputElement[]} */ ([...form.elements].filter((field) => "value" in field));
        if (fields.some((field) => field.type === "date" && field.value && field.value < "1980")) return;
        location.assign(this.#address(form, fields));
      });
    }

    /** Return the address of the choice, without what is not chosen. @param {HTMLFormElement} form @param {HTMLInputElement[]} fields */
    #address(form, fields) {
      const chosen = fields.filter((field) => field.name && field.value).map((field) => [field.name, field.value]);
      const query = new URLSearchParams(chosen).toString();
      return form.action + (query ? `?${query}` : "");
    }
  },
);
