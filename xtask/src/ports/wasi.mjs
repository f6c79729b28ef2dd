// Runs a program for WASI under Node: node wasi.mjs PROGRAM ARGUMENTS...
// The program sees the current folder, under its own name, and nothing else.
//
// Node 20 crashes after a long program (all tests of the library at once): back in
// JavaScript, its stack pointer is beyond its stack. By then it is known what the program
// returned. So a second process runs it, says what it returned, and is ended at once.

import { spawnSync } from "node:child_process";
import { readFileSync, writeSync } from "node:fs";
import process from "node:process";
import { WASI } from "node:wasi";

const INNER = "--inner";
const RETURNED = 3; // The descriptor on which the inner process says what was returned.

const [script, ...args] = process.argv.slice(1);
if (args[0] === INNER) {
  const code = await run(args.slice(1));
  writeSync(RETURNED, String(code));
  process.kill(process.pid, "SIGKILL");
} else {
  const inner = spawnSync(process.execPath, [...process.execArgv, script, INNER, ...args], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
  });
  const returned = inner.output?.[RETURNED]?.toString();
  if (!returned) {
    console.error(`the program did not return: ${inner.error ?? inner.signal ?? inner.status}`);
  }
  process.exitCode = returned ? Number(returned) : 1;
}

async function run(args) {
  const folder = process.cwd();
  const wasi = new WASI({
    version: "preview1",
    args,
    env: process.env,
    preopens: { [folder]: folder },
  });
  const program = await WebAssembly.compile(readFileSync(args[0]));
  return wasi.start(await WebAssembly.instantiate(program, wasi.getImportObject()));
}
