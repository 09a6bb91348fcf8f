"use strict";
// Reads {rules, data, questions: [{auth, op, path, value}]} and writes a list of booleans: what targaryen allows.

const targaryen = require("targaryen");

const { rules, data, questions } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const database = targaryen.database(rules, data, Date.now());

function allowed({ auth, op, path, value }) {
  const someone = database.as(auth);
  return op === "read" ? someone.read(path).allowed : someone[op](path, value).allowed;
}

process.stdout.write(JSON.stringify(questions.map(allowed)));
