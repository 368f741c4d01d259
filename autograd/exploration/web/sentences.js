// The sentence of a step, with the numbers of now: as autograd/drawing/steps.py has it.
import { numberText } from "./numbers.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Step} Step */
/** @typedef {import("./model.js").Box} Box */

/** @returns {string} */
export function sentence(/** @type {Model} */ model, /** @type {Step} */ step) {
  const box = model.box.get(step.box);
  if (!box || !step.text.includes(" = ")) return step.text;
  return step.phase === "forward" ? forward(model, step, box) : backward(model, step, box);
}

function forward(/** @type {Model} */ model, /** @type {Step} */ step, /** @type {Box} */ box) {
  const written = (/** @type {number} */ x) => numberText(x, model.digits);
  if (box.kind === "scope") {
    const outputs = box.names.map((name, k) => `${name || "output"} = ${written(model.value(box, k))}`);
    return `${box.label.slice(0, 24)}: ${outputs.slice(0, 4).join(", ")}`;
  }
  return `${step.text.slice(0, step.text.lastIndexOf(" = "))} = ${written(model.value(box))}`;
}

function backward(/** @type {Model} */ model, /** @type {Step} */ step, /** @type {Box} */ box) {
  const whole = step.text.slice(0, step.text.indexOf(" = "));
  const result = numberText(model.gradient(box), model.digits);
  const terms = contributions(model, step.edges);
  if (!terms || !terms.length || terms.length > 4) return `${whole} = ${result}`;
  return `${whole} = ${terms.map((term) => term.text).join(" + ")} = ${result}`;
}

/** What comes back along edges: upstream gradient times local derivative; null if unknown. */
export function contributions(/** @type {Model} */ model, /** @type {number[]} */ edges) {
  const factor = (/** @type {number} */ x) => {
    const text = numberText(x, model.digits);
    return text.startsWith("−") ? `(${text})` : text;
  };
  const terms = [];
  for (const index of edges) {
    const edge = model.edges[index];
    const target = model.box.get(edge.target);
    const derivative = model.derivative(edge);
    if (derivative === undefined || !target || target.kind === "scope") return null;
    const upstream = model.gradient(target);
    const text = `${factor(upstream)} · ${factor(derivative)}`;
    terms.push({ edge, target, upstream, derivative, text });
  }
  return terms;
}
