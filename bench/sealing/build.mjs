/* Bundle each candidate into one file and say what it weighs: node build.mjs FOLDER (package.json was installed there). */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = resolve(process.argv[2]);
const here = import.meta.dirname;
const { build } = createRequire(join(folder, "package.json"))("esbuild");
const candidates = ["hpke-js", "noble", "slim", "webcrypto", "pack-only"];
const weights = {};
for (const name of candidates) {
  const outfile = join(folder, "built", `${name}.js`);
  const { warnings } = await build({
    entryPoints: [join(here, "source", `${name}.js`)],
    outfile,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    // The floor of the voters' pages: Chrome 78, iOS 12. BigInt itself cannot be written in older words.
    target: "es2017",
    nodePaths: [join(folder, "node_modules")],
    legalComments: "none",
    logLevel: "error",
    logOverride: { bigint: "warning" },
  });
  const bytes = readFileSync(outfile);
  weights[name] = {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
    // Literals such as 1n are a syntax error on iOS 12 and 13, BigInt() fails there as it runs.
    bigint: warnings.some(({ id }) => id === "bigint") ? "literals" : /\bBigInt\(/.test(bytes) ? "calls" : "none",
    secureContextOnly: /\.subtle\b/.test(bytes),
  };
}
writeFileSync(join(folder, "built", "weights.json"), JSON.stringify(weights, null, 1));
console.table(weights);
