// The transport: which step is shown, and what moves it.
import { buttonOf, byRole } from "./markup.js";

const PAUSE = 1200; // milliseconds that a step stands, at single speed
const ACTIONS = ["first", "back", "play", "forward", "last"];
const KEYS = { Home: "first", ArrowLeft: "back", " ": "play", ArrowRight: "forward", End: "last" };

export class Player {
  /**
   * @param {number} count how many steps there are
   * @param {(step: number, isNext: boolean) => void} onShow
   */
  constructor(count, onShow) {
    this.count = count;
    this.step = 0;
    this._onShow = onShow;
    this._timer = 0;
    this._timeline = /** @type {HTMLInputElement} */ (byRole("timeline"));
    this._speed = /** @type {HTMLSelectElement} */ (byRole("speed"));
    this._timeline.max = String(count - 1);
    this._timeline.addEventListener("input", () => this.goto(Number(this._timeline.value)));
    for (const name of ACTIONS) buttonOf(name).addEventListener("click", () => this.act(name));
    document.addEventListener("keydown", (event) => this._onKey(event));
  }

  act(/** @type {string} */ action) {
    if (action === "play") {
      this.isPlaying ? this.pause() : this.play();
      return;
    }
    const targets = { first: 0, back: this.step - 1, forward: this.step + 1, last: this.count - 1 };
    this.goto(targets[/** @type {"first"} */ (action)]);
  }

  /** Show a step; the nearest where there is none of that number. */
  goto(/** @type {number} */ k) {
    this.pause();
    this._to(k);
  }

  _to(/** @type {number} */ k) {
    const step = Math.min(Math.max(Math.round(k) || 0, 0), this.count - 1);
    const isNext = step === this.step + 1;
    this.step = step;
    this._timeline.value = String(step);
    this._timeline.setAttribute("aria-valuetext", `step ${step + 1} of ${this.count}`);
    byRole("count").textContent = `${step + 1} / ${this.count}`;
    const ends = { first: step === 0, last: step === this.count - 1 };
    for (const name of ["first", "back"]) buttonOf(name).toggleAttribute("data-end", ends.first);
    for (const name of ["forward", "last"]) buttonOf(name).toggleAttribute("data-end", ends.last);
    this._onShow(step, isNext);
  }

  get isPlaying() {
    return this._timer !== 0;
  }

  play() {
    if (this.step === this.count - 1) this._to(0);
    const next = () => {
      this._to(this.step + 1);
      if (this.step === this.count - 1) this.pause();
      else this._timer = setTimeout(next, PAUSE / Number(this._speed.value));
    };
    this._timer = setTimeout(next, 100);
    this._mark();
  }

  pause() {
    clearTimeout(this._timer);
    this._timer = 0;
    this._mark();
  }

  _mark() {
    const button = buttonOf("play");
    button.setAttribute("aria-label", this.isPlaying ? "Pause" : "Play");
    button.classList.toggle("playing", this.isPlaying);
  }

  _onKey(/** @type {KeyboardEvent} */ event) {
    const action = KEYS[/** @type {"Home"} */ (event.key)];
    const target = /** @type {Element} */ (event.target);
    if (!action || event.altKey || event.ctrlKey || event.metaKey) return;
    if (target.closest("input, select, textarea")) return; // which have their own use for keys
    if (event.key === " " && target.closest("button, summary")) return;
    event.preventDefault();
    this.act(action);
  }
}
