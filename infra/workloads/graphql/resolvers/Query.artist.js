// One artist.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const id = typeHint.UUID(ctx.args.id);
  return createPgStatement(sql`select id, name from artists where id = ${id}`);
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0][0] ?? null;
}
