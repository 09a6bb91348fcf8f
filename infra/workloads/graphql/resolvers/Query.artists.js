// A page of artists by name: the unique index on the name serves both the order and the start.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const limit = Math.min(Math.max(ctx.args.limit, 1), 100);
  const after = ctx.args.after ?? '';
  return createPgStatement(sql`select id, name from artists where name > ${after} order by name limit ${limit}`);
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0];
}
