// Deletes a release with its tracks and videos (development only).
import { util } from '@aws-appsync/utils';
import { createPgStatement, sql, toJsonObject, typeHint } from '@aws-appsync/utils/rds';

export function request(ctx) {
  const id = typeHint.UUID(ctx.args.id);
  return createPgStatement(
    sql`delete from releases where id = ${id} returning id, position, title, artist_id as "artistId"`,
  );
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  return toJsonObject(ctx.result)[0][0] ?? null;
}
