"use strict";
// Stands in for firebase-tools' auth/index, of which the server needs this enumeration alone; the rest of that
// file (import and export for the CLI) pulls in most of firebase-tools.

const SingleProjectMode = { NO_WARNING: 0, WARNING: 1, ERROR: 2 };

module.exports = { SingleProjectMode };
