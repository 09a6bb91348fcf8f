"use strict";
// node build.js OUT: bundles the Auth emulator into OUT. Needs `npm ci` beside this file, and npm for one tarball.
// firebase-tools itself is no dependency in package.json: it would bring 600 packages where the emulator needs 150.

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const { execFileSync } = require("child_process");
const esbuild = require("esbuild");
const tar = require("tar");

const { version, integrity } = require("./package.json").firebaseTools;
const STUBS = { emulatorLogger: "logger", registry: "registry" };
const AS_THEY_ARE = ["load.js", "main.js", "warm.js"];
const source = (name) => path.join(__dirname, "src", name);

function download(folder) {
  const pack = ["pack", `firebase-tools@${version}`, "--ignore-scripts", "--silent", "--pack-destination", folder];
  execFileSync("npm", pack, { stdio: ["ignore", "ignore", "inherit"] });
  return path.join(folder, `firebase-tools-${version}.tgz`);
}

function verify(tarball) {
  const digest = crypto.createHash("sha512").update(fs.readFileSync(tarball)).digest("base64");
  if (`sha512-${digest}` !== integrity) {
    throw new Error(`firebase-tools ${version} has integrity sha512-${digest}; pinned is ${integrity}`);
  }
}

function unpack(tarball) {
  const folder = path.join(__dirname, "node_modules", "firebase-tools");
  fs.mkdirSync(folder, { recursive: true });
  tar.extract({ file: tarball, cwd: folder, strip: 1, sync: true });
  fs.rmSync(tarball);
}

// An API key belongs to a project, and requests of clients name no other. firebase-tools takes every key for the
// default project's; here the id of a project that is there is its key (docs/decisions/0032).
const KEYS = {
  file: /firebase-tools\/lib\/emulator\/auth\/server\.js$/,
  before: "function getProjectIdByApiKey(apiKey) {",
  after: "function getProjectIdByApiKey(apiKey) { if (projectStateForId.has(apiKey)) return apiKey;",
};

function withKeys(text) {
  if (!text.includes(KEYS.before)) throw new Error(`${KEYS.before} is not in this version of firebase-tools`);
  return text.replace(KEYS.before, KEYS.after);
}

// Three files of firebase-tools are replaced; the comments in src/ say by what and why.
const stubs = {
  name: "stubs",
  setup(build) {
    build.onLoad({ filter: KEYS.file }, ({ path: file }) => ({ contents: withKeys(fs.readFileSync(file, "utf8")) }));
    build.onResolve({ filter: /\/(emulatorLogger|registry|index)$/ }, ({ path: wanted, importer }) => {
      if (!importer.includes(path.join("firebase-tools", "lib", "emulator", "auth"))) return undefined;
      const name = path.basename(wanted);
      return { path: source(`${name === "index" ? "mode" : STUBS[name]}.js`) };
    });
  },
};

function bundle(out) {
  return esbuild.build({
    entryPoints: [source("server.js")],
    outfile: path.join(out, "bundle.js"),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "error",
    plugins: [stubs],
  });
}

async function main() {
  const out = process.argv[2];
  const tarball = download(out);
  verify(tarball);
  unpack(tarball);
  await bundle(out);
  for (const name of AS_THEY_ARE) fs.copyFileSync(source(name), path.join(out, name));
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
