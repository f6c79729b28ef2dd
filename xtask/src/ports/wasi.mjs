// Runs a program for WASI under Node: node wasi.mjs PROGRAM ARGUMENTS...
// The program sees the current folder, under its own name, and nothing else.

import { readFile } from "node:fs/promises";
import process from "node:process";
import { WASI } from "node:wasi";

const args = process.argv.slice(2);
const folder = process.cwd();
const wasi = new WASI({
  version: "preview1",
  args,
  env: process.env,
  preopens: { [folder]: folder },
});
const program = await WebAssembly.compile(await readFile(args[0]));
const instance = await WebAssembly.instantiate(program, wasi.getImportObject());
process.exitCode = wasi.start(instance);
