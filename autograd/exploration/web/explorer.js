// The page: what its buttons, keys and address do, and what other scripts can ask of it.
import { Card } from "./card.js";
import { Leaves } from "./leaves.js";
import { Curve } from "./learning.js";
import { buttonOf, byRole } from "./markup.js";
import { Model } from "./model.js";
import { Motion } from "./motion.js";
import { numberText } from "./numbers.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { sentence } from "./sentences.js";
import { readAddress, writeAddress } from "./address.js";

/** @typedef {import("./model.js").Leaf} Leaf */

class Explorer {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    const svg = /** @type {SVGSVGElement} */ (document.querySelector("figure > svg"));
    this.picture = new Picture(svg, model);
    this.motion = new Motion();
    this.card = new Card(byRole("card-body"), model);
    this.curve = new Curve(byRole("curve"));
    this.leaves = new Leaves(byRole("leaves"), model, (leaf, x) => this.move(leaf, x));
    this.player = new Player(model.steps.length, (step, isNext) => this._show(step, isNext));
    /** @type {number[][]} the leaves' numbers before each change */
    this._past = [];
    /** @type {Leaf | null} whose changes are one, until another thing is done */
    this._moving = null;
    this._running = 0;
    this.picture.boxes.forEach(({ group, box }) => {
      group.addEventListener("focus", () => this.select(box.id));
      group.addEventListener("click", () => group.focus());
    });
    svg.addEventListener("click", (event) => {
      if (!(/** @type {Element} */ (event.target)).closest("[data-node]")) this.select(null);
    });
    this._listen();
    this.picture.update();
  }

  _listen() {
    /** @type {Record<string, () => void>} */
    const actions = {
      undo: () => this.undo(),
      reset: () => this.reset(),
      learn: () => this.learn(this._rate(), 1),
      "learn-many": () => this.learn(this._rate(), 20),
      run: () => this._toggleRun(),
    };
    for (const [name, action] of Object.entries(actions)) {
      const button = buttonOf(name);
      button.addEventListener("click", action);
      if (this.model.isFrozen && /learn|run/.test(name)) button.disabled = true;
    }
  }

  // --- numbers ------------------------------------------------------------------------

  move(/** @type {Leaf} */ leaf, /** @type {number} */ x) {
    if (this._moving !== leaf) this._remember();
    this._moving = leaf;
    this.model.set(leaf, x);
    this._changed();
  }

  learn(/** @type {number} */ rate, /** @type {number} */ times) {
    if (this.model.isFrozen) throw new Error("an operation of this graph has no code in the page");
    if (!this._running) this._remember();
    const losses = this.model.learn(rate, times);
    const isFirst = !this.curve.losses.length;
    this.curve.add([...losses.slice(isFirst ? 0 : 1), this.model.loss()]);
    const count = this.curve.losses.length - 1;
    const loss = numberText(this.model.loss(), 9);
    const steps = count === 1 ? "1 step" : `${count} steps`;
    byRole("loss").textContent = `${this.model.output} = ${loss} after ${steps}`;
    this._changed();
  }

  undo() {
    const before = this._past.pop();
    if (before) this._restore(before);
  }

  reset() {
    this._remember();
    this.curve.reset();
    byRole("loss").textContent = "";
    this._restore(this.model.recorded);
  }

  _remember() {
    this._past.push(this.model.numbers());
    this._moving = null;
  }

  _restore(/** @type {number[]} */ numbers) {
    this._moving = null;
    this.model.setNumbers(numbers);
    this._changed();
  }

  _changed() {
    this.motion.stop();
    this.picture.update();
    this.leaves.update();
    this.card.update();
    this._say();
    buttonOf("undo").disabled = !this._past.length;
    this._address();
  }

  _rate() {
    return Number(/** @type {HTMLInputElement} */ (byRole("rate")).value);
  }

  _toggleRun() {
    const button = buttonOf("run");
    cancelAnimationFrame(this._running);
    const isBegun = !this._running;
    this._running = 0;
    button.setAttribute("aria-pressed", String(isBegun));
    button.textContent = isBegun ? "Pause" : "Run";
    if (!isBegun) return;
    this._remember();
    const frame = () => {
      this._running = requestAnimationFrame(frame);
      this.learn(this._rate(), 1);
    };
    this._running = requestAnimationFrame(frame);
  }

  // --- steps --------------------------------------------------------------------------

  _show(/** @type {number} */ step, /** @type {boolean} */ isNext) {
    this.motion.stop();
    this.picture.show(step);
    this.picture.follow(step);
    this._say();
    if (isNext) this.motion.play(this.picture, this.model.steps[step]);
    this._address();
  }

  _say() {
    const step = this.model.steps[this.player.step];
    byRole("sentence").textContent = sentence(this.model, step);
    byRole("phase").textContent = step.phase;
    byRole("phase").classList.toggle("back", step.phase === "backward");
  }

  select(/** @type {string | null} */ id) {
    this.card.select(id);
    this.picture.select(id);
  }

  // --- the address --------------------------------------------------------------------

  _address() {
    writeAddress(this.player.step, this.model);
  }

  readAddress() {
    const { step, numbers } = readAddress(this.model);
    if (numbers.some((x, k) => x !== this.model.numbers()[k])) this._restore(numbers);
    this.player.goto(step);
  }
}

/** Begin: `functions` are a user's own operations. */
export function start(/** @type {Record<string, any>} */ functions) {
  const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  const model = new Model(data, functions);
  const explorer = new Explorer(model);
  const notice = byRole("notice");
  notice.hidden = !data.frozen.length;
  const names = [...new Set(data.frozen)].join(", ");
  notice.textContent =
    `This page has no code for ${names}: what depends on it keeps its recorded numbers.`;
  explorer.readAddress();
  addEventListener("hashchange", () => explorer.readAddress());
  Object.assign(window, { explorer: publicFace(explorer) });
}

/** What other scripts can ask of the page. */
function publicFace(/** @type {Explorer} */ explorer) {
  const { model, player } = explorer;
  return Object.freeze({
    values: () => model.byLabel(model.program.data),
    gradients: () => model.byLabel(model.program.gradients),
    set(/** @type {string} */ label, /** @type {number} */ x) {
      const leaf = model.leaves.find((one) => one.label === label);
      if (!leaf) throw new RangeError(`no leaf ${label}`);
      explorer.move(leaf, Number(x));
    },
    get step() { return player.step; },
    get steps() { return player.count; },
    goto: (/** @type {number} */ k) => player.goto(k),
    learn: (/** @type {number} */ rate, times = 1) => explorer.learn(rate, times),
  });
}
