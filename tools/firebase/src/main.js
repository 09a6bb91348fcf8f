"use strict";
// node main.js --port N --project ID [--host 127.0.0.1]

const { parseArgs } = require("util");
const { load } = require("./load");

function stopOnSignal(server) {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}

async function main() {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string" },
      project: { type: "string" },
    },
  });
  if (!values.port || !values.project) throw new Error("--port and --project are needed");
  const server = await load().exports.serve({ ...values, port: Number(values.port) });
  stopOnSignal(server);
  const { address, port } = server.address();
  process.stdout.write(`${new Date().toISOString()} INFO auth: listening on ${address}:${port}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
