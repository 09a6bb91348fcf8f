// Published videos, the newest first.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const limit = Math.min(Math.max(ctx.args.limit, 1), 100);
  return createPgStatement(
    sql`select id, release_id as "releaseId", title, asset_key as "assetKey", published from videos
        where published order by created_at desc limit ${limit}`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0];
}
