import { expect, onTestFinished, test } from 'vitest';
import type { HarvestReport } from './report.ts';
import { createReportFeed, type FeedOptions, type HarvestMessage } from './report-feed.ts';

const source = (name: string, suspects = 0) => ({ name, suspects }) as HarvestReport['sources'][number];
const report = (...sources: HarvestReport['sources'][number][]): HarvestReport => ({ now: '2026-01-01T00:00:00Z', documents: 1, sources });

/** A feed whose reads are answered by hand. */
function byHand(more: Partial<FeedOptions> = {}) {
  const asked: ((answer: HarvestReport | Error) => void)[] = [];
  const read = () =>
    new Promise<HarvestReport>((resolve, reject) => asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))));
  const feed = createReportFeed({ read, describe: String, everyMs: 1, beatMs: 60_000, mostClients: 2, ...more });
  onTestFinished(feed.close);
  const answer = async (next: HarvestReport | Error): Promise<void> => {
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    asked.shift()!(next);
  };
  return { feed, answer, asked };
}

function listener() {
  const heard: string[] = [];
  const client = {
    isSlow: false,
    send: (event: string, data: string) => {
      const { sources = [] } = event === 'report' ? (JSON.parse(data) as HarvestMessage) : {};
      heard.push(event === 'report' ? sources.map((one) => `${one.name}${one.suspects}`).join() : `${event} ${data}`);
    },
    beat: () => heard.push('beat'),
    isBehind: () => client.isSlow,
    end: () => heard.push('end'),
  };
  return { client, heard };
}

test('a client gets the sources that changed since its last message; others are read for once', async () => {
  const { feed, answer, asked } = byHand();
  const [one, two] = [listener(), listener()];
  feed.join(one.client);
  await answer(report(source('a'), source('b')));
  await expect.poll(() => one.heard).toEqual(['a0,b0']);
  await answer(report(source('a'), source('b', 2)));
  await expect.poll(() => one.heard).toEqual(['a0,b0', 'b2']);
  await expect.poll(() => asked.length).toBe(1);
  feed.join(two.client);
  // The read that began before is no longer waited for.
  await answer(report(source('a', 9), source('b', 9)));
  await answer(report(source('a'), source('b', 2)));
  await expect.poll(() => two.heard).toEqual(['a0,b2']);
  await answer(report(source('b', 2)));
  await expect.poll(() => [one.heard.at(-1), two.heard.at(-1)]).toEqual(['', '']);
});

test('a client that is behind gets the newest state later, without what was in between', async () => {
  const { feed, answer } = byHand();
  const { client, heard } = listener();
  feed.join(client);
  await answer(report(source('a')));
  await expect.poll(() => heard).toEqual(['a0']);
  client.isSlow = true;
  await answer(report(source('a', 1)));
  await answer(report(source('a', 2)));
  await expect.poll(() => heard).toEqual(['a0']);
  client.isSlow = false;
  await answer(report(source('a', 3)));
  await expect.poll(() => heard).toEqual(['a0', 'a3']);
});

test('nothing is read once the last client has left, and again when one comes', async () => {
  const { feed, answer, asked } = byHand();
  const { client, heard } = listener();
  const leave = feed.join(client)!;
  await answer(report(source('a')));
  await expect.poll(() => heard).toEqual(['a0']);
  expect(feed.isReading()).toBe(true);
  leave();
  expect(feed.isReading()).toBe(false);
  for (const one of asked.splice(0)) one(report(source('a', 5)));
  feed.join(client);
  await answer(report(source('a')));
  await expect.poll(() => heard).toEqual(['a0', 'a0']);
});

test('there are at most `mostClients` clients, and an end leaves a place', () => {
  const { feed } = byHand();
  const leaves = [1, 2].map(() => feed.join(listener().client));
  expect(leaves.every((leave) => leave !== null)).toBe(true);
  expect(feed.join(listener().client)).toBeNull();
  leaves[0]!();
  expect(feed.join(listener().client)).not.toBeNull();
});

test('a ledger that cannot be read is reported, and read again', async () => {
  const { feed, answer } = byHand();
  const { client, heard } = listener();
  feed.join(client);
  await answer(new Error('away'));
  await answer(report(source('a')));
  await expect.poll(() => heard).toEqual(['problem Error: away', 'a0']);
});

test('where nothing changes, a client hears that the connection is alive', async () => {
  const { feed, answer } = byHand({ beatMs: 0 });
  const { client, heard } = listener();
  feed.join(client);
  await answer(report(source('a')));
  await answer(report(source('a')));
  await expect.poll(() => heard).toEqual(['a0', 'beat']);
});

test('closing ends every stream, and no client comes after it', () => {
  const { feed } = byHand();
  const { client, heard } = listener();
  feed.join(client);
  feed.close();
  expect([heard, feed.isReading(), feed.join(client)]).toEqual([['end'], false, null]);
});
