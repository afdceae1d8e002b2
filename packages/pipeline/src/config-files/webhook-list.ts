import { CHANGE_TYPES, type ChangeType } from '@thresher/store/changes';
import { checkKeys, isValues, matching, type Path, reader, type Report } from './list-faults.ts';

/** A webhook as `sources.yaml` describes it. */
export interface WebhookEntry {
  readonly url: string;
  /** Null: all. */
  readonly types: readonly ChangeType[] | null;
  readonly communities: readonly string[] | null;
  /** Null: one is made when it is added, and stays. */
  readonly secret: string | null;
}

/** Reads `webhooks` of `sources.yaml`; each URL may be there once. Pure. */
export function readWebhooks(value: unknown, path: Path, report: Report): WebhookEntry[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report(path, 'webhooks are a list: [{url: https://…, events: [created, joined]}]');
    return [];
  }
  const seen = new Set<string>();
  return (value as unknown[]).flatMap((one, i) => {
    const entry = readWebhook(one, [...path, i], report);
    if (entry === null) return [];
    if (entry.url !== '' && seen.has(entry.url)) report([...path, i, 'url'], 'another webhook has this url too');
    seen.add(entry.url);
    return [entry];
  });
}

function readWebhook(value: unknown, path: Path, report: Report): WebhookEntry | null {
  if (!isValues(value)) {
    report(path, 'a webhook is a map: {url: https://…, events: [created, joined]}');
    return null;
  }
  checkKeys(value, ['url', 'events', 'communities', 'secret'], path, report);
  if (value['url'] === undefined || value['url'] === null) report([...path, 'url'], 'a webhook needs a url');
  const read = reader(value, path, report);
  return {
    url: read('url', parseReceiver, 'an http or https URL, to which messages are sent by POST', ''),
    types: read<readonly ChangeType[] | null>('events', parseTypes, `a list out of ${CHANGE_TYPES.join(', ')}`, null),
    communities: read<readonly string[] | null>('communities', parseSlugs, 'a list of slugs such as biosyslit', null),
    secret: read<string | null>('secret', matching(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/), 'whsec_ and 24 to 64 bytes in base64', null),
  };
}

function parseReceiver(given: unknown): string | undefined {
  return typeof given === 'string' && /^https?:$/.test(URL.parse(given)?.protocol ?? '') ? given : undefined;
}

/** In the order of CHANGE_TYPES, each once. */
function parseTypes(given: unknown): readonly ChangeType[] | undefined {
  if (!Array.isArray(given) || given.length === 0 || !given.every((one) => (CHANGE_TYPES as readonly unknown[]).includes(one)))
    return undefined;
  return CHANGE_TYPES.filter((type) => given.includes(type));
}

function parseSlugs(given: unknown): string[] | undefined {
  const isSlug = (one: unknown): one is string => typeof one === 'string' && /^[\w.-]+$/.test(one);
  return Array.isArray(given) && given.length > 0 && given.every(isSlug) ? [...new Set(given)] : undefined;
}
