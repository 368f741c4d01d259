// @ts-nocheck
// The table of operations: printed by autograd/exploration/table_printer.py from autograd/ops.py.
// Each takes operands, those of a reduction as one array, and gives its value and local
// derivatives; of an operation that chooses, the derivative -0 says that there is no edge.
import {
  accumulate, copysign, divide, erf, erfc, floorDivide, gamma, hypot, map, modulo, mul, power,
  powerOf2, range, rounded, zip,
} from "./math.js";

const special__BERNOULLI = [0.16666666666666666, -0.03333333333333333, 0.023809523809523808, -0.03333333333333333, 0.07575757575757576, -0.2531135531135531, 1.1666666666666667, -7.092156862745098];
const special__BERNOULLI_TERMS = [0.08333333333333333, -0.001388888888888889, 3.3068783068783064e-05, -8.267195767195768e-07, 2.08767569878681e-08, -5.284190138687493e-10, 1.338253653068468e-11, -3.3896802963225827e-13];
const special__FAR = 10.0;
const special__ONE_MINUS_EULER = 0.42278433509846713;
const special__HALF_LOG_2_PI = 0.9189385332046728;
const special__ZERO = 1.4616321449683622;
const special__ZERO_REST = 9.549995429965697e-17;
const special__LGAMMA = [0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986, 0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05, -9.439488275268397e-06, 4.374866789907488e-06, -2.039215753801366e-06, 9.55141213040742e-07, -4.492469198764566e-07, 2.1207184805554665e-07, -1.0043224823968099e-07, 4.7698101693639804e-08, -2.2711094608943164e-08, 1.0838659214896955e-08, -5.183475041970047e-09, 2.4836745438024785e-09, -1.1921401405860912e-09, 5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11, 3.1044247747322276e-11, -1.5021384080754142e-11, 7.275974480239079e-12, -3.527742476575915e-12, 1.711991790559618e-12, -8.315385841420285e-13, 4.04220052528944e-13, -1.9664756310966165e-13, 9.573630387838556e-14, -4.6640760264283744e-14, 2.2737369600659724e-14, -1.1091399470834522e-14];
const special__DIGAMMA = [0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077, 0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741, -7.569179582195066e-05, 5.178575795222081e-05, -3.5430070947659604e-05, 2.424006611860132e-05, -1.6584242271854135e-05, 1.134638458466385e-05, -7.762817668462094e-06, 5.3110609208898636e-06, -3.6336507898010456e-06, 2.486022733129538e-06, -1.7008538854332607e-06];
function special_zeta(s, a) {
  let count = ((a >= (special__FAR + s)) ? 0 : Math.ceil(((special__FAR + s) - a)));
  let far = (a + count);
  let rest = special__power(far, (1.0 - s));
  let factor = (((rest * s) / far) / far);
  let total = 0.0;
  for (const k of range(8)) {
    total += (factor * special__BERNOULLI_TERMS[k]);
    factor *= ((((s + (2.0 * k)) + 1.0) / far) * (((s + (2.0 * k)) + 2.0) / far));
  }
  total += ((0.5 * (rest / far)) + (rest / (s - 1.0)));
  for (const k of range((count - 1), -1, -1)) {
    total += special__power((a + k), -s);
  }
  return total;
}
function special__power(x, y) {
  return (((y * Math.log(x)) > 709.7) ? Infinity : power(x, y));
}
function special_lgamma(x) {
  if (((x - x) !== 0.0)) {
    return Math.abs(x);
  }
  if (((x <= 0.0) && (x === Math.floor(x)))) {
    return Infinity;
  }
  if ((x <= -0.5)) {
    return (Math.log((Math.PI / Math.abs((x * special__sin_pi(x))))) - special_lgamma(-x));
  }
  if ((x < 0.5)) {
    return (special_lgamma((x + 1.0)) - Math.log(Math.abs(x)));
  }
  if ((x < 1.2)) {
    return (special__lgamma_near_2((x - 1.0)) - Math.log1p((x - 1.0)));
  }
  if ((x >= special__FAR)) {
    if ((x > 1e+306)) {
      return Infinity;
    }
    let [rest, square] = [0.0, (x * x)];
    for (const k of range(7, -1, -1)) {
      rest = ((rest / square) + (special__BERNOULLI[k] / (((2.0 * k) + 1.0) * ((2.0 * k) + 2.0))));
    }
    return (((x - 0.5) * (Math.log(x) - 1.0)) + ((rest / x) + (special__HALF_LOG_2_PI - 0.5)));
  }
  let factor = 1.0;
  while ((x >= 2.5)) {
    x -= 1.0;
    factor *= x;
  }
  return (special__lgamma_near_2((x - 2.0)) + Math.log(factor));
}
function special__lgamma_near_2(z) {
  let total = 0.0;
  for (const k of range((special__LGAMMA.length - 1), -1, -1)) {
    total = ((total * z) + special__LGAMMA[k]);
  }
  return (z * ((total * z) + special__ONE_MINUS_EULER));
}
function special_digamma(x) {
  if ((x <= 0.0)) {
    if ((x === 0.0)) {
      return -copysign(Infinity, x);
    }
    return (((x === -Infinity) || (x === Math.floor(x))) ? NaN : (special_digamma((1.0 - x)) - (Math.PI * special__cot_pi(x))));
  }
  if ((x < 1.0)) {
    return (special_digamma((x + 1.0)) - (1.0 / x));
  }
  if ((x >= special__FAR)) {
    let [rest, square] = [0.0, (x * x)];
    for (const k of range(7, -1, -1)) {
      rest = ((rest / square) + (special__BERNOULLI[k] / ((2.0 * k) + 2.0)));
    }
    return (Math.log(x) - ((0.5 / x) + (rest / square)));
  }
  let total = 0.0;
  if ((x < 1.75)) {
    let z = ((x - special__ZERO) - special__ZERO_REST);
    for (const k of range((special__DIGAMMA.length - 1), -1, -1)) {
      total = ((total * z) + special__DIGAMMA[k]);
    }
    return (total * z);
  }
  let added = 0.0;
  while ((x >= 2.75)) {
    x -= 1.0;
    added += (1.0 / x);
  }
  let z = (x - 2.0);
  for (const k of range((special__LGAMMA.length - 1), -1, -1)) {
    total = ((total * z) + ((k + 2.0) * special__LGAMMA[k]));
  }
  return (((total * z) + special__ONE_MINUS_EULER) + added);
}
function special_polygamma(order, x) {
  if ((!((0.0 <= order && order <= 170.0)) || (order !== Math.floor(order)))) {
    return NaN;
  }
  if ((order === 0.0)) {
    return special_digamma(x);
  }
  let sign = (modulo(order, 2.0) !== 0 ? 1.0 : -1.0);
  if (((x !== x) || (x === -Infinity))) {
    return NaN;
  }
  if ((x === Infinity)) {
    return (sign * 0.0);
  }
  if ((x > 0.0)) {
    return ((sign * gamma((order + 1.0))) * special_zeta((order + 1.0), x));
  }
  if ((x === Math.floor(x))) {
    return (sign * Infinity);
  }
  return ((-sign * special_polygamma(order, (1.0 - x))) - special__cot_derivative(Math.trunc(order), x));
}
function special__cot_derivative(order, x) {
  let coefficients = [0.0, 1.0];
  for (const _ of range(order)) {
    let slopes = Array.from(range(1, coefficients.length), (k) => (k * coefficients[k]));
    coefficients = Array((slopes.length + 2)).fill(0.0);
    for (const k of range(slopes.length)) {
      coefficients[k] -= slopes[k];
      coefficients[(k + 2)] -= slopes[k];
    }
  }
  let [cot, total] = [special__cot_pi(x), 0.0];
  for (const k of range((coefficients.length - 1), -1, -1)) {
    total = ((total * cot) + coefficients[k]);
  }
  return (power(Math.PI, (order + 1.0)) * total);
}
function special__sin_pi(x) {
  return Math.sin((Math.PI * (x - Math.floor((x + 0.5)))));
}
function special__cot_pi(x) {
  let rest = (x - Math.floor((x + 0.5)));
  if ((Math.abs(rest) < 0.25)) {
    return (1.0 / Math.tan((Math.PI * rest)));
  }
  return copysign(Math.tan((Math.PI * (0.5 - Math.abs(rest)))), rest);
}
function special_erfinv(x) {
  if (!((-1.0 < x && x < 1.0))) {
    return ((Math.abs(x) === 1.0) ? copysign(Infinity, x) : NaN);
  }
  let size = Math.abs(x);
  let log = (Math.log1p(-size) + Math.log1p(size));
  let half = ((2.0 / (Math.PI * 0.147)) + (0.5 * log));
  let y = Math.sqrt((Math.sqrt(((half * half) - (log / 0.147))) - half));
  for (const _ of range(3)) {
    let error = ((size < 0.5) ? (erf(y) - size) : ((1.0 - size) - erfc(y)));
    let step = ((error * (0.5 * Math.sqrt(Math.PI))) * Math.exp((y * y)));
    y -= (step / (1.0 + (y * step)));
  }
  return copysign(y, x);
}
function add(x, y) {
  return (x + y);
}
function subtract(x, y) {
  return (x - y);
}
function multiply(x, y) {
  return (x * y);
}
function true_divide(x, y) {
  return divide(x, y);
}
function negative(x) {
  return -x;
}
function identity(x) {
  return x;
}
function square(x) {
  return (x * x);
}
function reciprocal(x) {
  return divide(1.0, x);
}
function pow(x, y) {
  return power(x, y);
}
function _power_partials(out, x, y) {
  let [slope, by_exponent] = _plain_power_partials(out, x, y);
  if ((true || !(true) || (((y - 1.0) + 1.0) !== y))) {
    let ordinary = ((((y < 0.5) && (y > -Infinity)) && (Math.abs(x) > 0.0)) && (Math.abs(x) < Infinity));
    slope = (ordinary ? ((divide(y, x) * out) + 0.0) : slope);
  }
  return [slope, by_exponent];
}
function _plain_power_partials(out, x, y) {
  let slope = (y * power(x, (y - 1.0)));
  slope = ((y === 0.0) ? 0.0 : slope);
  let zero_base = (((x >= 0.0) && (x <= 0.0)) && (y >= 0.0));
  return [slope, (zero_base ? 0.0 : (out * log(x)))];
}
function sqrt(x) {
  return Math.sqrt(x);
}
function log(x) {
  return _log(x);
}
function _log(x) {
  if ((x > 0.0)) {
    return Math.log(x);
  }
  return ((x === 0.0) ? -Infinity : NaN);
}
function absolute(x) {
  return Math.abs(x);
}
function floor(x) {
  return _floor(x);
}
function _floor(x) {
  return (((x - x) === 0.0) ? copysign(Number(Math.floor(x)), x) : x);
}
function ceil(x) {
  return _ceil(x);
}
function _ceil(x) {
  return (((x - x) === 0.0) ? copysign(Number(Math.ceil(x)), x) : x);
}
function trunc(x) {
  return _trunc(x);
}
function _trunc(x) {
  return (((x - x) === 0.0) ? copysign(Number(Math.trunc(x)), x) : x);
}
function rint(x) {
  return _rint(x);
}
function _rint(x) {
  return (((x - x) === 0.0) ? copysign(Number(rounded(x)), x) : x);
}
function round(x, digits) {
  return _round(x, digits);
}
function _round(x, digits) {
  return rounded(x, Math.trunc(digits));
}
function sign(x) {
  return ((x > 0.0) ? 1.0 : ((x < 0.0) ? -1.0 : 0.0));
}
function floor_divide(x, y) {
  return _floor_divide(x, y);
}
function _floor_divide(x, y) {
  return ((y !== 0.0) ? floorDivide(x, y) : divide(x, y));
}
function remainder(x, y) {
  return _remainder(x, y);
}
function _remainder(x, y) {
  return ((y !== 0.0) ? modulo(x, y) : NaN);
}
function greater(x, y) {
  return Number((x > y));
}
function greater_equal(x, y) {
  return Number((x >= y));
}
function less(x, y) {
  return Number((x < y));
}
function less_equal(x, y) {
  return Number((x <= y));
}
function logical_and(x, y) {
  return Number((x !== 0 && y !== 0));
}
function logical_or(x, y) {
  return Number((x !== 0 || y !== 0));
}
function logical_not(x) {
  return Number(!(x !== 0));
}
function where(condition, x, y) {
  return (condition !== 0 ? x : y);
}
function exp(x) {
  return _exp(x);
}
function _exp(x) {
  return Math.exp(x);
}
function expm1(x) {
  return Math.expm1(x);
}
function log1p(x) {
  return _log1p(x);
}
function _log1p(x) {
  if ((x > -1.0)) {
    return Math.log1p(x);
  }
  return ((x === -1.0) ? -Infinity : NaN);
}
function exp2(x) {
  return powerOf2(x);
}
function log2(x) {
  return _log2(x);
}
function _log2(x) {
  if ((x > 0.0)) {
    return Math.log2(x);
  }
  return ((x === 0.0) ? -Infinity : NaN);
}
function log10(x) {
  return _log10(x);
}
function _log10(x) {
  if ((x > 0.0)) {
    return Math.log10(x);
  }
  return ((x === 0.0) ? -Infinity : NaN);
}
function cbrt(x) {
  return Math.cbrt(x);
}
function sin(x) {
  return Math.sin(x);
}
function cos(x) {
  return Math.cos(x);
}
function tan(x) {
  return Math.tan(x);
}
function asin(x) {
  return Math.asin(x);
}
function acos(x) {
  return Math.acos(x);
}
function atan(x) {
  return Math.atan(x);
}
function _squared(x) {
  return (x * x);
}
function hypot_(x, y) {
  return hypot(x, y);
}
function atan2(y, x) {
  return Math.atan2(y, x);
}
function _atan2_partials(out, y, x) {
  let r = hypot_(x, y);
  return [((r <= 0.0) ? x : divide(divide(x, r), r)), ((r <= 0.0) ? -y : divide(divide(-y, r), r))];
}
function sinh(x) {
  return Math.sinh(x);
}
function cosh(x) {
  return _cosh(Math.abs(x));
}
function _cosh(x) {
  return Math.cosh(x);
}
function tanh(x) {
  return Math.tanh(x);
}
function asinh(x) {
  return Math.asinh(x);
}
function acosh(x) {
  return Math.acosh(x);
}
function atanh(x) {
  return _atanh(x);
}
function _atanh(x) {
  if ((-1.0 < x && x < 1.0)) {
    return Math.atanh(x);
  }
  return ((Math.abs(x) === 1.0) ? copysign(Infinity, x) : NaN);
}
function erf_(x) {
  return erf(x);
}
function gaussian(x) {
  return _gaussian(x, 1.0);
}
function _gaussian(x, scale) {
  if (!((-40.0 < x && x < 40.0))) {
    return ((x === x) ? 0.0 : NaN);
  }
  let near = divide(Math.floor((x * 16.0)), 16.0);
  return (Math.exp(((-scale * near) * near)) * Math.exp(((scale * (near - x)) * (near + x))));
}
function erfc_(x) {
  return erfc(x);
}
function erfinv(x) {
  return special_erfinv(x);
}
function lgamma(x) {
  return special_lgamma(x);
}
function digamma(x) {
  return special_digamma(x);
}
function polygamma(order, x) {
  return special_polygamma(order, x);
}
function sigmoid(x) {
  return _sigmoid(x);
}
function _sigmoid(x) {
  if ((x >= 0.0)) {
    return divide(1.0, (1.0 + Math.exp(-x)));
  }
  let e = Math.exp(x);
  return divide(e, (1.0 + e));
}
function sigmoid_complement(x) {
  return _sigmoid(-x);
}
function relu(x) {
  return ((x <= 0.0) ? 0.0 : x);
}
function softplus(x) {
  return _softplus(x);
}
function _softplus(x) {
  return ((x === x) ? (((x > 0.0) ? x : 0.0) + Math.log1p(Math.exp(-Math.abs(x)))) : NaN);
}
function silu(x) {
  return (x * _sigmoid(x));
}
function gelu(x) {
  return (x * _normal_cdf(x));
}
function _normal_cdf(x) {
  if (!((-40.0 < x && x < 40.0))) {
    return ((x !== x) ? NaN : Number((x > 0.0)));
  }
  let root = (0.7071067811865476 * x);
  let high = ((134217729.0 * x) - ((134217729.0 * x) - x));
  let lost = ((((0.707106776535511 * high) - root) + (0.707106776535511 * (x - high))) + (4.651036507555142e-09 * x));
  return ((0.5 * erfc(-root)) + ((lost * _gaussian(x, 0.5)) * divide(1.1283791670955126, 2.0)));
}
function normal_cdf(x) {
  return _normal_cdf(x);
}
function normal_density(x) {
  return (0.3989422804014327 * _gaussian(x, 0.5));
}
function log_sigmoid(x) {
  return (((x < 0.0) ? x : 0.0) - Math.log1p(Math.exp(-Math.abs(x))));
}
function softsign(x) {
  return divide(x, (1.0 + Math.abs(x)));
}
function mish(x) {
  return _mish(x);
}
function _mish(x) {
  let e = Math.exp(-Math.abs(x));
  return (x * ((x < 0.0) ? divide((e * (e + 2.0)), ((e * (e + 2.0)) + 2.0)) : divide((1.0 + (2.0 * e)), ((1.0 + (2.0 * e)) + ((2.0 * e) * e)))));
}
function _mish_partials(out, x) {
  let [above, below] = [sigmoid(x), sigmoid(-x)];
  let rest = divide((2.0 * below), (1.0 + (below * below)));
  return [(tanh(softplus(x)) + (x * ((rest * rest) * above)))];
}
function elu(x, alpha) {
  return ((x > 0.0) ? x : (alpha * Math.expm1(x)));
}
function leaky_relu(x, slope) {
  return ((x <= 0.0) ? (slope * x) : x);
}
function sigmoid_slope(x) {
  return _squared(divide(0.5, _cosh((0.5 * Math.abs(x)))));
}
function clamp(x, low, high) {
  return _clamp(x, low, high);
}
function _clamp(x, low, high) {
  if ((x !== x)) {
    return x;
  }
  let limited = ((x < low) ? low : x);
  return ((limited > high) ? high : limited);
}
function asin_slope(x) {
  return _asin_slope(x);
}
function _asin_slope(x) {
  let square = ((1.0 - x) * (1.0 + x));
  return ((square >= 0.0) ? divide(1.0, Math.sqrt(square)) : NaN);
}
function direction(x, y) {
  return divide(x, hypot(x, y));
}
function _direction_partials(out, x, y) {
  let sine = direction(y, x);
  let turn = divide(sine, hypot_(x, y));
  return [(sine * turn), (-out * turn)];
}
function exp_of_difference(x, y) {
  return _exp_of_difference(x, y);
}
function _exp_of_difference(x, y) {
  let e = _exp((x - y));
  return ((0.0 < e && e < Infinity) ? (e + (e * _lost(x, y))) : e);
}
function _lost(x, y) {
  let d = (x - y);
  let shift = (d - x);
  return ((x - (d - shift)) - (y + shift));
}
function share(x, y) {
  return _share_of_two(x, y);
}
function _share_of_two(x, y) {
  let d = (x - y);
  if (((d - d) !== 0.0)) {
    return (((d !== d) || (x === Infinity) || (y === Infinity)) ? NaN : Number((d > 0.0)));
  }
  let e = ((d < 0.0) ? _exp_of_difference(x, y) : _exp_of_difference(y, x));
  return divide(((d >= 0.0) ? 1.0 : e), (1.0 + e));
}
function maximum(x, y) {
  return (((x > y) || (x !== x)) ? x : y);
}
function _half_at_ties(x, y) {
  return [((x > y) ? 1.0 : ((x < y) ? -0.0 : 0.5)), ((x < y) ? 1.0 : ((x > y) ? -0.0 : 0.5))];
}
function minimum(x, y) {
  return (((x < y) || (x !== x)) ? x : y);
}
function _clamp_partials(out, x, low, high) {
  let inside = ((x >= low) && (x <= high));
  return [(inside ? 1.0 : -0.0), (((x < low) && (low < high)) ? 1.0 : -0.0), (((x > high) || (low > high)) ? 1.0 : -0.0)];
}
function sum(xs) {
  return _sum(xs);
}
function _sum(xs) {
  let total = 0.0;
  for (const x of xs) {
    total += x;
  }
  return total;
}
function dot(xs) {
  return _dot(xs);
}
function _dot(operands) {
  let half = floorDivide(operands.length, 2);
  let total = 0.0;
  for (const [x, y] of zip(operands.slice(0, half), operands.slice(half))) {
    total += (x * y);
  }
  return total;
}
function _dot_partials(out, operands) {
  let half = floorDivide(operands.length, 2);
  return [...operands.slice(half), ...operands.slice(0, half)];
}
function logsumexp(xs) {
  return _logsumexp(xs);
}
function _logsumexp(xs) {
  let largest = -Infinity;
  for (const x of xs) {
    if (((x > largest) || (x !== x))) {
      largest = x;
    }
  }
  if (((largest - largest) !== 0.0)) {
    return largest;
  }
  let rest = 0.0;
  let is_left_out = false;
  for (const x of xs) {
    if (((x === largest) && !(is_left_out))) {
      is_left_out = true;
    } else {
      rest += Math.exp((x - largest));
    }
  }
  return (largest + Math.log1p(rest));
}
function _normalised_exponentials(out, xs) {
  if ((xs.length === 2)) {
    return [share(xs[0], xs[1]), share(xs[1], xs[0])];
  }
  let exponentials = Array.from(xs, (x) => exp_of_difference(x, out));
  let total = sum(exponentials);
  return Array.from(exponentials, (e) => divide(e, total));
}
function softmax_at(xs) {
  return _softmax_at(xs);
}
function _softmax_at(row) {
  let exponentials = _exponentials(row);
  return divide(exponentials[(Math.trunc(row[0]) + 1)], _sum(exponentials));
}
function _exponentials(row) {
  let largest = -Infinity;
  for (const x of row.slice(1)) {
    if (((x > largest) || (x !== x))) {
      largest = x;
    }
  }
  let exponentials = Array.from(row, (x) => exp_of_difference(x, largest));
  exponentials[0] = 0.0;
  return exponentials;
}
function _softmax_at_partials(out, row) {
  let [exponentials, place] = [_exponentials(row), (Math.trunc(row[0]) + 1)];
  let own = exponentials[place];
  exponentials[place] = 0.0;
  let rest = _sum(exponentials);
  let total = (own + rest);
  let slopes = Array.from(exponentials, (e) => (-out * divide(e, total)));
  slopes[0] = 0.0;
  slopes[place] = (out * divide(rest, total));
  return slopes;
}
function mean(xs) {
  return _mean(xs);
}
function _mean(xs) {
  return divide(_sum(xs), Number(xs.length));
}
function prod(xs) {
  return _prod(xs);
}
function _prod(xs) {
  let product = 1.0;
  for (const x of xs) {
    product *= x;
  }
  return product;
}
function _products_of_others(out, xs) {
  if ((xs.length < 2)) {
    return Array(xs.length).fill(1.0);
  }
  let before = accumulate(xs.slice(0, -1), mul);
  let after = accumulate(xs.slice(1).reverse(), ((product, x) => (x * product))).slice().reverse();
  return [after[0], ...map(mul, before, after.slice(1)), before[before.length - 1]];
}
function norm(xs) {
  return _norm(xs);
}
function _norm(xs) {
  return (xs.every((x) => (x === x)) ? hypot(xs) : NaN);
}
function _norm_partials(out, xs) {
  let size = ((out <= 0.0) ? 1.0 : out);
  return Array.from(xs, (x) => ((out <= 0.0) ? 0.0 : divide(x, size)));
}
function max(xs) {
  return _largest(xs);
}
function _largest(xs) {
  let best = _first('max', xs);
  for (const x of xs) {
    if (((x > best) || (x !== x))) {
      best = x;
    }
  }
  return best;
}
function _first(name, xs) {
  if (!(xs !== 0)) {
    throw new RangeError("no operands");
  }
  return xs[0];
}
function _share(are_less) {
  let part = divide(1.0, sum(Array.from(are_less, (is_less) => (is_less ? 0.0 : 1.0))));
  return Array.from(are_less, (is_less) => (is_less ? -0.0 : part));
}
function min(xs) {
  return _smallest(xs);
}
function _smallest(xs) {
  let best = _first('min', xs);
  for (const x of xs) {
    if (((x < best) || (x !== x))) {
      best = x;
    }
  }
  return best;
}

