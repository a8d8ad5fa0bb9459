// Copies what the pages load from node_modules to app/web/static/vendor: the packages ship what a browser needs. Of what
// a stylesheet refers to, only pictures and woff2 fonts are taken. The studio's editors alone are bundled, from src/.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../static/vendor");

const taken = {
  "licenses/camunda-bpmn-js": { from: "camunda-bpmn-js", files: ["LICENSE"] },
  "licenses/dmn-js": { from: "dmn-js", files: ["LICENSE"] },
  "licenses/form-js": { from: "@bpmn-io/form-js", files: ["LICENSE"] },
  dkfds: {
    from: "dkfds/dist",
    files: ["LICENSE.md", "css/dkfds.min.css", "js/dkfds.min.js", "img/all-svg-icons.svg"],
  },
  "bpmn-js": {
    from: "bpmn-js",
    files: [
      "LICENSE",
      "dist/bpmn-navigated-viewer.production.min.js",
      "dist/assets/bpmn-js.css",
      "dist/assets/diagram-js.css",
    ],
  },
};

// dkfds offers one font as eot, woff, woff2 and ttf, in that order; a browser would try the first and fail.
const onlyWoff2 = (css) =>
  css.replace(/(@font-face\s*\{[^}]*?\bsrc:)([^;}]*)/g, (_, before, sources) => {
    const kept = sources.split(",").filter((source) => source.includes(".woff2"));
    return before + (kept.length ? kept.join(",") : sources);
  });

const withoutSourceMap = (text) => text.replace(/\n?(\/\*|\/\/)# sourceMappingURL=.*/g, "");

const namedIn = (css, sheet) =>
  [...css.matchAll(/url\(\s*["']?([^"')]+)/g)]
    .map((match) => match[1].replace(/[?#].*$/, ""))
    .filter((url) => !url.startsWith("data:") && [".svg", ".png", ".woff2"].includes(extname(url)))
    .map((url) => posix.join(posix.dirname(sheet), url));

function copy(from, to, file) {
  let content = readFileSync(join(from, file));
  if (file.endsWith(".css")) content = onlyWoff2(withoutSourceMap(content.toString("utf8")));
  if (file.endsWith(".js")) content = withoutSourceMap(content.toString("utf8"));
  const target = join(to, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  return file.endsWith(".css") ? namedIn(content, file) : [];
}

rmSync(vendor, { recursive: true, force: true });
for (const [name, { from, files }] of Object.entries(taken)) {
  const source = join(here, "node_modules", from);
  const target = join(vendor, name);
  const more = new Set(files.flatMap((file) => copy(source, target, file)));
  for (const file of more) copy(source, target, file);
}

await build({
  entryPoints: ["bpmn", "form", "decision"].map((name) => join(here, "src", `${name}.js`)),
  outdir: join(vendor, "studio"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "linked",
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".svg": "dataurl", ".eot": "empty" },
  logLevel: "warning",
});
