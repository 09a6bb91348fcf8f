// Publishes a video or takes it back; null where there is none.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const id = typeHint.UUID(ctx.args.id);
  return createPgStatement(
    sql`update videos set published = ${ctx.args.published} where id = ${id}
        returning id, release_id as "releaseId", title, asset_key as "assetKey", published`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0][0] ?? null;
}
