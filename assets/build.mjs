// Builds the committed CSS, JavaScript and icon sprite. Run by scripts/assets.sh in this folder.
import { build } from "esbuild";
import { compile } from "sass";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const out = process.argv[2];
for (const folder of ["css", "js", "img"]) {
  rmSync(`${out}/${folder}`, { recursive: true, force: true });
  mkdirSync(`${out}/${folder}`, { recursive: true });
}

for (const name of ["public", "staff", "print"]) {
  const { css } = compile(`scss/${name}.scss`, {
    style: "compressed",
    loadPaths: ["node_modules/@uswds/uswds/packages"],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "if-function"],
  });
  writeFileSync(`${out}/css/${name}.css`, css.replace(/^\uFEFF/, "") + "\n");
}

await build({
  entryPoints: ["js/public.js", "js/staff.js", "js/tick.js", "js/upload.js", "js/offline.js", "js/worker.js", "js/chat.js", "js/phones.js", "js/schoolworker.js", "js/member.js", "js/memberworker.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2019"],
  charset: "utf8",
  legalComments: "none",
  outdir: `${out}/js`,
});

// One small sprite of the icons that templates name.
const icons = readFileSync("icons.txt", "utf8").split(/\s+/).filter(Boolean).sort();
const symbols = icons.map((icon) => {
  const svg = readFileSync(`node_modules/@uswds/uswds/dist/img/usa-icons/${icon}.svg`, "utf8");
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  return `<symbol id="${icon}" viewBox="0 0 24 24">${body}</symbol>`;
});
writeFileSync(`${out}/img/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
const drawn = ["app-192.png", "app-512.png", "app-maskable-512.png"]; // by scripts/icons.py
for (const file of ["favicon.svg", "favicon.ico", ...drawn]) copyFileSync(`img/${file}`, `${out}/img/${file}`);
