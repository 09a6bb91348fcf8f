// Runs one resolver as AppSync does: {file, phase, ctx} comes on standard input, what it returns goes to standard output.
// The two modules that AppSync provides are here as far as the resolvers use them.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

globalThis.appsync = {
  util: { error(message, type) { throw new Error(`${type}: ${message}`); } },
  rds: {
    sql: (strings, ...values) => ({ strings, values }),
    typeHint: { UUID: (value) => ({ hint: 'UUID', value }) },
    createPgStatement: ({ strings, values }) => ({
      sql: strings.reduce((all, part, i) => `${all}:P${i - 1}${part}`),
      parameters: values,
    }),
    toJsonObject: (result) => result,
  },
};

const { file, phase, ctx } = JSON.parse(await text(process.stdin));
const source = (await readFile(file, 'utf8'))
  .replace(/import (\{[^}]*\}) from '@aws-appsync\/utils';/, 'const $1 = globalThis.appsync;')
  .replace(/import (\{[^}]*\}) from '@aws-appsync\/utils\/rds';/, 'const $1 = globalThis.appsync.rds;');
const resolver = await import(`data:text/javascript,${encodeURIComponent(source)}`);
process.stdout.write(JSON.stringify(resolver[phase](ctx) ?? null));
