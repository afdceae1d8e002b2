import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Bench, note } from './bench.ts';
import type { StageFigure } from './figures.ts';
import { names, script } from './names.ts';
import { type Peers, walkers } from './peers.ts';
import { openPlace } from './run-stage.ts';

/** What others write, with the same repository and the same servers. */
export async function measurePeers(bench: Bench, peers: Peers, scriptFolder: string | undefined): Promise<void> {
  const { url } = bench.simulator;
  const file = path.join(bench.folder, 'walked.xml');
  for (const walker of walkers) await notePeer(bench, names.walk, walker, () => peers.walk(walker, url, file, bench.signal));
  const { pipeline } = peers;
  if (pipeline === null || scriptFolder === undefined) return;
  await using place = await openPlace(bench);
  const { pool } = place.database.db;
  await pool.query('drop schema public cascade');
  await pool.query('create schema public');
  await pool.query(readFileSync(path.join(scriptFolder, 'schema.sql'), 'utf8'));
  const target = { databaseUrl: place.database.url, elasticsearchUrl: bench.elasticsearchUrl, index: `${place.index.alias}-peer` };
  await notePeer(bench, names.harvest, script, () => pipeline(url, target, bench.signal));
}

/** A peer that fails is left out: its figures are no condition for ours. */
async function notePeer(bench: Bench, name: string, of: string, measure: () => Promise<StageFigure>): Promise<void> {
  try {
    note(bench, name, of, await measure());
  } catch (error) {
    bench.signal.throwIfAborted();
    bench.talk(`  ${name}, ${of}: failed: ${(error as Error).message}`);
  }
}
