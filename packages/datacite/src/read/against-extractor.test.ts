import { execFileSync, spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mapMetadata } from '../index.ts';
import type { RecordMetadata } from '../index.ts';
import { genuineData, genuinePayloads, noGenuineData } from '../../test/genuine.ts';

// Genuine records of every era, read a second time by test/extract.py (Python, standard library), must give the same fields.
const script = join(import.meta.dirname, '../../test/extract.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const reason = noGenuineData ?? (hasPython ? null : 'no python3');

interface Extracted {
  readonly file: string;
  readonly n: number;
  readonly expected?: Record<string, unknown>;
  readonly notExtracted?: string;
}

function extract(folder: string): Extracted[] {
  const output = execFileSync('python3', [script, join(genuineData, folder)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Extracted);
}

/** The mapped fields the extractor knows too; text out of HTML compares by its words. */
function comparable(metadata: RecordMetadata, expected: Record<string, unknown>): unknown {
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const rest = {
    ...metadata,
    description: metadata.description === null ? null : words(metadata.description),
    descriptions: metadata.descriptions.map((each) => ({ ...each, description: words(each.description), text: words(each.text) })),
  };
  return shapedLike(rest, expected);
}

/** Drops the keys that `model` does not have, at every depth. */
function shapedLike(value: unknown, model: unknown): unknown {
  if (Array.isArray(value))
    return value.map((each: unknown, n) => (Array.isArray(model) && n < model.length ? shapedLike(each, model[n]) : each));
  if (value === null || typeof value !== 'object' || model === null || typeof model !== 'object') return value;
  const known = Object.entries(value).filter(([key]) => key in model);
  return Object.fromEntries(known.map(([key, inner]) => [key, shapedLike(inner, (model as Record<string, unknown>)[key])]));
}

function differences(folder: string): { compared: number; notExtracted: string[]; faults: string[] } {
  const faults: string[] = [];
  const notExtracted: string[] = [];
  let compared = 0;
  for (const { file, n, expected, notExtracted: why } of extract(folder)) {
    const { element, setSpecs } = genuinePayloads(relative(genuineData, file))[n]!;
    const { metadata } = mapMetadata(element, { identifier: 'oai:example.org:1', setSpecs });
    if (expected === undefined) {
      notExtracted.push(`${file} #${n}: ${why}`);
      continue;
    }
    compared += 1;
    const actual = comparable(metadata!, expected) as Record<string, unknown>;
    for (const key of Object.keys(expected)) {
      if (JSON.stringify(sorted(actual[key])) !== JSON.stringify(sorted(expected[key]))) {
        faults.push(
          `${file} #${n} ${key}\n  mapped   ${JSON.stringify(sorted(actual[key]))}\n  expected ${JSON.stringify(sorted(expected[key]))}`,
        );
      }
    }
  }
  return { compared, notExtracted, faults };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

describe.skipIf(reason !== null)(`against an independent extractor${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test.each([
    ['zenodo/dump-2026-06', 457],
    ['zenodo/chain-2024-09', 550],
    ['zenodo/legacy', 100],
    ['zenodo/http', 6],
    ['zenodo/registered', 12],
    ['datacite/examples', 150],
    ['datacite/corpora', 80],
  ])(
    '%s',
    (folder, least) => {
      const { compared, notExtracted, faults } = differences(folder);
      expect(faults.slice(0, 5).join('\n')).toBe('');
      expect(notExtracted).toEqual([]);
      expect(compared).toBeGreaterThanOrEqual(least);
    },
    60_000,
  );
});
