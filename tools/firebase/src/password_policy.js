"use strict";
// A project's password policy as Identity Platform applies it: cloud.google.com/identity-platform/docs/password-policy

const SPECIAL = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`";
const GREATEST_LENGTH = 4096;
const RULES = {
  containsUppercaseCharacter: [/[A-Z]/, "an upper case character"],
  containsLowercaseCharacter: [/[a-z]/, "a lower case character"],
  containsNumericCharacter: [/[0-9]/, "a numeric character"],
  containsNonAlphanumericCharacter: [
    { test: (password) => [...password].some((character) => SPECIAL.includes(character)) },
    "a non-alphanumeric character",
  ],
};

const optionsOf = (policy) => policy?.passwordPolicyVersions?.[0]?.customStrengthOptions ?? {};

function lengthProblems({ minPasswordLength, maxPasswordLength }, password) {
  const problems = [];
  if (password.length < (minPasswordLength ?? 0)) {
    problems.push(`Password must contain at least ${minPasswordLength} characters`);
  }
  if (password.length > (maxPasswordLength || GREATEST_LENGTH)) {
    problems.push(`Password may contain at most ${maxPasswordLength || GREATEST_LENGTH} characters`);
  }
  return problems;
}

/** What `password` lacks of the policy, in the service's words; nothing while the policy is not enforced. */
function brokenRules(policy, password) {
  if (policy?.passwordPolicyEnforcementState !== "ENFORCE") return [];
  const options = optionsOf(policy);
  const missing = Object.entries(RULES).filter(([name, [rule]]) => options[name] && !rule.test(password));
  return [...lengthProblems(options, password), ...missing.map(([, [, text]]) => `Password must contain ${text}`)];
}

/** What the SDKs ask for before they send a password (GET /v2/passwordPolicy). */
function publicPolicy(policy) {
  return {
    customStrengthOptions: optionsOf(policy),
    allowedNonAlphanumericCharacters: [...SPECIAL],
    enforcementState: policy?.passwordPolicyEnforcementState ?? "OFF",
    forceUpgradeOnSignin: policy?.forceUpgradeOnSignin ?? false,
    schemaVersion: 1,
  };
}

module.exports = { brokenRules, publicPolicy };
