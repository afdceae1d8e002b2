import { type RecordMetadata, toSchemaOrg } from '@thresher/datacite';
import { mimeTypeOf } from '../../shapes/mime-type.ts';
import { h, type Html, jsonScript, trusted } from '../html.ts';
import type { RecordView } from './view.ts';

/** Files in JSON-LD; a record may have thousands. */
const MOST_FILES = 100;

/** What reference managers and crawlers read from the head of the page: Highwire Press tags, Open Graph, JSON-LD. */
export function recordMeta(view: RecordView): Html[] {
  const tags = [...highwire(view), ...general(view.record.metadata)];
  return [
    ...tags.map(([name, content]) => h('meta', { [name.startsWith('og:') ? 'property' : 'name']: name, content })),
    h('script', { type: 'application/ld+json' }, trusted(jsonScript(jsonLd(view)))),
  ];
}

type Tag = readonly [name: string, content: string];

/** As Google Scholar and Zotero read them: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing */
function highwire({ record, files, extras }: RecordView): Tag[] {
  const { metadata, links } = record;
  const of = (as: string): Readonly<Record<string, string>> => extras.appeared.find((one) => one.as === as)?.members ?? {};
  const [journal, imprint, meeting, thesis] = [of('journal'), of('imprint'), of('meeting'), of('thesis')];
  const [first, last] = journal['pages']?.split(/\s*[-–]\s*/) ?? [];
  const pdf = files?.find(({ key, links: { self } }) => self !== undefined && mimeTypeOf(key) === 'application/pdf')?.links.self;
  const tags: (readonly [string, string | null | undefined])[] = [
    ['citation_title', metadata.title],
    ...metadata.creators.flatMap((person): Tag[] => [
      ['citation_author', person.name],
      ...person.affiliations.flatMap(({ name }): Tag[] => (name === null ? [] : [['citation_author_institution', name]])),
      ...(person.orcid === null ? [] : [['citation_author_orcid', `https://orcid.org/${person.orcid}`] as const]),
    ]),
    [
      'citation_publication_date',
      (metadata.publicationDate?.text.split('/')[0] ?? metadata.publicationYear?.toString())?.replaceAll('-', '/'),
    ],
    ['citation_doi', metadata.doi],
    ['citation_publisher', metadata.publisher?.name],
    ['citation_language', metadata.language?.iso639_1 ?? metadata.language?.iso639_3],
    ['citation_journal_title', journal['title']],
    ['citation_volume', journal['volume']],
    ['citation_issue', journal['issue']],
    ['citation_firstpage', first],
    ['citation_lastpage', last],
    ['citation_issn', journal['issn']],
    ['citation_inbook_title', imprint['title']],
    ['citation_isbn', imprint['isbn']],
    ['citation_conference_title', meeting['title']],
    ['citation_dissertation_institution', thesis['university']],
    ...metadata.subjects.map(({ subject }): Tag => ['citation_keywords', subject]),
    ['citation_abstract_html_url', links['html']],
    ['citation_pdf_url', pdf],
  ];
  return tags.filter((tag): tag is Tag => typeof tag[1] === 'string' && tag[1] !== '');
}

const DESCRIPTION = 300;

function general(metadata: RecordMetadata): Tag[] {
  const text = metadata.description?.replace(/\s+/g, ' ').trim() ?? '';
  const description = text.length > DESCRIPTION ? `${text.slice(0, DESCRIPTION)} …` : text;
  const tags: Tag[] = [
    ['og:title', metadata.title ?? 'Without a title'],
    ['og:type', 'article'],
  ];
  return description === '' ? tags : [['description', description], ['og:description', description], ...tags];
}

function jsonLd({ record: { metadata }, files }: RecordView): object {
  const distribution = files?.slice(0, MOST_FILES).map(({ key, size, links: { self } }) => ({
    '@type': 'DataDownload',
    name: key,
    encodingFormat: mimeTypeOf(key),
    ...(self !== undefined && { contentUrl: self }),
    ...(size !== null && { contentSize: `${size} B` }),
  }));
  return { ...toSchemaOrg(metadata), ...(distribution && distribution.length > 0 && { distribution }) };
}
