// The chain rule of the chosen box: what comes back to it along each edge, and the sum.
import { element } from "./markup.js";
import { titleOf } from "./model.js";
import { numberText } from "./numbers.js";
import { contributions } from "./sentences.js";

/** @typedef {import("./model.js").Model} Model */

const STEP = 0.01; // what a nudge is at first

export class Card {
  /**
   * @param {Element} root
   * @param {Model} model
   */
  constructor(root, model) {
    this.root = root;
    this.model = model;
    this._h = STEP;
    /** @type {string | null} */
    this.selected = null;
  }

  select(/** @type {string | null} */ id) {
    this.selected = id;
    this._fill();
    this.update();
  }

  _fill() {
    const box = this.selected ? this.model.box.get(this.selected) : null;
    if (!box) {
      const hint = "Choose a box to see how its gradient comes about.";
      this.root.replaceChildren(element("p", { class: "hint" }, hint));
      return;
    }
    this._rule = element("div", {});
    this._nudged = element("p", { class: "nudged" });
    /** @type {HTMLElement[]} */
    const parts = [element("h2", {}, titleOf(box)), this._rule];
    if (box.kind === "leaf") parts.push(this._nudge(), this._nudged);
    this.root.replaceChildren(...parts);
  }

  _nudge() {
    const names = { "data-role": "nudge", "aria-label": "Nudge h" };
    const field = element("input", { type: "number", step: "any", ...names });
    field.value = String(this._h);
    field.addEventListener("input", () => {
      this._h = Number(field.value);
      this.update();
    });
    return element("label", { class: "row" }, "Nudge by h = ", field);
  }

  update() {
    const box = this.selected ? this.model.box.get(this.selected) : null;
    if (!box || !this._rule) return;
    const { model } = this;
    const text = (/** @type {number} */ x) => numberText(x, model.digits);
    const rows = [];
    if (box.label && box.text) rows.push(element("p", {}, `${box.label} = ${box.text}`));
    if (box.kind !== "scope") {
      rows.push(element("p", {}, "value ", element("b", { class: "value" }, text(model.value(box)))));
    }
    rows.push(...this._sum(box, text));
    this._rule.replaceChildren(...rows);
    if (box.kind === "leaf" && this._nudged && !model.isFrozen) {
      const change = model.nudge(box.nodes[0], this._h);
      const expected = model.gradient(box) * this._h;
      this._nudged.textContent =
        `${model.output} changes by ${text(change)}; gradient · h = ${text(expected)}`;
    }
  }

  _sum(/** @type {import("./model.js").Box} */ box, /** @type {(x: number) => string} */ text) {
    const { model } = this;
    const edges = model.edges.flatMap((x, i) => (x.source === box.id && x.carries ? [i] : []));
    const terms = contributions(model, edges);
    const name = `∂${model.output}/∂${titleOf(box)}`;
    if (box.kind === "scope" || box.kind === "condition") return [];
    const gradient = element("b", { class: "gradient" }, text(model.gradient(box)));
    const whole = element("p", {}, `${name} = `, gradient);
    if (!terms?.length) {
      const isOutput = box.nodes[0] === model.program.output;
      const words = isOutput ? "The pass back begins here, with 1." : "";
      return [whole, element("p", { class: "hint" }, words)];
    }
    const names = ["through", "upstream", "local", "product"];
    const head = names.map((x) => element("th", { scope: "col" }, x));
    const body = terms.map(({ target, upstream, derivative }) => element("tr", {},
      element("td", {}, titleOf(target)),
      element("td", { class: "gradient" }, text(upstream)),
      element("td", { class: "local" }, text(derivative)),
      element("td", { class: "gradient" }, text(upstream * derivative))));
    const table = element("table", {},
      element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
    const isSum = terms.length > 1;
    const words = isSum ? `The sum over its ${terms.length} consumers:` : "By the chain rule:";
    return [element("p", { class: "hint" }, words), table, whole];
  }
}
