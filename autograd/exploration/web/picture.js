// The drawing alive: the numbers of now in the SVG that `draw` paints, and what a pass knows of.
import { titleOf } from "./model.js";
import { isStill } from "./motion.js";
import { numberText } from "./numbers.js";

/** @typedef {import("./model.js").Model} Model */

/** Set a text only where it changes: the browser lays out again what is set. */
function write(/** @type {Element} */ element, /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}

function groups(/** @type {Element} */ root, /** @type {string} */ selector) {
  return /** @type {SVGGElement[]} */ ([...root.querySelectorAll(selector)]);
}

export class Picture {
  /**
   * @param {SVGSVGElement} svg
   * @param {Model} model
   */
  constructor(svg, model) {
    this.svg = svg;
    this.model = model;
    const box = svg.viewBox.baseVal;
    svg.setAttribute("role", "group");
    svg.style.setProperty("--width", `${box.width}px`);
    svg.style.setProperty("--height", `${box.height}px`);
    this.boxes = model.boxes.map((one) => this._box(one));
    this.edges = model.edges.map((_, i) => {
      const number = groups(svg, `.ag-number[data-edge="e${i}"]`)[0];
      const halo = number?.querySelector("rect");
      const line = groups(svg, `.ag-edge[data-edge="e${i}"]`)[0];
      return { line, number, halo, room: halo?.width.baseVal.value ?? 0 };
    });
  }

  _box(/** @type {import("./model.js").Box} */ box) {
    const group = groups(this.svg, `[data-node="${box.id}"]`)[0];
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "img"); // with a name of its own; to focus it is to choose it
    const found = (/** @type {string} */ role) => groups(group, `[data-role="${role}"]`);
    const title = group.querySelector("title");
    return { box, group, title, values: found("value"), gradients: found("gradient") };
  }

  /** Write the numbers of now. */
  update() {
    const { model } = this;
    for (const { box, group, title, values, gradients } of this.boxes) {
      values.forEach((text, k) => write(text, this._value(box, k)));
      gradients.forEach((text, k) => {
        write(text, numberText(model.gradient(box, k), model.digits, true));
      });
      const isStale = model.isChanged && (model.isStale(box) || model.isFrozen);
      group.classList.toggle("stale", isStale);
      const words = [titleOf(box)];
      if (values[0]) words.push(`value ${values[0].textContent}`);
      if (gradients[0]) words.push(`gradient ${gradients[0].textContent}`);
      if (title) write(title, words.join(", "));
      group.setAttribute("aria-label", words.join(", "));
    }
    this.edges.forEach(({ number, halo, room }, i) => {
      const text = number?.querySelector('[data-role="derivative"]');
      const edge = model.edges[i];
      const derivative = model.derivative(edge);
      if (!text || derivative === undefined) return;
      write(text, numberText(derivative, model.digits));
      if (halo) this._fit(halo, room, text.textContent?.length ?? 0);
      const title = number.querySelector("title");
      if (title) write(title, `local derivative ${text.textContent}`);
    });
  }

  /** Let a number hide no more of its edge than it needs: there was room for a longer one. */
  _fit(/** @type {SVGRectElement} */ halo, /** @type {number} */ room, /** @type {number} */ count) {
    const { x, width } = halo;
    const fitting = room * (count + 1) / (this.model.digits + 5);
    const change = width.baseVal.value - fitting;
    if (Math.abs(change) < 0.1) return;
    x.baseVal.value += change / 2;
    width.baseVal.value = fitting;
  }

  _value(/** @type {import("./model.js").Box} */ box, /** @type {number} */ k) {
    const x = this.model.value(box, k);
    if (box.kind === "condition") return x ? "true" : "false";
    return numberText(x, this.model.digits);
  }

  /** Let what a step does not know yet be grey, and what it is about stand out. */
  show(/** @type {number} */ index) {
    const { steps } = this.model;
    const [values, gradients] = known(this.model, index);
    for (const one of this.boxes) {
      one.values.forEach((x) => x.classList.toggle("pending", !values.has(one.box.id)));
      one.gradients.forEach((x) => x.classList.toggle("pending", !gradients.has(one.box.id)));
      one.group.classList.toggle("now", one.box.id === steps[index].box);
    }
    this.edges.forEach(({ line, number }, i) => {
      const isNow = steps[index].edges.includes(i);
      line?.classList.toggle("now", isNow);
      number?.classList.toggle("now", isNow && steps[index].phase === "backward");
      number?.classList.toggle("pending", !values.has(this.model.edges[i].target));
    });
  }

  /** Bring the box of a step into view, where the picture is wider than its place. */
  follow(/** @type {number} */ index) {
    const figure = this.svg.parentElement;
    const shown = this.boxes.find(({ box }) => box.id === this.model.steps[index].box);
    if (!figure || !shown) return;
    const [place, room] = [shown.group.getBoundingClientRect(), figure.getBoundingClientRect()];
    figure.scrollBy({
      left: place.left + place.width / 2 - room.left - figure.clientWidth / 2,
      top: place.top + place.height / 2 - room.top - figure.clientHeight / 2,
      behavior: isStill() ? "auto" : "smooth",
    });
  }

  /** Mark a box and the paths that carry its gradient; none without a box. */
  select(/** @type {string | null} */ id) {
    const boxes = new Set(id ? [id] : []);
    const edges = new Set();
    for (const reached of boxes) { // grows while it is walked
      this.model.edges.forEach((edge, i) => {
        if (edge.source !== reached || !edge.carries) return;
        edges.add(i);
        boxes.add(edge.target);
      });
    }
    this.svg.classList.toggle("selecting", id !== null);
    for (const { box, group } of this.boxes) {
      group.classList.toggle("path", boxes.has(box.id));
      group.classList.toggle("selected", box.id === id);
    }
    this.edges.forEach(({ line, number }, i) => {
      line?.classList.toggle("path", edges.has(i));
      number?.classList.toggle("path", edges.has(i));
    });
  }
}

/** The ids of the boxes whose values, and whose gradients, are known after a step. */
function known(/** @type {Model} */ model, /** @type {number} */ index) {
  const values = new Set(model.boxes.filter((box) => box.kind === "leaf").map((box) => box.id));
  const gradients = new Set();
  model.steps.slice(0, index + 1).forEach((step) => {
    (step.phase === "forward" ? values : gradients).add(step.box);
  });
  return [values, gradients];
}
