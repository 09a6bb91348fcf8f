"use strict";
// What Google's service does with a project's configuration and the emulator leaves out: it keeps the
// configuration that an Identity Platform deployment writes, and lets everybody sign in with everything.
// A project without such a configuration behaves as the plain emulator does.

const { authOperations } = require("firebase-tools/lib/emulator/auth/operations");
const { AgentProjectState } = require("firebase-tools/lib/emulator/auth/state");
const { NotFoundError, ApiError, assert } = require("firebase-tools/lib/emulator/auth/errors");
const { brokenRules, publicPolicy } = require("./password_policy");

const { identitytoolkit } = authOperations;

// --- sign-in methods ---------------------------------------------------------------------------------------

const SIGN_IN_METHODS = {
  allowPasswordSignup: (signIn) => signIn.email?.enabled ?? true,
  enableEmailLinkSignin: (signIn) => (signIn.email?.enabled ?? true) && !signIn.email?.passwordRequired,
  enableAnonymousUser: (signIn) => signIn.anonymous?.enabled ?? !signIn.email,
};
for (const [name, allowed] of Object.entries(SIGN_IN_METHODS)) {
  Object.defineProperty(AgentProjectState.prototype, name, {
    get() {
      return allowed(this.config.signIn);
    },
  });
}

/** The project behind a state, which may be one of its tenants. */
const agentOf = (state) => state.parentProject ?? state;

// --- password policy ---------------------------------------------------------------------------------------

function checkPassword(state, password) {
  const broken = password ? brokenRules(agentOf(state).config.passwordPolicyConfig, password) : [];
  assert(!broken.length, `PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing password requirements: [${broken.join(", ")}]`);
}

const signUp = (original) => (state, body, ctx) => {
  checkPassword(state, body.password);
  return original(state, body, ctx);
};

const resetPassword = (original) => (state, body, ctx) => {
  checkPassword(state, body.newPassword);
  return original(state, body, ctx);
};

const signInWithPassword = (original) => async (state, body, ctx) => {
  const answer = await original(state, body, ctx);
  if (agentOf(state).config.passwordPolicyConfig?.forceUpgradeOnSignin) checkPassword(state, body.password);
  return answer;
};

// --- identity providers ------------------------------------------------------------------------------------

const idpConfigs = (state) => (agentOf(state).defaultSupportedIdpConfigs ??= new Map());
const idOf = (ctx) => ctx.params.path.defaultSupportedIdpConfigsId;
const REFUSED = "OPERATION_NOT_ALLOWED : The identity provider configuration is not found.";

function existing(state, id) {
  const config = idpConfigs(state).get(id);
  if (!config) throw new NotFoundError("CONFIGURATION_NOT_FOUND");
  return config;
}

function create(state, body, ctx) {
  const id = ctx.params.query.idpId;
  assert(id, "MISSING_PROVIDER_ID");
  if (idpConfigs(state).has(id)) throw new ApiError(409, "ALREADY_EXISTS", "DUPLICATE_IDP_CONFIG", "alreadyExists");
  const config = { ...body, name: `projects/${state.projectId}/defaultSupportedIdpConfigs/${id}` };
  idpConfigs(state).set(id, config);
  return config;
}

function patch(state, body, ctx) {
  const config = existing(state, idOf(ctx));
  const fields = ctx.params.query.updateMask?.split(",") ?? Object.keys(body);
  for (const field of fields) config[field] = body[field];
  return config;
}

identitytoolkit.projects.defaultSupportedIdpConfigs = {
  create,
  patch,
  get: (state, _body, ctx) => existing(state, idOf(ctx)),
  list: (state) => ({ defaultSupportedIdpConfigs: [...idpConfigs(state).values()] }),
  delete: (state, _body, ctx) => {
    existing(state, idOf(ctx));
    idpConfigs(state).delete(idOf(ctx));
    return {};
  },
};

function providerOf(body) {
  const fields = new URLSearchParams(body.postBody ?? new URL(body.requestUri ?? "http://localhost/").search);
  return fields.get("providerId")?.toLowerCase();
}

const signInWithIdp = (original) => (state, body, ctx) => {
  const configured = agentOf(state).config.signIn.email !== undefined;
  const provider = providerOf(body);
  if (configured && provider) assert(idpConfigs(state).get(provider)?.enabled, REFUSED);
  return original(state, body, ctx);
};

// --- whole configuration ---------------------------------------------------------------------------------

const FACTORY = { signIn: {}, blockingFunctions: {}, emailPrivacyConfig: {} };

// Without a mask an update replaces everything (google.protobuf.FieldMask); the emulator forgets only three fields.
const updateConfig = (original) => (state, body, ctx) => {
  if (!ctx.params.query.updateMask) {
    for (const field of Object.keys(state.config)) if (!(field in FACTORY)) delete state.config[field];
    Object.assign(state.config, structuredClone(FACTORY), { signIn: { allowDuplicateEmails: false, ...body.signIn } });
    for (const field of Object.keys(body)) if (!(field in FACTORY)) state.config[field] = body[field];
  }
  return original(state, body, ctx);
};

// --- wiring ------------------------------------------------------------------------------------------------

function wrap(operations, name, wrapper) {
  operations[name] = wrapper(operations[name]);
}

const { accounts, projects } = identitytoolkit;
wrap(accounts, "signUp", signUp);
wrap(accounts, "update", signUp);
wrap(accounts, "resetPassword", resetPassword);
wrap(accounts, "signInWithPassword", signInWithPassword);
wrap(accounts, "signInWithIdp", signInWithIdp);
wrap(projects, "updateConfig", updateConfig);
wrap(projects.accounts, "_", signUp);
wrap(projects.accounts, "update", signUp);
identitytoolkit.getPasswordPolicy = (state) => publicPolicy(agentOf(state).config.passwordPolicyConfig);
