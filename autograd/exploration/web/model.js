// What the boxes and edges of the picture are now: the program behind them, and its numbers.
import { Program, toNumber } from "./program.js";

/**
 * @typedef {object} Box
 * @property {string} id
 * @property {string} kind
 * @property {string} label
 * @property {string} text what it computes
 * @property {number[]} nodes whose numbers it shows; of a folded scope its outputs
 * @property {string[]} names of those
 * @property {boolean} isSum whether it shows their sum
 */
/**
 * @typedef {object} Edge
 * @property {string} source
 * @property {string} target
 * @property {boolean} carries whether a gradient comes back along it
 * @property {number} [of] the node of which it shows the derivative; none where no number says it
 * @property {number} from with respect to which
 * @property {number} [position] of the operand; none where it is found through several nodes
 * @property {number[]} [inside] those nodes
 * @property {number | string} [recorded] what the engine had
 */
/** @typedef {{phase: string, box: string, text: string, edges: number[]}} Step */
/** @typedef {{node: number, label: string, scope: string, trains: boolean}} Leaf */
/** @typedef {import("./program.js").Operation} Operation */
/**
 * @typedef {object} Data
 * @property {import("./program.js").Recorded} program
 * @property {(number | string)[]} gradients of each node
 * @property {string[]} labels of each node
 * @property {Box[]} boxes
 * @property {Edge[]} edges
 * @property {Step[]} steps
 * @property {Leaf[]} leaves
 * @property {number} digits after the point
 * @property {string} output its name
 * @property {string[]} frozen operations without code
 */

export class Model {
  /**
   * @param {Data} data
   * @param {Record<string, Operation>} functions
   */
  constructor(data, functions) {
    this.boxes = data.boxes;
    this.edges = data.edges;
    this.leaves = data.leaves;
    this.labels = data.labels;
    this.steps = data.steps;
    this.digits = data.digits;
    this.output = data.output;
    this.program = new Program(data.program, functions);
    this.box = new Map(data.boxes.map((box) => [box.id, box]));
    const recorded = Float64Array.from(this.program.data);
    this._run(); // for the local derivatives; what is shown first are the engine's own numbers
    this.program.data.set(recorded);
    this.program.gradients.set(data.gradients.map(toNumber));
    this.recorded = this.leaves.map((leaf) => recorded[leaf.node]);
    /** Whether numbers are no longer those of the recording. */
    this.isChanged = false;
  }

  get isFrozen() {
    return this.program.isFrozen[this.program.output];
  }

  _run() {
    this.program.forward();
    if (!this.isFrozen) this.program.backward();
  }

  /** The numbers of the leaves now, in their order. */
  numbers() {
    return this.leaves.map((leaf) => this.program.data[leaf.node]);
  }

  setNumbers(/** @type {number[]} */ numbers) {
    this.leaves.forEach((leaf, k) => { this.program.data[leaf.node] = numbers[k]; });
    this.isChanged = true;
    this._run();
  }

  set(/** @type {Leaf} */ leaf, /** @type {number} */ x) {
    this.program.data[leaf.node] = x;
    this.isChanged = true;
    this._run();
  }

  learn(/** @type {number} */ rate, /** @type {number} */ times) {
    const trained = this.leaves.filter((leaf) => leaf.trains).map((leaf) => leaf.node);
    this.isChanged = true;
    return this.program.learn(trained, rate, times);
  }

  /** What a change of a leaf does to the output; everything is as before afterwards. */
  nudge(/** @type {number} */ node, /** @type {number} */ h) {
    const { program } = this;
    const before = Float64Array.from(program.data);
    const partials = program.partials.map((x) => Float64Array.from(x));
    program.data[node] += h;
    const change = program.forward() - before[program.output];
    program.data.set(before);
    program.partials = partials;
    return change;
  }

  loss() {
    return this.program.data[this.program.output];
  }

  value(/** @type {Box} */ box, k = 0) {
    const { data } = this.program;
    return box.isSum ? box.nodes.reduce((sum, node) => sum + data[node], 0) : data[box.nodes[k]];
  }

  gradient(/** @type {Box} */ box, k = 0) {
    return this.program.gradients[box.nodes[k]];
  }

  /** The local derivative on an edge; undefined where no single number says it. */
  derivative(/** @type {Edge} */ edge) {
    const { program } = this;
    if (edge.of === undefined) return undefined;
    if (program.isFrozen[edge.of]) return toNumber(edge.recorded ?? 0);
    if (edge.position === undefined) return program.through(edge.of, edge.from, edge.inside ?? []);
    return program.hasEdge(edge.of, edge.position) ? program.partials[edge.of][edge.position] : 0;
  }

  /** Whether the numbers of a box cannot follow: no code computes what they wait on. */
  isStale(/** @type {Box} */ box) {
    return box.nodes.some((node) => this.program.isFrozen[node]);
  }

  byLabel(/** @type {Float64Array} */ numbers) {
    const named = this.labels.map((label, k) => /** @type {const} */ ([label, numbers[k]]));
    return Object.fromEntries(named.filter(([label]) => label).reverse()); // of equal ones the first
  }
}

export function titleOf(/** @type {Box} */ box) {
  return box.label || box.text || box.id;
}
