// What moves: a contribution along its edge, and a sum that counts up. A third of a second.
import { numberText } from "./numbers.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./model.js").Step} Step */

const DURATION = 330;
const SVG = "http://www.w3.org/2000/svg";

export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const eased = (/** @type {number} */ t) => 1 - (1 - t) ** 3;

export class Motion {
  constructor() {
    this._frame = 0;
    /** @type {(() => void)[]} what ends the motion at once */
    this._ends = [];
  }

  stop() {
    cancelAnimationFrame(this._frame);
    this._ends.splice(0).forEach((end) => end());
  }

  /**
   * Show how the numbers of a step come about.
   * @param {Picture} picture
   * @param {Step} step
   */
  play(picture, step) {
    this.stop();
    if (isStill() || !step.box) return;
    const isBack = step.phase === "backward";
    const moves = step.edges.map((i) => this._flow(picture, i, isBack)).filter((move) => move);
    const sum = isBack ? this._sum(picture, step) : null;
    const begin = performance.now();
    const frame = (/** @type {number} */ now) => {
      const t = Math.min(Math.max((now - begin) / DURATION, 0), 1);
      moves.forEach((move) => move?.(eased(t)));
      sum?.(eased(t));
      if (t < 1) this._frame = requestAnimationFrame(frame);
      else this.stop();
    };
    this._frame = requestAnimationFrame(frame);
  }

  _flow(/** @type {Picture} */ picture, /** @type {number} */ index, /** @type {boolean} */ isBack) {
    const path = picture.edges[index].line?.querySelector("path");
    if (!path) return null;
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("r", "4");
    dot.setAttribute("class", isBack ? "dot back" : "dot");
    path.parentNode?.appendChild(dot);
    this._ends.push(() => dot.remove());
    const length = path.getTotalLength();
    return (/** @type {number} */ t) => {
      const point = path.getPointAtLength(length * (isBack ? 1 - t : t));
      dot.setAttribute("cx", String(point.x));
      dot.setAttribute("cy", String(point.y));
    };
  }

  _sum(/** @type {Picture} */ picture, /** @type {Step} */ step) {
    const { model } = picture;
    const shown = picture.boxes.find((x) => x.box.id === step.box);
    const text = shown?.gradients[0];
    if (!shown || !text) return null;
    const whole = model.gradient(shown.box);
    const write = (/** @type {number} */ x) => { text.textContent = numberText(x, model.digits, true); };
    this._ends.push(() => write(model.gradient(shown.box)));
    return (/** @type {number} */ t) => write(whole * t);
  }
}
