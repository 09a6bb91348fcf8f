"use strict";
// Writes the code cache of this Node version, after a sign-up, a sign-in and the calls of a deployment: V8
// caches only what was compiled, and functions are compiled when they first run.

const fs = require("fs");
const { CACHE, load } = require("./load");

const OWNER = { authorization: "Bearer owner" };
const PROJECT = "demo-warm";

async function call(base, method, path, body) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { "content-type": "application/json", ...OWNER },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function exercise(base) {
  const client = `${base}/identitytoolkit.googleapis.com/v1/accounts`;
  const admin = `/identitytoolkit.googleapis.com/v1/projects/${PROJECT}`;
  const user = { email: "warm@example.com", password: "correct horse 9", returnSecureToken: true };
  const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(user) };
  await (await fetch(`${client}:signUp?key=any`, json)).json();
  const { localId, refreshToken } = await (await fetch(`${client}:signInWithPassword?key=any`, json)).json();
  await call(base, "POST", `${admin}/accounts:update`, { localId, customAttributes: '{"admin":true}' });
  await call(base, "POST", `${admin}/accounts:lookup`, { localId: [localId] });
  await call(base, "POST", "/securetoken.googleapis.com/v1/token?key=any", {
    grantType: "refresh_token",
    refreshToken,
  });
  const config = `/identitytoolkit.googleapis.com/v2/projects/${PROJECT}/config`;
  await call(base, "PATCH", `${config}?updateMask=signIn.email.enabled`, { signIn: { email: { enabled: true } } });
  await call(base, "GET", config);
  await call(base, "DELETE", `/emulator/v1/projects/${PROJECT}/accounts`);
}

async function main() {
  const { script, exports } = load();
  const server = await exports.serve({ host: "127.0.0.1", port: 0, project: PROJECT });
  await exercise(`http://127.0.0.1:${server.address().port}`);
  fs.writeFileSync(CACHE, script.createCachedData());
  server.close();
  server.closeAllConnections();
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
