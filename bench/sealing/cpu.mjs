/* Processor time of each candidate in Node, which a busy machine does not change much: node cpu.mjs FOLDER. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const RUNS = 7;
const SEALS = 20;
const PACKED_BYTES = 2111; // town-annual

/* Load a candidate and seal in this very process; the milliseconds of processor time, of all its threads. */
async function alone(path) {
  globalThis.window = globalThis;
  const script = readFileSync(path, "utf-8");
  const passed = (since) => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1000;
  };
  let began = process.cpuUsage();
  (0, eval)(script);
  const load = passed(began);
  // Any key will do: the ML-KEM part of a zero key is one, and 9 is a point of the curve.
  const key = new Uint8Array(1216);
  key[1184] = 9;
  const packed = new Uint8Array(PACKED_BYTES);
  began = process.cpuUsage();
  await window.sealing.seal(key, new Uint8Array(80), packed);
  const first = passed(began);
  began = process.cpuUsage();
  for (let number = 0; number < SEALS; number += 1) await window.sealing.seal(key, new Uint8Array(80), packed);
  return { load, first, later: passed(began) / SEALS };
}

if (process.argv[3]) {
  console.log(JSON.stringify(await alone(process.argv[3])));
} else {
  const folder = resolve(process.argv[2]);
  const found = {};
  for (const name of ["hpke-js", "noble", "slim", "webcrypto"]) {
    const runs = Array.from({ length: RUNS }, () =>
      JSON.parse(execFileSync(process.execPath, [import.meta.filename, folder, join(folder, "built", `${name}.js`)])),
    );
    const least = (what) => Number(Math.min(...runs.map((run) => run[what])).toFixed(1));
    found[name] = { load: least("load"), first: least("first"), later: least("later") };
  }
  console.table(found);
}
