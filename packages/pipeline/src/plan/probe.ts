import { redactUrl } from '@thresher/runtime';
import {
  profileFromAnswers,
  nextProbe,
  NoReplyError,
  type OaiClient,
  parseDatestamp,
  parseIdentify,
  type ProbeAnswer,
  type ProbeAnswers,
  type ProbeName,
  type ProbeProfile,
  readReply,
} from '@thresher/oai';
import type { Db } from '@thresher/store/database';
import { findSource, saveIdentity, saveSource, type Source } from '@thresher/store/harvest';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { type SourceSettings } from '../sources/sources.ts';
import { sendInTurn } from '../requests/ask-source.ts';

export interface ProbeDeps {
  readonly client: OaiClient;
  /** Null if there is no database through which processes share the rate limit. */
  readonly hostRateLimit: HostRateLimit | null;
}

export interface Probed {
  readonly profile: ProbeProfile;
  readonly requests: number;
  /** Why the probe stopped early; null if it did not. */
  readonly brokeOff: string | null;
}

/**
 * Finds out how a repository behaves, with at most thirteen requests, one after the other. If a server turns requests
 * away (429, 403), the probe stops at once, and the profile holds what was learnt so far.
 *
 * @throws what Identify throws: without it there is nothing to probe.
 */
export async function probeRepository(
  { client, hostRateLimit }: ProbeDeps,
  options: { readonly metadataPrefix?: string | undefined },
  onAnswer: (name: ProbeName) => void,
  signal: AbortSignal,
): Promise<Probed> {
  const answers: { -readonly [Name in keyof ProbeAnswers]: ProbeAnswers[Name] } = {};
  let brokeOff: string | null = null;
  for (let next = nextProbe(answers, options); next !== null && brokeOff === null; next = nextProbe(answers, options)) {
    const turn = (await hostRateLimit?.turn(null, signal)) ?? null;
    const { name, request } = next;
    // A probe measures single answers, refusals included: it repeats nothing and blocks no host.
    const answer = await timed(() => sendInTurn(hostRateLimit, turn, () => client.request(request, signal), false));
    answers[name] = answer;
    if (name === 'identify') mustIdentify(answer);
    if (answer.reply?.status === 429 || answer.reply?.status === 403)
      brokeOff = `the server answered ${answer.reply.status} to ${request.verb}`;
    onAnswer(name);
  }
  return { profile: profileFromAnswers(answers, options), requests: Object.keys(answers).length, brokeOff };
}

async function timed(request: () => Promise<NonNullable<ProbeAnswer['reply']>>): Promise<ProbeAnswer & { readonly error?: NoReplyError }> {
  const started = performance.now();
  try {
    return { reply: await request(), failure: null, latencyMs: performance.now() - started };
  } catch (error) {
    if (!(error instanceof NoReplyError)) throw error;
    return { reply: null, failure: error.message, latencyMs: performance.now() - started, error };
  }
}

function mustIdentify({ reply, error }: ProbeAnswer & { readonly error?: NoReplyError }): void {
  if (reply !== null) readReply(reply, parseIdentify);
  else if (error !== undefined) throw error;
}

/** The base URL already belongs to a source with another name. */
export class OtherSourceError extends Error {
  override readonly name = 'OtherSourceError';
}

/**
 * Stores the result of a probe as the settings of a source, which is added if there is none of that name. Settings that
 * the probe does not cover stay.
 *
 * @throws OtherSourceError
 */
export async function saveProfile(db: Db, name: string, baseURL: string, profile: ProbeProfile): Promise<Source> {
  const [named, located] = [await findSource(db, name), await findSource(db, baseURL)];
  if (located !== undefined && located.name !== name)
    throw new OtherSourceError(`${redactUrl(baseURL)} is the source ${located.name} already: --save ${located.name}`);
  if (named !== undefined && named.base_url !== baseURL)
    throw new OtherSourceError(`the source ${name} is ${redactUrl(named.base_url)}: choose another name`);
  const source = await saveSource(db, {
    name,
    base_url: baseURL,
    metadata_prefix: named?.metadata_prefix ?? profile.metadataPrefix ?? 'oai_dc',
    settings: profile.settings satisfies SourceSettings,
  });
  await saveIdentity(db, source.id, {
    repository_name: profile.repositoryName,
    granularity: profile.granularity.declared,
    earliest_datestamp: parseDatestamp(profile.earliestDatestamp ?? ''),
    deleted_record: profile.deletedRecord,
  });
  return source;
}
