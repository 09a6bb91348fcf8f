// Version of the database's schema (development only).
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject } from '@aws-appsync/utils/rds';

export function request(ctx) {
  return createPgStatement(sql`select coalesce(max(version), 0) as version from schema_versions`);
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0][0].version;
}