export const TABLE = {
  add: (x, y) => { const out = add(x, y); return [out, 1.0, 1.0]; },
  subtract: (x, y) => { const out = subtract(x, y); return [out, 1.0, -1.0]; },
  multiply: (x, y) => { const out = multiply(x, y); return [out, y, x]; },
  true_divide: (x, y) => { const out = true_divide(x, y); return [out, divide(1.0, y), divide(-divide(x, y), y)]; },
  negative: (x) => { const out = negative(x); return [out, -1.0]; },
  identity: (x) => { const out = identity(x); return [out, 1.0]; },
  square: (x) => { const out = square(x); return [out, (2.0 * x)]; },
  reciprocal: (x) => { const out = reciprocal(x); return [out, (-out * out)]; },
  pow: (x, y) => { const out = pow(x, y); return [out, ..._power_partials(out, x, y)]; },
  absolute: (x) => { const out = absolute(x); return [out, ((x > 0) ? 1.0 : ((x < 0) ? -1.0 : -0.0))]; },
  floor: (x) => [floor(x), -0.0],
  ceil: (x) => [ceil(x), -0.0],
  trunc: (x) => [trunc(x), -0.0],
  rint: (x) => [rint(x), -0.0],
  round: (x, digits) => [round(x, digits), -0.0, -0.0],
  sign: (x) => [sign(x), -0.0],
  floor_divide: (x, y) => [floor_divide(x, y), -0.0, -0.0],
  remainder: (x, y) => { const out = remainder(x, y); return [out, 1.0, -floor_divide(x, y)]; },
  greater: (x, y) => [greater(x, y), -0.0, -0.0],
  greater_equal: (x, y) => [greater_equal(x, y), -0.0, -0.0],
  less: (x, y) => [less(x, y), -0.0, -0.0],
  less_equal: (x, y) => [less_equal(x, y), -0.0, -0.0],
  logical_and: (x, y) => [logical_and(x, y), -0.0, -0.0],
  logical_or: (x, y) => [logical_or(x, y), -0.0, -0.0],
  logical_not: (x) => [logical_not(x), -0.0],
  where: (condition, x, y) => { const out = where(condition, x, y); return [out, -0.0, (condition !== 0 ? 1.0 : -0.0), (condition !== 0 ? -0.0 : 1.0)]; },
  exp: (x) => { const out = exp(x); return [out, out]; },
  expm1: (x) => { const out = expm1(x); return [out, exp(x)]; },
  log: (x) => { const out = log(x); return [out, divide(1.0, x)]; },
  log1p: (x) => { const out = log1p(x); return [out, divide(1.0, (1.0 + x))]; },
  exp2: (x) => { const out = exp2(x); return [out, (0.6931471805599453 * out)]; },
  log2: (x) => { const out = log2(x); return [out, divide(divide(1.0, x), 0.6931471805599453)]; },
  log10: (x) => { const out = log10(x); return [out, divide(divide(1.0, x), 2.302585092994046)]; },
  sqrt: (x) => { const out = sqrt(x); return [out, divide(0.5, out)]; },
  cbrt: (x) => { const out = cbrt(x); return [out, divide(1.0, ((3.0 * out) * out))]; },
  sin: (x) => { const out = sin(x); return [out, cos(x)]; },
  cos: (x) => { const out = cos(x); return [out, -sin(x)]; },
  tan: (x) => { const out = tan(x); return [out, (1.0 + (out * out))]; },
  asin: (x) => { const out = asin(x); return [out, divide(1.0, sqrt(((1.0 - x) * (1.0 + x))))]; },
  acos: (x) => { const out = acos(x); return [out, divide(-1.0, sqrt(((1.0 - x) * (1.0 + x))))]; },
  atan: (x) => { const out = atan(x); return [out, _squared(divide(1.0, hypot_(x, 1.0)))]; },
  atan2: (y, x) => { const out = atan2(y, x); return [out, ..._atan2_partials(out, y, x)]; },
  hypot: (x, y) => { const out = hypot_(x, y); return [out, divide(x, out), divide(y, out)]; },
  sinh: (x) => { const out = sinh(x); return [out, cosh(x)]; },
  cosh: (x) => { const out = cosh(x); return [out, sinh(x)]; },
  tanh: (x) => { const out = tanh(x); return [out, _squared(divide(1.0, cosh(x)))]; },
  asinh: (x) => { const out = asinh(x); return [out, divide(1.0, hypot_(x, 1.0))]; },
  acosh: (x) => { const out = acosh(x); return [out, divide(1.0, (sqrt((Math.abs(x) - 1.0)) * sqrt((Math.abs(x) + 1.0))))]; },
  atanh: (x) => { const out = atanh(x); return [out, divide(1.0, ((1.0 - x) * (1.0 + x)))]; },
  erf: (x) => { const out = erf_(x); return [out, (1.1283791670955126 * gaussian(x))]; },
  erfc: (x) => { const out = erfc_(x); return [out, (-1.1283791670955126 * gaussian(x))]; },
  erfinv: (x) => { const out = erfinv(x); return [out, (0.8862269254527579 * exp((out * out)))]; },
  lgamma: (x) => { const out = lgamma(x); return [out, digamma(x)]; },
  digamma: (x) => { const out = digamma(x); return [out, polygamma(1.0, x)]; },
  polygamma: (order, x) => { const out = polygamma(order, x); return [out, 0.0, polygamma((order + 1.0), x)]; },
  sigmoid: (x) => { const out = sigmoid(x); return [out, (out * sigmoid_complement(x))]; },
  relu: (x) => { const out = relu(x); return [out, ((x > 0.0) ? 1.0 : -0.0)]; },
  softplus: (x) => { const out = softplus(x); return [out, sigmoid(x)]; },
  silu: (x) => { const out = silu(x); return [out, (sigmoid(x) * (1.0 + (x * sigmoid(-x))))]; },
  gelu: (x) => { const out = gelu(x); return [out, (normal_cdf(x) + (x * normal_density(x)))]; },
  log_sigmoid: (x) => { const out = log_sigmoid(x); return [out, sigmoid(-x)]; },
  softsign: (x) => { const out = softsign(x); return [out, divide(divide(1.0, (1.0 + absolute(x))), (1.0 + absolute(x)))]; },
  mish: (x) => { const out = mish(x); return [out, ..._mish_partials(out, x)]; },
  elu: (x, alpha) => { const out = elu(x, alpha); return [out, ((x > 0.0) ? 1.0 : ((alpha * exp(x)) + 0.0)), ((x > 0.0) ? -0.0 : (expm1(x) + 0.0))]; },
  leaky_relu: (x, slope) => { const out = leaky_relu(x, slope); return [out, ((x > 0.0) ? 1.0 : (slope + 0.0)), ((x > 0.0) ? -0.0 : (x + 0.0))]; },
  sigmoid_complement: (x) => { const out = sigmoid_complement(x); return [out, -sigmoid_slope(x)]; },
  sigmoid_slope: (x) => { const out = sigmoid_slope(x); return [out, (-out * tanh((0.5 * x)))]; },
  gaussian: (x) => { const out = gaussian(x); return [out, ((-2.0 * clamp(x, -40.0, 40.0)) * out)]; },
  normal_density: (x) => { const out = normal_density(x); return [out, (-clamp(x, -40.0, 40.0) * out)]; },
  normal_cdf: (x) => { const out = normal_cdf(x); return [out, normal_density(x)]; },
  asin_slope: (x) => { const out = asin_slope(x); return [out, (((x * out) * out) * out)]; },
  direction: (x, y) => { const out = direction(x, y); return [out, ..._direction_partials(out, x, y)]; },
  exp_of_difference: (x, y) => { const out = exp_of_difference(x, y); return [out, out, -out]; },
  share: (x, y) => { const out = share(x, y); return [out, (out * share(y, x)), (-out * share(y, x))]; },
  maximum: (x, y) => { const out = maximum(x, y); return [out, ..._half_at_ties(x, y)]; },
  minimum: (x, y) => { const out = minimum(x, y); return [out, ..._half_at_ties(y, x)]; },
  clamp: (x, low, high) => { const out = clamp(x, low, high); return [out, ..._clamp_partials(out, x, low, high)]; },
  sum: (xs) => { const out = sum(xs); return [out, ...Array(xs.length).fill(1.0)]; },
  dot: (xs) => { const out = dot(xs); return [out, ..._dot_partials(out, xs)]; },
  logsumexp: (xs) => { const out = logsumexp(xs); return [out, ..._normalised_exponentials(out, xs)]; },
  softmax_at: (xs) => { const out = softmax_at(xs); return [out, ..._softmax_at_partials(out, xs)]; },
  mean: (xs) => { const out = mean(xs); return [out, ...Array(xs.length).fill(divide(1.0, xs.length))]; },
  prod: (xs) => { const out = prod(xs); return [out, ..._products_of_others(out, xs)]; },
  norm: (xs) => { const out = norm(xs); return [out, ..._norm_partials(out, xs)]; },
  max: (xs) => { const out = max(xs); return [out, ..._share(Array.from(xs, (x) => (x < out)))]; },
  min: (xs) => { const out = min(xs); return [out, ..._share(Array.from(xs, (x) => (x > out)))]; },
};

// Operations that take their operands as one array.
export const ROWS = new Set(['sum', 'dot', 'logsumexp', 'softmax_at', 'mean', 'prod', 'norm', 'max', 'min']);

// Operations of which an operand may have no edge, which the derivative -0 says.
export const CHOOSERS = new Set(['absolute', 'floor', 'ceil', 'trunc', 'rint', 'round', 'sign', 'floor_divide', 'greater', 'greater_equal', 'less', 'less_equal', 'logical_and', 'logical_or', 'logical_not', 'where', 'relu', 'elu', 'leaky_relu', 'maximum', 'minimum', 'clamp', 'max', 'min']);
