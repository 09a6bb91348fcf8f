// A page of releases by position: keyset, so that a late page costs what the first does.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const limit = Math.min(Math.max(ctx.args.limit, 1), 100);
  return createPgStatement(
    sql`select id, position, title, artist_id as "artistId" from releases
        where position > ${ctx.args.after} order by position limit ${limit}`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0];
}
