// A release's published videos.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const id = typeHint.UUID(ctx.source.id);
  return createPgStatement(
    sql`select id, release_id as "releaseId", title, asset_key as "assetKey", published from videos
        where release_id = ${id} and published order by created_at`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0];
}
