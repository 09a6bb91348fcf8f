"use strict";
// Reads {source, questions: [{auth, op, path}]} and writes a list of booleans: what firebase-rules-parser allows.
//
// The parser knows no `rules_version` and evaluates both sides of `&&`. So each `allow` is evaluated alone, and an
// error in a condition denies what that `allow` would have granted, as Firebase has it.

const { default: interpreter } = require("firebase-rules-parser");

const { source, questions } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const lines = source.replace(/^rules_version.*$/m, "").split("\n");
const isAllow = (line) => /^\s*allow\s/.test(line);
const numbers = lines.map((line, number) => (isAllow(line) ? number : -1)).filter((number) => number >= 0);
const alone = numbers.map((kept) => lines.filter((line, number) => !isAllow(line) || number === kept).join("\n"));
const parsed = alone.map((text) => interpreter().init(text));

function grants(rules, { auth, op, path }) {
  rules.request = { auth };
  try {
    return rules.hasAccess(path, {})[op] === true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

process.stdout.write(JSON.stringify(questions.map((question) => parsed.some((rules) => grants(rules, question)))));
