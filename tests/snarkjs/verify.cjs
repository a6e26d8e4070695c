// Verifies many proofs with snarkjs in one process, since starting it takes a second.
//
// usage: node verify.cjs MODULES FILE
//
// FILE holds {keys: [verification_key], vectors: [{key: index, inputs: [decimal], proof}]}. Prints an array with "yes",
// "no" or "error: …" for each vector.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, file] = process.argv.slice(2);
const snarkjs = require(path.join(modules, "snarkjs"));

async function main() {
  const { keys, vectors } = JSON.parse(fs.readFileSync(file, "utf8"));
  const verdicts = [];
  for (const { key, inputs, proof } of vectors) {
    try {
      verdicts.push((await snarkjs.groth16.verify(keys[key], inputs, proof)) ? "yes" : "no");
    } catch (error) {
      verdicts.push(`error: ${error.message}`);
    }
  }
  // snarkjs leaves its threads running.
  process.stdout.write(JSON.stringify(verdicts), () => process.exit(0));
}

main();
