import { newSecret, sendWebhooks } from '@thresher/pipeline';
import {
  addWebhook,
  CHANGE_TYPES,
  type ChangeType,
  listDeliveries,
  listWebhooks,
  placeBefore,
  removeWebhook,
  retryDeliveries,
} from '@thresher/store/changes';
import { settledUntil } from '@thresher/store/database';
import { readDate } from '../dates.ts';
import { count, exit, type ExitCode, type Io, print, printJson, printRows, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

export interface AddWebhookFlags {
  readonly events?: string;
  readonly community?: string[];
  readonly since?: string;
  readonly json?: boolean;
}

/** Adds a receiver, and prints the secret that its messages are signed with: it is not shown again. */
export async function addWebhookCommand(io: Io, url: string, flags: AddWebhookFlags): Promise<ExitCode> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`${JSON.stringify(url)} is not an http or https URL`);
  const types = flags.events === undefined ? null : readTypes(flags.events);
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const at = flags.since === undefined ? await settledUntil(db) : readDate(flags.since, 'start', new Date()).getTime() * 1_000;
  const wanted = { url, secret: newSecret(), types, communities: flags.community ?? null, after: placeBefore(at) };
  const { id, secret } = await addWebhook(db, wanted);
  if (flags.json) printJson(io, { id, url, secret });
  else print(io, `webhook ${id}: ${secret}`);
  say(io, 'a harvester process sends its messages, or thresher webhook deliver; keep the secret, it is not shown again');
  return exit.done;
}

function readTypes(text: string): ChangeType[] {
  const wanted = text.split(',').map((type) => type.trim());
  const types = CHANGE_TYPES.filter((type) => wanted.includes(type));
  const wrong = wanted.find((type) => !(CHANGE_TYPES as readonly string[]).includes(type));
  if (wrong !== undefined) throw new UsageError(`there is no event ${JSON.stringify(wrong)}, only ${CHANGE_TYPES.join(', ')}`);
  return types;
}

export async function listWebhooksCommand(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const webhooks = (await listWebhooks(await resources.db())).map((webhook) => ({ ...webhook, secret: undefined }));
  printRows(io, webhooks, {
    json: flags.json,
    none: 'there are no webhooks yet: thresher webhook add URL',
    head: ['webhook', 'url', 'events', 'communities', 'told until', 'pending', 'failed', 'state'],
    cells: (it) => [
      String(it.id),
      it.url,
      it.types?.join(',') ?? 'all',
      it.communities?.join(',') ?? 'all',
      new Date(it.at_micros / 1_000).toISOString().slice(0, 19),
      it.pending,
      it.failed,
      it.disabled_reason ?? 'active',
    ],
  });
  return exit.done;
}

/** What was sent to a webhook, and what came of it. */
export async function webhookLog(io: Io, id: number, flags: { limit: number; json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  await mustExist(db, id);
  printRows(io, await listDeliveries(db, id, flags.limit), {
    json: flags.json,
    head: ['message', 'written', 'state', 'changes', 'tries', 'status', 'next', 'why'],
    cells: (it) => [
      `msg_${it.id}`,
      it.created_at.toISOString().slice(0, 19),
      it.state,
      it.changes,
      it.tries,
      it.status,
      it.state === 'pending' ? it.next_at.toISOString().slice(0, 19) : null,
      it.failure,
    ],
  });
  return exit.done;
}

export async function removeWebhookCommand(io: Io, id: number): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  if (!(await removeWebhook(await resources.db(), id))) throw unknown(id);
  say(io, `webhook ${id} is removed`);
  return exit.done;
}

/** Sends what was given up again, and lets a disabled webhook work again. */
export async function retryWebhook(io: Io, id: number): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  await mustExist(db, id);
  say(io, `${count(await retryDeliveries(db, id))} messages are sent again`);
  return exit.done;
}

/** Sends all that is due once: for those who run no harvester process. */
export async function deliverWebhooks(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const round = await sendWebhooks({ db: await resources.db(), log: resources.log, ...resources.outbound() }, io.signal);
  if (flags.json) printJson(io, round);
  else print(io, `${count(round.delivered)} messages delivered, ${count(round.failed)} not taken`);
  if (round.failed > 0) say(io, 'messages that failed are sent again; thresher webhook log ID shows why');
  return round.failed > 0 ? exit.incomplete : exit.done;
}

async function mustExist(db: Parameters<typeof listWebhooks>[0], id: number): Promise<void> {
  if (!(await listWebhooks(db)).some((webhook) => webhook.id === id)) throw unknown(id);
}

const unknown = (id: number): UsageError => new UsageError(`there is no webhook ${id}: thresher webhook list shows them`);
