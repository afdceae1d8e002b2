import type { ErrorManner, ProbeProfile } from '@thresher/oai';
import { openHostRateLimit, knownSource, probeRepository, saveProfile } from '@thresher/pipeline';
import { redactUrl } from '@thresher/runtime';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, printJson, say, count, print } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher probe` */
export function addProbeCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('probe <url>')
    .description('find out how a repository behaves, with at most thirteen requests')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--save <name>', 'store the result as the settings of this source')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines('probe https://example.org/oai', 'probe https://example.org/oai --save example', 'probe zenodo --json'),
    )
    .action((url: string, flags: Flags<typeof probe>) => then(probe(io, url, flags)));
}

interface ProbeFlags {
  readonly metadataPrefix?: string;
  readonly save?: string;
  readonly json?: boolean;
}

/** Finds out how a repository behaves, and prints the settings for a harvest. Needs a database only to store them. */
export async function probe(io: Io, nameOrUrl: string, flags: ProbeFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = flags.save === undefined && (io.env['DATABASE_URL'] ?? '') === '' ? null : await resources.db();
  const { baseURL, settings } = await knownSource(db, nameOrUrl);
  const hostRateLimit =
    db === null ? null : await openHostRateLimit(db, new URL(baseURL).host, settings.ratePerMinute ?? null, false, true);
  const show = (name: string): void => void (io.stderr.isTTY && io.stderr.write(`\r\x1b[2K${name} …`));
  const { profile, requests, brokeOff } = await probeRepository(
    { client: resources.client(baseURL, 30_000), hostRateLimit },
    flags,
    show,
    io.signal,
  );
  if (io.stderr.isTTY) io.stderr.write('\r\x1b[2K');
  if (flags.json) printJson(io, { ...profile, asked: redactUrl(baseURL), requests, brokeOff });
  else printProfile(io, baseURL, profile, requests);
  if (brokeOff !== null) say(io, `${brokeOff}, so the rest was not asked`);
  if (flags.save !== undefined && db !== null) {
    const source = await saveProfile(db, flags.save, baseURL, profile);
    say(io, `kept as the settings of ${source.name}: thresher harvest ${source.name}`);
  }
  return brokeOff === null ? exit.done : exit.incomplete;
}

const yes = (value: boolean | null): string => (value === null ? 'not reported' : value ? 'yes' : 'no');

const or = (value: string | number | null): string => (value === null ? 'not reported' : typeof value === 'number' ? count(value) : value);

const manner = ({ status, code }: ErrorManner): string =>
  status === null
    ? 'no answer'
    : code === `HTTP ${status}`
      ? `HTTP ${status}, no OAI-PMH error`
      : `HTTP ${status}, ${code ?? 'no error at all'}`;

function printProfile(io: Io, baseURL: string, profile: ProbeProfile, requests: number): void {
  const { token, granularity, errors } = profile;
  const line = (label: string, value: string) => print(io, `  ${label.padEnd(22)}${value}`);
  print(io, `${profile.repositoryName ?? 'a repository'} at ${redactUrl(baseURL)}, ${requests} requests`);
  if (profile.baseURL !== null && profile.baseURL !== baseURL) line('calls itself', redactUrl(profile.baseURL));
  line('formats', profile.metadataFormats.join(', ') || 'not reported');
  line('sets', yes(profile.sets));
  line('earliest datestamp', or(profile.earliestDatestamp));
  line('deleted records', or(profile.deletedRecord));
  line(
    'records',
    `${or(profile.completeListSize)}${profile.completeListSize === null ? '' : ' declared'}, ${profile.pageSize === null ? 'all on one page' : `${profile.pageSize} a page`}`,
  );
  line('order', profile.order === 'none' ? 'none: the last datestamp says nothing' : or(profile.order));
  line(
    'granularity',
    granularity.accepted === granularity.declared
      ? granularity.declared
      : `${granularity.declared} declared, only ${granularity.accepted} accepted`,
  );
  line('from honoured', yes(profile.fromHonoured));
  line(
    'until honoured',
    `${yes(profile.untilHonoured)}${profile.inclusive === null ? '' : profile.inclusive ? ', inclusive' : ', not inclusive'}`,
  );
  if (profile.dayUntil !== null) line('a day as until', profile.dayUntil);
  if (token !== null) {
    line(
      'token',
      `${token.form}, ${token.length} characters, ${token.lifeSeconds === null ? 'no expirationDate' : `lives ${token.lifeSeconds} s`}`,
    );
    line(
      'token sent twice',
      token.repeatable === null ? 'not reported' : token.repeatable ? 'the same page: can be repeated' : 'not the same page: use it once',
    );
  }
  line('nothing found', manner(errors.noRecordsMatch));
  line('unknown format', manner(errors.unknownFormat));
  line('unknown identifier', manner(errors.unknownIdentifier));
  line('compression', profile.contentEncoding ?? 'none');
  line('limit', profile.ratePerMinute === null ? 'not reported' : `${count(profile.ratePerMinute)} requests per minute`);
  if (profile.retryAfterOnSuccess) line('Retry-After', 'comes with successes too, where it means nothing');
  line('settings to keep', JSON.stringify(profile.settings));
}
