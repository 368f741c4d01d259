// Runs a Python program in Pyodide: node pyodide.js PROGRAM FOLDER...; each folder is a package.
const { basename } = require("node:path");
const { loadPyodide } = require("pyodide");

async function run(program, folders) {
  const pyodide = await loadPyodide();
  pyodide.FS.mkdir("/packages");
  for (const folder of folders) {
    pyodide.mountNodeFS(`/packages/${basename(folder)}`, folder);
  }
  pyodide.runPython("import sys; sys.path.append('/packages')");
  pyodide.runPython(program);
}

run(process.argv[2], process.argv.slice(3)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
