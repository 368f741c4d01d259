// Reads a JSON list of TeX formulas; prints for each the error of MathJax, or null.
// Without the extensions that hide errors: in Jupyter those would print a formula in red.
const configuration = {
  loader: { load: ["input/tex-base", "[tex]/ams", "adaptors/liteDOM"] },
  tex: {
    packages: ["base", "ams"],
    formatError: (jax, error) => {
      throw error;
    },
  },
  startup: { typeset: false },
};

function errorOf(MathJax, formula) {
  try {
    MathJax.tex2mml(formula, { display: true });
    return null;
  } catch (error) {
    return error.message;
  }
}

require("mathjax")
  .init(configuration)
  .then((MathJax) => {
    const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(formulas.map((formula) => errorOf(MathJax, formula))));
  });
