"use strict";
// Stands in for firebase-tools' registry of the suite: the Auth emulator runs alone here, so no other emulator
// is ever there, and its own address is the one under which the request reached it.

class EmulatorRegistry {
  static isRunning() {
    return false;
  }

  static url(_emulator, req) {
    return new URL(`${req?.protocol ?? "http"}://${req?.headers.host ?? "127.0.0.1"}/`);
  }

  static client() {
    throw new Error("The Auth emulator runs alone: there is no Functions emulator to call.");
  }
}

module.exports = { EmulatorRegistry };
