import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { uniqueName } from '../database/unique-name.ts';

/** A record that came into a community or went out of it. */
export interface CommunityMove {
  readonly uniqueName: string;
  readonly title: string | null;
  readonly type: 'joined' | 'left';
  /** `YYYY-MM-DD`. */
  readonly on: string;
}

/** Steps of a community in which moves are looked for: most steps of some communities change nothing but a title. */
const READ = 200;

/** The records that joined or left a community last, the latest first; a record that was deleted has not left. */
export async function lastMoves(db: Kysely<Database>, community: string, limit: number): Promise<CommunityMove[]> {
  const { rows } = await sql<CommunityMove>`
    select ${uniqueName} as "uniqueName", r.title, case when is_in then 'joined' else 'left' end as type,
      to_char(m.at at time zone 'UTC', 'YYYY-MM-DD') as on
    from (
      select s.at, s.record_id, coalesce(not old.deleted and old.metadata -> 'communities' ? ${community}, false) as was_in,
        case when next.revision is null then exists (select from public.record_community c where c.record_id = s.record_id and c.community = ${community})
          else next.metadata -> 'communities' ? ${community} end as is_in,
        coalesce(next.deleted, now.deleted) as deleted
      from (select * from harvest.community_step where community = ${community} order by at desc, record_id desc, revision desc limit ${READ}) s
      join public.record now on now.id = s.record_id
      left join public.record_history old on old.record_id = s.record_id and old.revision = s.revision
      left join lateral (select n.revision, n.deleted, n.metadata from public.record_history n
        where n.record_id = s.record_id and n.revision > s.revision order by n.revision limit 1) next on true
    ) m join public.record r on r.id = m.record_id
    where not m.deleted and m.was_in <> m.is_in
    order by m.at desc, r.id desc limit ${limit}`.execute(db);
  return rows;
}
