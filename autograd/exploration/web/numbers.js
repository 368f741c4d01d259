// Numbers as drawings write them: the rules of `number_text` in autograd/drawing/gate.py.
import { fixed } from "./math.js";

const withoutZeros = (/** @type {string} */ text) =>
  text.includes(".") ? text.replace(/\.?0+$/, "") : text;

/**
 * @param {number} x
 * @param {number} digits after the point
 * @param {boolean} isSigned put a plus sign before a positive number too
 */
export function numberText(x, digits, isSigned = false) {
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 ? "−" : isSigned && x > 0 ? "+" : "";
  return sign + magnitude(Math.abs(x), digits);
}

function magnitude(/** @type {number} */ x, /** @type {number} */ digits) {
  if (x === Infinity) return "∞";
  const text = fixed(x, digits);
  if (x < 1e6 && Math.abs(Number(text) - x) <= 1e-12 * x) return withoutZeros(text);
  if (x >= 10 ** (1 - digits) && x < 1e6) return text;
  const [mantissa, power] = x.toExponential(2).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 3) return withoutZeros(x.toFixed(2 - exponent));
  return `${withoutZeros(mantissa)}e${exponent < 0 ? "−" : ""}${Math.abs(exponent)}`;
}
