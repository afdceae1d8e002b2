import type { Fault } from '@thresher/oai-sim';
import { createSearchClient, DEFAULT_ALIAS } from '@thresher/search';
import { startSimulator } from '../harvest/programs.ts';
import { until } from '../chaos/until.ts';
import { type Fleet, type Member, openFleet } from '../fleet/fleet.ts';
import { openObserver } from '../fleet/outcome.ts';
import { type ClusterPlace, openClusterPlace, type PlaceOptions } from '../fleet/place.ts';
import { queryLine, startQueries, usualQueries } from '../fleet/queries.ts';
import { takeNotes, type TrialNotes, type TrialReport } from '../fleet/report.ts';

export interface ClusterTrialOptions extends PlaceOptions {
  readonly records: number;
  /** Requests per minute to the repository: the harvest has to last longer than all that is killed. */
  readonly rate: number;
}

/** Faults of the repository, each a few times: lists that break off, answers that are no answers, a token that is refused. */
const FAULTS: readonly Fault[] = [
  { fault: 'http-503', rate: 0.01, times: 8, retryAfter: 1 },
  { fault: 'http-502', rate: 0.01, times: 4 },
  { fault: 'cut-body', rate: 0.01, times: 4 },
  { fault: 'cut-after-consumed', rate: 0.005, times: 2 },
  { fault: 'html-200', rate: 0.005, times: 2 },
  { fault: 'token-expired', rate: 0.005, times: 2 },
];

const HARVEST_MS = 30 * 60_000;

/**
 * Two harvesters, two transformers and two APIs on PostgreSQL, Redis and three nodes of Elasticsearch, everything with TLS, mirror a
 * repository with faults while each kind of process and each node is killed once. It ends with what the repository holds.
 */
export async function runClusterTrial(options: ClusterTrialOptions): Promise<TrialReport> {
  const notes = takeNotes(options.log);
  await using place = await openClusterPlace(options);
  await using sim = await startSimulator([
    '--size',
    String(options.records),
    '--page-size',
    '50',
    '--deleted',
    'persistent',
    '--faults',
    JSON.stringify(FAULTS),
  ]);
  await using observer = await openObserver(place.env, options.signal);
  await using fleet = openFleet({ place, signal: options.signal, env: place.env });
  await fleet.must('migrate');
  const members = await startMembers(fleet);
  notes.note(`two harvesters, two transformers, two APIs and three nodes run; ${await spreadOf(place)}`);
  const queries = startQueries(
    members.apis.map(({ url }) => url),
    usualQueries,
  );
  await fleet.must('harvest', sim.url, '--rate', String(options.rate), '--detach');
  const reaches = (share: number): Promise<void> =>
    until(async () => (await observer.records()) >= options.records * share, HARVEST_MS, options.signal);
  await killInTurn(notes, place, members, reaches);
  await observer.untilQuiet(HARVEST_MS);
  notes.note(`the harvest has ended: ${await observer.records()} records`);
  const counts = await queries.end();
  notes.note(queryLine(counts));
  // Counted, not judged: a copy of a shard refreshes itself up to 30 seconds after the other one, and a search asks one of them.
  for (const example of counts.examples.slice(0, 3)) notes.note(`for example ${example}`);
  notes.violated(...(await observer.differences(sim)));
  await sim.post('touch', { fraction: 0.05 });
  await sim.post('vanish', { fraction: 0.01, trace: 'deleted' });
  await fleet.must('sync', sim.url);
  notes.violated(...(await observer.differences(sim)));
  notes.note(`after a sync of what changed: ${await observer.records()} records`);
  await eachNodeAnswers(notes, place, await observer.records());
  for (const member of [...members.harvesters, ...members.transformers, ...members.apis])
    if (member.unforeseenEnds() > 0) notes.violated(`${member.name} ended ${member.unforeseenEnds()} times by itself`);
  const { requests, repeatedTokens } = await sim.requests();
  if (repeatedTokens > 0) notes.violated(`${repeatedTokens} tokens were sent twice`);
  notes.note(`${requests} requests to the repository`);
  return notes;
}

interface Members {
  readonly harvesters: readonly [Member, Member];
  readonly transformers: readonly [Member, Member];
  readonly apis: readonly [Member, Member];
}

async function startMembers(fleet: Fleet): Promise<Members> {
  const two = async (program: Parameters<Fleet['start']>[0]): Promise<[Member, Member]> => [
    await fleet.start(program, `${program}-1`),
    await fleet.start(program, `${program}-2`),
  ];
  // The API is ready once there is an index, which the first worker makes.
  return { transformers: await two('transformer'), harvesters: await two('harvester'), apis: await two('api') };
}

async function killInTurn(
  notes: TrialNotes,
  place: ClusterPlace,
  { harvesters, transformers, apis }: Members,
  reaches: (share: number) => Promise<void>,
): Promise<void> {
  const killMember = (member: Member) => async (): Promise<string> => {
    await member.kill();
    return member.name;
  };
  const killNode = (number: number) => async (): Promise<string> => {
    // Else the last copy of a shard would be on the node that is killed.
    await untilGreen(place);
    await place.killNode(number);
    await until(async () => (await nodesSeenBy(place, (number + 1) % place.nodes.length)) === place.nodes.length - 1, 300_000);
    await place.startNode(number);
    await untilGreen(place);
    return `node ${number + 1} of Elasticsearch`;
  };
  const kills = [killMember(harvesters[0]), killNode(0), killMember(transformers[0]), killMember(apis[0]), killNode(1), killNode(2)];
  for (const [position, kill] of kills.entries()) {
    await reaches(0.05 + position * 0.12);
    const begun = Date.now();
    const name = await kill();
    notes.note(`killed, and back after ${Math.round((Date.now() - begun) / 1_000)} s: ${name}`);
  }
}

async function nodesSeenBy(place: ClusterPlace, number: number): Promise<number> {
  return withNode(place, number, async (client) => (await client.cluster.health()).number_of_nodes);
}

const untilGreen = (place: ClusterPlace): Promise<void> =>
  until(
    () =>
      withNode(place, 0, async (client) => (await client.cluster.health({ wait_for_status: 'green', timeout: '20s' })).status === 'green'),
    600_000,
  );

async function withNode<T>(
  place: ClusterPlace,
  number: number,
  ask: (client: Awaited<ReturnType<typeof createSearchClient>>) => Promise<T>,
): Promise<T> {
  const client = await createSearchClient(place.nodes[number]!, { maxRetries: 0 });
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

async function spreadOf(place: ClusterPlace): Promise<string> {
  return withNode(place, 0, async (client) => {
    const shards = await client.cat.shards({ index: DEFAULT_ALIAS, format: 'json', h: 'prirep,node' });
    const primaries = shards.filter(({ prirep }) => prirep === 'p').length;
    return `the index has ${primaries} shards and ${shards.length - primaries} replicas`;
  });
}

async function eachNodeAnswers(notes: TrialNotes, place: ClusterPlace, expected: number): Promise<void> {
  for (const number of place.nodes.keys()) {
    const { count } = await withNode(place, number, (client) => client.count({ index: DEFAULT_ALIAS }));
    if (count !== expected) notes.violated(`node ${number + 1} finds ${count} documents instead of ${expected}`);
  }
}
