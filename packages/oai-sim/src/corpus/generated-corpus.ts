import { SYSTEM_SETS, communitiesOf, communitySet, communitySlugs } from './communities.ts';
import type { Corpus, MetadataPrefix, RecordVersion } from './corpus.ts';
import { accessOf, drawFacts, kindOf, versionsOf } from './facts.ts';
import type { FactsSource } from './facts.ts';
import { createRecidPlan } from './identifiers.ts';
import { createPeople } from './people.ts';
import { createProse } from './prose.ts';
import { hash } from '../random.ts';
import { renderDublinCore } from './render-dc.ts';
import { renderResource, wrapResource } from './render-datacite.ts';
import { DEFAULT_END, createTimeline } from './timeline.ts';

export interface GeneratedCorpusOptions {
  /** Whole number; the same seed and size give the same records byte for byte. */
  readonly seed: number;
  readonly size: number;
  /** How many communities, or their slugs. The last one is always empty. */
  readonly communities?: number | readonly string[];
  /** The youngest datestamp, milliseconds since 1970. */
  readonly end?: number;
}

const PREFIX = 'oai:zenodo.org:';

/** A corpus that is computed from (seed, number): nothing is kept but word pools. */
export function createGeneratedCorpus(options: GeneratedCorpusOptions): Corpus {
  const { seed, size } = options;
  const slugs = typeof options.communities === 'object' ? options.communities : communitySlugs(options.communities ?? 60);
  const sets = [...SYSTEM_SETS, ...slugs.map(communitySet)];
  const plan = createRecidPlan(size, (number) => hash(seed, number, 61));
  const timeline = createTimeline(seed, size, options.end ?? DEFAULT_END);
  const source: FactsSource = { seed, prose: createProse(seed), person: createPeople(seed), recid: plan.recid, created: timeline.created };
  return {
    size,
    growing: true,
    sets,
    prefixes: ['oai_dc', 'datacite', 'oai_datacite', 'datacite4', 'oai_datacite4'],
    identifier: (number) => `${PREFIX}${plan.recid(number)}`,
    numberOf: (identifier) => plan.numberOf(Number(identifier.startsWith(PREFIX) ? identifier.slice(PREFIX.length) : identifier)),
    datestamp: timeline.updated,
    setSpecs: (number) => setSpecsOf(seed, number, slugs),
    created: timeline.created,
    versions: (number, total) => versionsOf(seed, number, total),
    metadata: (number, version, prefix, via) => renderMetadata(source, number, version, prefix, via),
  };
}

function setSpecsOf(seed: number, number: number, slugs: readonly string[]): string[] {
  const setSpecs: string[] = [];
  const system = accessOf(seed, number) === 'open' ? kindOf(seed, number)[2] : null;
  if (system !== null) setSpecs.push(system);
  for (const index of communitiesOf(seed, number, slugs.length - 1)) setSpecs.push(`user-${slugs[index]}`);
  return setSpecs;
}

function renderMetadata(source: FactsSource, number: number, version: RecordVersion, prefix: MetadataPrefix, via: 'list' | 'get'): string {
  const facts = drawFacts(source, number);
  const identifier = `${PREFIX}${source.recid(number)}`;
  if (prefix === 'oai_dc') return renderDublinCore(facts, identifier, version.metadataVersion);
  const resource = renderResource({ facts, identifier, version, via, person: source.person });
  return prefix === 'datacite' || prefix === 'datacite4' ? resource : wrapResource(resource);
}
