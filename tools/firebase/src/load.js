"use strict";
// Runs the bundle from V8's code cache, which saves parsing and compiling it (0.2 s).

const fs = require("fs");
const Module = require("module");
const path = require("path");
const vm = require("vm");

const BUNDLE = path.join(__dirname, "bundle.js");
const CACHE = path.join(__dirname, "bundle.cache");

function readCache() {
  try {
    return fs.readFileSync(CACHE);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The bundle's compiled script and its exports. V8 itself refuses a cache of another version or other flags. */
function load() {
  // esbuild writes ASCII alone; as latin1 the file needs no decoding.
  const source = Module.wrap(fs.readFileSync(BUNDLE, "latin1"));
  const script = new vm.Script(source, { filename: BUNDLE, cachedData: readCache() });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, BUNDLE, __dirname);
  return { script, exports: module.exports };
}

module.exports = { CACHE, load };
