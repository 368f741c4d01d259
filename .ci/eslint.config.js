// The rules for the page's modules; run from the root: eslint --config .ci/eslint.config.js
const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: { eqeqeq: "error", "no-eval": "error", "prefer-const": "error", "no-var": "error" },
  },
  // Printed from Python's own names and forms.
  {
    files: ["**/table.js"],
    rules: {
      "prefer-const": "off", "no-unused-vars": "off", "no-constant-condition": "off",
      "no-constant-binary-expression": "off",
    },
  },
];
