// The loss by step, as a curve.
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 60;

export class Curve {
  /** @param {Element} svg */
  constructor(svg) {
    this.svg = svg;
    this.line = document.createElementNS(SVG, "polyline");
    this.line.setAttribute("class", "loss");
    svg.append(this.line);
    /** @type {number[]} */
    this.losses = [];
  }

  add(/** @type {number[]} */ losses) {
    this.losses.push(...losses);
    this._draw();
  }

  reset() {
    this.losses = [];
    this._draw();
  }

  _draw() {
    this.svg.toggleAttribute("hidden", this.losses.length < 2);
    const finite = this.losses.filter(Number.isFinite);
    const high = finite.reduce((x, y) => Math.max(x, y), -Infinity);
    const low = finite.reduce((x, y) => Math.min(x, y), Math.min(high, 0));
    const every = Math.ceil(this.losses.length / WIDTH);
    const points = this.losses
      .map((loss, k) => [k, loss])
      .filter(([k, loss]) => Number.isFinite(loss) && (k % every === 0 || k === this.losses.length - 1))
      .map(([k, loss]) => {
        const x = 2 + (WIDTH - 4) * k / Math.max(this.losses.length - 1, 1);
        const y = 4 + (HEIGHT - 8) * (high - loss) / (high - low || 1);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
    this.line.setAttribute("points", points.join(" "));
  }
}
