import { xmlTag, xmlTextTag } from '@thresher/datacite';
import { recordPath } from '../shapes/links.ts';
import type { RecordFacts } from '../shapes/record-facts.ts';

export interface Feed {
  readonly title: string;
  /** Its own address. */
  readonly self: string;
  /** The page that shows the same to people. */
  readonly page: string;
  /** Where this API is reached. */
  readonly origin: string;
  /** The latest first. */
  readonly records: readonly RecordFacts[];
}

/** Longer abstracts are cut: a reader shows a few lines. */
const SUMMARY = 1_000;
/** Of a feed without entries. */
const NEVER = '1970-01-01T00:00:00.000Z';

/** Atom (RFC 4287). */
export function toAtom({ title, self, page, origin, records }: Feed): string {
  const head = [
    xmlTextTag('id', self),
    xmlTextTag('title', title),
    xmlTextTag('updated', latest(records)),
    xmlTag('link', { rel: 'self', type: 'application/atom+xml', href: self }, ''),
    xmlTag('link', { rel: 'alternate', type: 'text/html', href: page }, ''),
    xmlTextTag('generator', 'Thresher'),
    xmlTag('author', {}, xmlTextTag('name', 'Thresher')),
  ];
  return declared(
    xmlTag('feed', { xmlns: 'http://www.w3.org/2005/Atom' }, [...head, ...records.map((record) => atomEntry(record, origin))].join('')),
  );
}

function atomEntry(record: RecordFacts, origin: string): string {
  const { metadata } = record;
  const published = metadata?.publicationDate?.start;
  return xmlTag(
    'entry',
    {},
    [
      xmlTextTag('id', record.doi === null ? record.oaiIdentifier : `https://doi.org/${record.doi}`),
      xmlTextTag('title', titleOf(record)),
      xmlTextTag('updated', record.changedAt),
      xmlTextTag('published', published !== undefined && published !== null && /^\d{4}-/.test(published) ? `${published}T00:00:00Z` : null),
      xmlTag('link', { rel: 'alternate', type: 'text/html', href: pageOf(record, origin) }, ''),
      ...(record.doi === null ? [] : [xmlTag('link', { rel: 'related', href: `https://doi.org/${record.doi}` }, '')]),
      ...(metadata?.creators ?? []).map((creator) => xmlTag('author', {}, xmlTextTag('name', creator.name))),
      ...(metadata?.subjects ?? []).map((subject) => xmlTag('category', { term: subject.subject }, '')),
      xmlTextTag('summary', summaryOf(record)),
    ].join(''),
  );
}

/** RSS 2.0. */
export function toRss({ title, self, page, origin, records }: Feed): string {
  const head = [
    xmlTextTag('title', title),
    xmlTextTag('link', page),
    xmlTextTag('description', title),
    xmlTextTag('generator', 'Thresher'),
    xmlTextTag('lastBuildDate', new Date(latest(records)).toUTCString()),
    xmlTag('atom:link', { rel: 'self', type: 'application/rss+xml', href: self }, ''),
  ];
  const channel = xmlTag('channel', {}, [...head, ...records.map((record) => rssItem(record, origin))].join(''));
  return declared(
    xmlTag('rss', { version: '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom', 'xmlns:dc': 'http://purl.org/dc/elements/1.1/' }, channel),
  );
}

function rssItem(record: RecordFacts, origin: string): string {
  const { metadata } = record;
  return xmlTag(
    'item',
    {},
    [
      xmlTextTag('title', titleOf(record)),
      xmlTextTag('link', pageOf(record, origin)),
      xmlTextTag('guid', record.oaiIdentifier, { isPermaLink: 'false' }),
      xmlTextTag('pubDate', new Date(record.changedAt).toUTCString()),
      ...(metadata?.creators ?? []).map((creator) => xmlTextTag('dc:creator', creator.name)),
      ...(metadata?.subjects ?? []).map((subject) => xmlTextTag('category', subject.subject)),
      xmlTextTag('description', summaryOf(record)),
    ].join(''),
  );
}

/** JSON Feed 1.1 (jsonfeed.org). */
export function toJsonFeed({ title, self, page, origin, records }: Feed): string {
  const items = records.map((record) => {
    const { metadata } = record;
    const published = metadata?.publicationDate?.start;
    const isDay = published !== undefined && published !== null && /^\d{4}-/.test(published);
    return {
      id: record.doi === null ? record.oaiIdentifier : `https://doi.org/${record.doi}`,
      url: pageOf(record, origin),
      ...(record.doi !== null && { external_url: `https://doi.org/${record.doi}` }),
      title: titleOf(record),
      content_text: summaryOf(record) ?? '',
      ...(isDay && { date_published: `${published}T00:00:00Z` }),
      date_modified: record.changedAt,
      authors: (metadata?.creators ?? []).map(({ name, orcid }) => ({
        name,
        ...(orcid !== null && { url: `https://orcid.org/${orcid}` }),
      })),
      tags: (metadata?.subjects ?? []).map(({ subject }) => subject),
    };
  });
  return JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title, home_page_url: page, feed_url: self, items });
}

function declared(xml: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`;
}

function latest(records: readonly RecordFacts[]): string {
  return records.reduce((max, { changedAt }) => (changedAt > max ? changedAt : max), NEVER);
}

function titleOf({ metadata, oaiIdentifier }: RecordFacts): string {
  return metadata?.title ?? oaiIdentifier;
}

function pageOf(record: RecordFacts, origin: string): string {
  return `${origin}/records/${recordPath(record)}`;
}

function summaryOf({ metadata }: RecordFacts): string | null {
  const text = metadata?.description ?? null;
  return text !== null && text.length > SUMMARY ? `${text.slice(0, SUMMARY).toWellFormed()}…` : text;
}
