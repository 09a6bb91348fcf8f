"use strict";
// Stands in for firebase-tools' emulatorLogger, which brings winston, the hub and the CLI's settings along.
// One dated line an event on standard output; verification links and codes reach the developer this way.

const COLUMN = { BULLET: "INFO", SUCCESS: "INFO", USER: "INFO", WARN_ONCE: "WARN" };

class EmulatorLogger {
  constructor(name) {
    this.name = name;
  }

  static forEmulator(name) {
    return new EmulatorLogger(name);
  }

  log(type, text) {
    if (type === "DEBUG") return;
    process.stdout.write(`${new Date().toISOString()} ${COLUMN[type] ?? type} ${this.name}: ${text}\n`);
  }

  logLabeled(type, label, text) {
    this.log(type, text);
  }
}

module.exports = { EmulatorLogger };
