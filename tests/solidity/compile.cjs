// Compiles contracts with one of the installed Solidity compilers.
//
// usage: node compile.cjs MODULES COMPILER FILE
//
// FILE holds the compiler's standard JSON input; prints its standard JSON output.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, compiler, file] = process.argv.slice(2);
const solc = require(path.join(modules, compiler));
process.stdout.write(solc.compile(fs.readFileSync(file, "utf8")));
