// Bundles the extension into out/, with the licences of all that is in the bundle.

import { build } from "esbuild";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const { metafile } = await build({
  entryPoints: ["extension.js"],
  outfile: "out/extension.js",
  bundle: true,
  platform: "node",
  target: "node20",
  external: ["vscode"],
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const name = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (name) packages.add(name[0]);
}
const texts = [...packages].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (!licence) throw new Error(`${folder} has no licence`);
  return `${name} ${version}\n\n${readFileSync(folder + licence, "utf8").trim()}\n`;
});
writeFileSync("out/THIRD-PARTY.txt", texts.join(`\n${"-".repeat(80)}\n\n`));
for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
  copyFileSync(`../../${licence}`, `out/${licence}`);
}
