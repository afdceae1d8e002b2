import type { RecordMetadata } from '@thresher/datacite';
import type { LinkedRecord, RecordNeighbours } from '@thresher/store/read';
import { recordPath } from '../../shapes/links.ts';
import { spelled } from '../format.ts';
import { h, type Html, said } from '../html.ts';
import { identifierLink, section } from './parts.ts';

type Related = RecordMetadata['relatedIdentifiers'][number];

/** Works that the record names, and records here that name it, by relation. A work that is here is linked by its title. */
export function relatedWorks(metadata: RecordMetadata, neighbours: RecordNeighbours): Html | null {
  const named = metadata.relatedIdentifiers.filter(
    (one) =>
      one.doi !== metadata.conceptDoi && !(one.relationType === 'IsPartOf' && one.relatedIdentifier.includes('zenodo.org/communities/')),
  );
  if (named.length === 0 && neighbours.inbound.length === 0) return null;
  return section('Related works', named.length > 0 && outbound(named, neighbours.here), inbound(neighbours));
}

function outbound(named: readonly Related[], here: ReadonlyMap<string, LinkedRecord>): Html {
  const groups = Map.groupBy(named, (one) => one.relationType ?? 'Related');
  const line = (one: Related): Html => {
    const known = one.doi === null ? undefined : here.get(one.doi);
    return h(
      'dd',
      {},
      known && [recordLink(known), ' '],
      identifierLink(one.doi ?? one.relatedIdentifier, one.doi ? 'DOI' : one.relatedIdentifierType),
      one.resourceTypeGeneral && h('span', { class: 'quiet' }, ` ${spelled(one.resourceTypeGeneral)}`),
    );
  };
  return h(
    'dl',
    { class: 'details' },
    [...groups].map(([relation, works]) => [h('dt', {}, spelled(relation)), works.map(line)]),
  );
}

function inbound({ inbound: records, hasMoreInbound }: RecordNeighbours): Html | null {
  if (records.length === 0) return null;
  const groups = Map.groupBy(records, (one) => one.relationType ?? 'Related');
  return h(
    'div',
    { class: 'inbound' },
    h('h3', {}, 'Named by these records'),
    h(
      'dl',
      { class: 'details' },
      [...groups].map(([relation, works]) => [
        h('dt', {}, `${spelled(relation)} this`),
        works.map((one) => h('dd', {}, recordLink(one), one.year !== null && h('span', { class: 'quiet' }, ` ${one.year}`))),
      ]),
    ),
    hasMoreInbound && h('p', { class: 'quiet' }, `These are the ${records.length} newest.`),
  );
}

function recordLink(record: LinkedRecord): Html {
  return h('a', { href: `/records/${recordPath(record)}` }, said(record.title ?? record.uniqueName));
}
