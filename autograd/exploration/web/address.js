// The state in the page's address, #step=12&w5=0.4, so that one can link to a moment.

/** @typedef {import("./model.js").Model} Model */

export function readAddress(/** @type {Model} */ model) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const numbers = model.leaves.map((leaf, k) => {
    const text = asked.get(leaf.label);
    return text === null || text === "" || Number.isNaN(Number(text)) ? model.recorded[k] : Number(text);
  });
  return { step: Number(asked.get("step") ?? 0), numbers };
}

let waiting = 0;

/** Write it when nothing has moved for a moment: browsers allow few changes a second. */
export function writeAddress(/** @type {number} */ step, /** @type {Model} */ model) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const state = new URLSearchParams({ step: String(step) });
    model.numbers().forEach((x, k) => {
      if (x !== model.recorded[k]) state.set(model.leaves[k].label, String(x));
    });
    try {
      history.replaceState(null, "", `#${state}`);
    } catch {
      // a frame inside of a notebook has no address
    }
  }, 250);
}
