// A recorded graph as a program on doubles: forward, backward, and gradient descent.
import { CHOOSERS, ROWS, TABLE } from "./table.js";

/**
 * @typedef {object} Recorded what `graph.py` says of a graph, operands before what uses them
 * @property {(number | string)[]} data of each node; "inf", "-inf" and "nan" as text
 * @property {(null | [string, ...number[]])[]} nodes the operation and the operands; null of leaves
 * @property {number} output
 * @property {string[]} choosers names of a user's operations that may leave operands out
 */

const NUMBERS = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** Return a number as JSON has it, which knows finite ones alone. */
export function toNumber(/** @type {number | string} */ x) {
  return typeof x === "number" ? x : NUMBERS[/** @type {"inf"} */ (x)];
}

/** @typedef {(...operands: any[]) => number[]} Operation gives a value and local derivatives */

export class Program {
  /**
   * @param {Recorded} recorded
   * @param {Record<string, Operation>} more operations of the user's own
   */
  constructor(recorded, more = {}) {
    this.data = Float64Array.from(recorded.data, toNumber);
    this.gradients = new Float64Array(this.data.length);
    this.output = recorded.output;
    /** Whether nothing of a node can be computed here: it waits on an operation that has no code. */
    this.isFrozen = recorded.nodes.map(() => false);
    /** @type {Float64Array[]} the local derivatives of each node, by its operands */
    this.partials = recorded.nodes.map((node) => new Float64Array(node ? node.length - 1 : 0));
    this.operands = recorded.nodes.map((node) => (node ? Int32Array.from(node.slice(1), Number) : null));
    this._names = recorded.nodes.map((node) => (node ? node[0] : ""));
    /** @type {Record<string, Operation>} */
    const table = { ...TABLE, ...more };
    this._functions = this._names.map((name) => table[name] ?? null);
    const choosers = new Set([...CHOOSERS, ...recorded.choosers]);
    this._chooses = this._names.map((name) => choosers.has(name));
    this._isReached = new Uint8Array(this.data.length);
    this._freeze();
  }

  _freeze() {
    this.operands.forEach((operands, i) => {
      if (!operands) return;
      this.isFrozen[i] = !this._functions[i] || operands.some((k) => this.isFrozen[k]);
    });
  }

  /** Compute every node anew from the leaves. */
  forward() {
    const { data, partials, operands } = this;
    for (let i = 0; i < operands.length; i++) {
      const own = operands[i];
      const f = this._functions[i];
      if (!own || !f || this.isFrozen[i]) continue;
      const found = this._called(f, own, i);
      data[i] = found[0];
      for (let k = 0; k < own.length; k++) partials[i][k] = found[k + 1];
    }
    return data[this.output];
  }

  _called(/** @type {Operation} */ f, /** @type {Int32Array} */ own, /** @type {number} */ i) {
    const { data } = this;
    if (ROWS.has(this._names[i])) return f(Array.from(own, (k) => data[k]));
    switch (own.length) {
      case 1: return f(data[own[0]]);
      case 2: return f(data[own[0]], data[own[1]]);
      default: return f(...Array.from(own, (k) => data[k]));
    }
  }

  /** Tell whether an operand has an edge: what an operation has not taken gets nothing at all. */
  hasEdge(/** @type {number} */ i, /** @type {number} */ position) {
    return !(this._chooses[i] && Object.is(this.partials[i][position], -0));
  }

  /** Find the gradient of the output with respect to every node. */
  backward() {
    const { gradients, partials, operands, _isReached: isReached } = this;
    gradients.fill(0);
    isReached.fill(0);
    gradients[this.output] = 1;
    isReached[this.output] = 1;
    for (let i = operands.length - 1; i >= 0; i--) {
      const own = operands[i];
      if (!own || !isReached[i]) continue;
      const upstream = gradients[i];
      for (let k = 0; k < own.length; k++) {
        if (!this.hasEdge(i, k)) continue;
        gradients[own[k]] += upstream * partials[i][k];
        isReached[own[k]] = 1;
      }
    }
  }

  /** Forward and backward. */
  run() {
    this.forward();
    this.backward();
    return this.data[this.output];
  }

  /**
   * Take steps of gradient descent, x - rate * gradient, as `nn.SGD` does.
   * @param {number[]} leaves those to train
   * @param {number} rate
   * @param {number} times
   * @returns {number[]} the output before each step
   */
  learn(leaves, rate, times) {
    const losses = [];
    for (let step = 0; step < times; step++) {
      losses.push(this.data[this.output]);
      for (const leaf of leaves) this.data[leaf] -= rate * this.gradients[leaf];
      this.run();
    }
    return losses;
  }

  /**
   * Return d root / d node along the paths inside of some nodes: the derivative of a formula.
   * @param {number} root
   * @param {number} node
   * @param {number[]} inside in topological order
   */
  through(root, node, inside) {
    /** @type {Map<number, number>} */
    const adjoints = new Map([[root, 1]]);
    for (let at = inside.length - 1; at >= 0; at--) {
      const i = inside[at];
      const upstream = adjoints.get(i);
      const own = this.operands[i];
      if (upstream === undefined || !own) continue;
      for (let k = 0; k < own.length; k++) {
        if (!this.hasEdge(i, k)) continue;
        const term = upstream * this.partials[i][k];
        adjoints.set(own[k], (adjoints.get(own[k]) ?? 0) + term);
      }
    }
    return adjoints.get(node) ?? 0;
  }
}
