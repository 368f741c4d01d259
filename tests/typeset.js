// Typesets formulas as web pages do: node typeset.js PACKAGE SHORT < formulas.json
// PACKAGE is katex or a MathJax (npm's mathjax 3, or mathjax4 for version 4). Prints a JSON list
// of [error or null, width in em or null], one for each TeX formula of the JSON list it reads.
// KaTeX tells no width, and MathJax is not asked where a formula has fewer characters than SHORT.
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const [name, short] = process.argv.slice(2);

function katex() {
  const { renderToString } = require("katex");
  // Letters that only a font can show are no fault of the formula.
  const strict = (code, message) => (/unknownSymbol|symbolNotInFont/.test(code) ? "ignore" : "error");
  return formulas.map((formula) => {
    try {
      renderToString(formula, { displayMode: true, strict, throwOnError: true });
      return [null, null];
    } catch (error) {
      return [error.message, null];
    }
  });
}

async function mathjax() {
  // Without the extensions that hide errors: in Jupyter those would print a formula in red.
  const MathJax = await require(name).init({
    loader: {
      load: ["input/tex-base", "[tex]/ams", "[tex]/boldsymbol", "output/svg", "adaptors/liteDOM"],
    },
    tex: {
      packages: ["base", "ams", "boldsymbol"], // what amsmath has
      formatError: (jax, error) => {
        throw error;
      },
    },
    startup: { typeset: false },
  });
  const results = [];
  for (const formula of formulas) {
    try {
      if (formula.length < short) {
        MathJax.tex2mml(formula, { display: true });
        results.push([null, null]);
        continue;
      }
      const node = await MathJax.tex2svgPromise(formula, { display: true });
      const svg = MathJax.startup.adaptor.outerHTML(node);
      results.push([null, parseFloat(/viewBox="[^ ]* [^ ]* ([^ ]*)/.exec(svg)[1]) / 1000]);
    } catch (error) {
      results.push([error.message, null]);
    }
  }
  return results;
}

Promise.resolve(name === "katex" ? katex() : mathjax()).then((results) => {
  process.stdout.write(JSON.stringify(results));
});
