// The leaves: a slider and a number for each, by scope, and whether it is trained.
import { element } from "./markup.js";

/** @typedef {import("./model.js").Leaf} Leaf */

export class Leaves {
  /**
   * @param {Element} root
   * @param {import("./model.js").Model} model
   * @param {(leaf: Leaf, x: number) => void} onMove
   */
  constructor(root, model, onMove) {
    this.model = model;
    this._onMove = onMove;
    /** @type {{leaf: Leaf, slider: HTMLInputElement, field: HTMLInputElement}[]} */
    this.rows = [];
    for (const scope of new Set(model.leaves.map((leaf) => leaf.scope))) {
      const own = model.leaves.filter((leaf) => leaf.scope === scope);
      const legend = element("legend", scope ? {} : { class: "hidden" }, scope || "Leaves");
      root.append(element("fieldset", {}, legend, ...own.map((leaf) => this._row(leaf))));
    }
    this.update();
  }

  _row(/** @type {Leaf} */ leaf) {
    const { label } = leaf;
    const names = { "data-leaf-slider": label, "aria-label": `${label}, slider` };
    const slider = element("input", { type: "range", ...names });
    const own = { "data-leaf": label, "aria-label": label };
    const field = element("input", { type: "number", step: "any", ...own });
    const trained = { "aria-label": `train ${label}`, title: "train this leaf" };
    const box = element("input", { type: "checkbox", ...trained });
    box.checked = leaf.trains;
    box.addEventListener("change", () => { leaf.trains = box.checked; });
    slider.addEventListener("input", () => this._onMove(leaf, Number(slider.value)));
    field.addEventListener("input", () => {
      if (Number.isFinite(field.valueAsNumber)) this._onMove(leaf, field.valueAsNumber);
    });
    this.rows.push({ leaf, slider, field });
    this._range(slider, this.model.program.data[leaf.node]);
    const name = element("span", { class: "name", title: label }, label);
    return element("div", { class: "leaf" }, box, name, slider, field);
  }

  /** Let a slider reach as far to both sides as its number is large, and 1 at least. */
  _range(/** @type {HTMLInputElement} */ slider, /** @type {number} */ x) {
    if (!Number.isFinite(x)) return;
    const reach = Math.max(1, 2 * Math.abs(x));
    slider.min = String(x - reach);
    slider.max = String(x + reach);
    slider.step = "any";
  }

  update() {
    for (const { leaf, slider, field } of this.rows) {
      const x = this.model.program.data[leaf.node];
      if (x < Number(slider.min) || x > Number(slider.max)) this._range(slider, x);
      if (Number(slider.value) !== x) slider.value = String(x);
      if (document.activeElement !== field && field.valueAsNumber !== x) field.value = String(x);
    }
  }
}
