// An artist's releases.
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const id = typeHint.UUID(ctx.source.id);
  return createPgStatement(
    sql`select id, position, title, artist_id as "artistId" from releases
        where artist_id = ${id} order by position`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0];
}
