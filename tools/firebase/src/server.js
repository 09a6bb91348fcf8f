"use strict";
// The bundle's entry: the Auth emulator of firebase-tools behind an HTTP server of its own.

require("./validators");
require("./identity_platform");
const http = require("http");
const { createApp } = require("firebase-tools/lib/emulator/auth/server");
const { SingleProjectMode } = require("./mode");

/** Serve on host and port (0: a free one); resolves to the server once it accepts requests. */
async function serve({ host, port, project }) {
  const app = await createApp(project, SingleProjectMode.NO_WARNING);
  const server = http.createServer(app);
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

module.exports = { serve };
