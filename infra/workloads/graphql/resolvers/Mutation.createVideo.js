// A new video of a release, not published yet.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const { releaseId, title, assetKey } = ctx.args.input;
  const release = typeHint.UUID(releaseId);
  return createPgStatement(
    sql`insert into videos (release_id, title, asset_key) values (${release}, ${title}, ${assetKey ?? null})
        returning id, release_id as "releaseId", title, asset_key as "assetKey", published`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0][0] ?? null;
}
