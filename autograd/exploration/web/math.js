// What Python's arithmetic on floats has and JavaScript lacks, on the same doubles.

/** Divide as IEEE 754 has it, which JavaScript does anyway. */
export const divide = (/** @type {number} */ x, /** @type {number} */ y) => x / y;

export const mul = (/** @type {number} */ x, /** @type {number} */ y) => x * y;

/** Whether the sign bit is set, also of -0. */
const isNegative = (/** @type {number} */ x) => x < 0 || (x === 0 && 1 / x < 0);

export function copysign(/** @type {number} */ x, /** @type {number} */ sign) {
  return isNegative(sign) ? -Math.abs(x) : Math.abs(x);
}

/** Return x ** y as C has it: 1 to any power is 1, and so is anything to the power 0. */
export function power(/** @type {number} */ x, /** @type {number} */ y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

export const powerOf2 = (/** @type {number} */ x) => 2 ** x;

/** Return x % y with the sign of y, as Python has it. */
export function modulo(/** @type {number} */ x, /** @type {number} */ y) {
  const rest = x % y;
  if (rest === 0) return copysign(0, y);
  return (rest < 0) === (y < 0) ? rest : rest + y;
}

/** Return floor(x / y) exactly, as Python has it. */
export function floorDivide(/** @type {number} */ x, /** @type {number} */ y) {
  const rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return copysign(0, x / y);
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/** Return the root of the sum of squares of two numbers, or of a row. */
export function hypot(/** @type {number | number[]} */ x, /** @type {number} */ y = 0) {
  return typeof x === "number" ? Math.hypot(x, y) : Math.hypot(...x);
}

/** Return (n - 1)! for a whole n, which is all that polygamma asks for. */
export function gamma(/** @type {number} */ n) {
  let product = 1;
  for (let k = 2; k < n; k++) product *= k;
  return product;
}

/** Write |x| with a number of digits after the point, of two equally near the even one. */
export function fixed(/** @type {number} */ x, /** @type {number} */ digits) {
  const size = Math.abs(x);
  const up = size.toFixed(digits); // exact, but of two equally near the larger
  const rest = size.toFixed(100).slice(up.length + (digits ? 0 : 1));
  const isTie = digits < 100 && size < 1e21 && /^50*$/.test(rest) && Number(up) > size;
  if (!isTie || "02468".includes(up[up.length - 1])) return up;
  const units = BigInt(up.replace(".", "")) - 1n;
  const written = units.toString().padStart(digits + 1, "0");
  return digits ? `${written.slice(0, -digits)}.${written.slice(-digits)}` : written;
}

/** Round as Python does: exactly, and of two equally near numbers to the even one. */
export function rounded(/** @type {number} */ x, /** @type {number} */ digits = 0) {
  if (!Number.isFinite(x) || digits > 99) return x;
  if (digits >= 0) return copysign(Number(fixed(x, digits)), x);
  if (digits < -309) return copysign(0, x);
  const unit = 10n ** BigInt(-digits);
  const size = Math.abs(x);
  const whole = BigInt(Math.trunc(size));
  const rest = 2n * (whole % unit) - unit;
  const isUp = rest > 0n || (rest === 0n && (size % 1 > 0 || (whole / unit) % 2n === 1n));
  return copysign(Number((whole / unit + (isUp ? 1n : 0n)) * unit), x);
}

// --- rows -------------------------------------------------------------------------------

export function range(/** @type {number} */ first, /** @type {number=} */ end, step = 1) {
  const [low, high] = end === undefined ? [0, first] : [first, end];
  const count = Math.max(0, Math.ceil((high - low) / step));
  return Array.from({ length: count }, (_, k) => low + k * step);
}

export function zip(/** @type {number[]} */ xs, /** @type {number[]} */ ys) {
  return xs.map((x, k) => [x, ys[k]]);
}

/** @typedef {(x: number, y: number) => number} Binary */

export function map(/** @type {Binary} */ f, /** @type {number[]} */ xs, /** @type {number[]} */ ys) {
  return xs.slice(0, ys.length).map((x, k) => f(x, ys[k]));
}

/** Return what f makes of the first, the first two, the first three numbers, and so on. */
export function accumulate(/** @type {number[]} */ xs, /** @type {Binary} */ f) {
  /** @type {number[]} */
  const found = [];
  for (const x of xs) found.push(found.length ? f(found[found.length - 1], x) : x);
  return found;
}

// --- the error function: the rational approximations of FreeBSD's msun (s_erf.c, Sun 1993) ----

const C = 0.845062911510467529297;
const P = [1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5];
const Q = [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6];
const PA = [-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
  -2.166375594868790843e-3];
const QA = [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2];
const RA = [-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
  -8.12874355063065934246e1, -9.81432934416914548592];
const SA = [1, 1.96512716674392571292e1, 1.3765775414351904260e2, 4.34565877475229228821e2,
  6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
  6.57024977031928170135, -6.04244152148580987438e-2];
const RB = [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
  -4.83519191608651397019e2];
const SB = [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
  3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
  -2.24409524465858183362e1];

function polynomial(/** @type {number[]} */ coefficients, /** @type {number} */ x) {
  return coefficients.reduceRight((total, c) => total * x + c, 0);
}

/** erfc(x) for x of at least 1.25: the square in the exponent is split, so that no digit is lost. */
function tail(/** @type {number} */ x) {
  if (x >= 28) return 0;
  const s = 1 / (x * x);
  const isNear = x < 1 / 0.35;
  const ratio = polynomial(isNear ? RA : RB, s) / polynomial(isNear ? SA : SB, s);
  const z = Math.fround(x);
  return Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio) / x;
}

export function erf(/** @type {number} */ x) {
  const size = Math.abs(x);
  if (size < 0.84375) return x + x * (polynomial(P, x * x) / polynomial(Q, x * x));
  if (size < 1.25) return copysign(C + polynomial(PA, size - 1) / polynomial(QA, size - 1), x);
  return copysign(1 - tail(size), x);
}

export function erfc(/** @type {number} */ x) {
  const size = Math.abs(x);
  if (size < 0.84375) {
    const y = polynomial(P, x * x) / polynomial(Q, x * x);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x * y + (x - 0.5));
  }
  if (size < 1.25) {
    const y = polynomial(PA, size - 1) / polynomial(QA, size - 1);
    return x > 0 ? 1 - C - y : 1 + (C + y);
  }
  return x < 0 ? 2 - tail(size) : tail(x);
}
