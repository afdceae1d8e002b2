import { container, landingUrl, publishedParts } from './citation-parts.ts';
import { citedName } from './cited-name.ts';
import type { Contributor, Person, RecordMetadata, RelatedIdentifier, Rights } from '../record.ts';
import { tag, textTag } from './xml-writer.ts';

/** Subfields in their order: code and value; null and blank ones are left out. */
type Subfields = readonly (readonly [code: string, value: string | null | undefined])[];

/**
 * The record as MARC 21 in XML (http://www.loc.gov/MARC21/slim), with Zenodo's choice of fields: DOI in 024, access in
 * 542, licence in 540, keywords in 653, related identifiers in 773, type and communities in 980.
 */
export function toMarcXml(metadata: RecordMetadata): string {
  const [author, ...others] = metadata.creators;
  const fields = [
    ...identifiers(metadata),
    field('041', '  ', [['a', metadata.language?.iso639_3 ?? metadata.language?.text]]),
    author === undefined ? '' : person('1', author),
    ...titles(metadata),
    field('250', '  ', [['a', metadata.version]]),
    field('260', '  ', [
      ['b', metadata.publisher?.name],
      ['c', published(metadata)],
    ]),
    ...descriptions(metadata),
    ...grants(metadata),
    ...metadata.rights.map(rights),
    ...metadata.subjects.map((each) =>
      field('653', '  ', [
        ['a', each.subject],
        ['0', each.valueUri],
        ['2', each.subjectScheme],
      ]),
    ),
    ...others.map((each) => person('7', each)),
    ...metadata.contributors.map((each) => person('7', each, each)),
    journal(metadata),
    ...metadata.relatedIdentifiers.map(related),
    field('856', '40', [['u', landingUrl(metadata)]]),
    ...collections(metadata),
  ];
  return tag(
    'record',
    {
      xmlns: 'http://www.loc.gov/MARC21/slim',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://www.loc.gov/MARC21/slim http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
    },
    textTag('leader', `00000n${recordType(metadata)}m a2200000uu 4500`) + fields.join(''),
  );
}

/** MARC has no line breaks: control characters are what its fields and records end with. */
const oneLine = (text: string): string => (/[^\S ]|\p{Cc}| {2}|^ | $/u.test(text) ? text.replace(/[\p{Cc}\s]+/gu, ' ').trim() : text);

/** A field, `''` where it has nothing to say. */
function field(name: string, indicators: string, subfields: Subfields): string {
  const written = subfields.flatMap(([code, value]) => {
    const line = oneLine(value ?? '');
    return line === '' ? [] : [textTag('subfield', line, { code })];
  });
  return written.length === 0 ? '' : tag('datafield', { tag: name, ind1: indicators[0]!, ind2: indicators[1]! }, written.join(''));
}

const RECORD_TYPES: Readonly<Record<string, string>> = {
  dataset: 'm',
  software: 'm',
  workflow: 'm',
  model: 'm',
  image: 'k',
  poster: 'k',
  video: 'g',
  audio: 'i',
  physicalobject: 'r',
};

/** Place 06 of the leader: language material unless it is something else. */
function recordType({ resourceType }: RecordMetadata): string {
  const type = resourceType?.type ?? '';
  return Object.hasOwn(RECORD_TYPES, type) ? RECORD_TYPES[type]! : 'a';
}

function identifiers({ doi, identifier, identifierType, alternateIdentifiers }: RecordMetadata): string[] {
  const own = doi === null ? [identifier, identifierType] : [doi, 'doi'];
  const all = [own, ...alternateIdentifiers.map((each) => [each.alternateIdentifier, each.alternateIdentifierType])];
  return all.flatMap(([value, type]) =>
    value === null
      ? []
      : field('024', '7 ', [
          ['a', value],
          ['2', type?.toLowerCase() ?? 'local'],
        ]),
  );
}

/** 100 and 700 for persons, 110 and 710 for organisations. */
function person(entry: '1' | '7', { name, nameType, orcid, affiliations, nameIdentifiers, ...one }: Person, role?: Contributor): string {
  const organisation = nameType === 'Organizational';
  const cited = citedName({ name, nameType, orcid, affiliations, nameIdentifiers, ...one });
  const authority = orcid === null ? nameIdentifiers.find((each) => each.scheme !== null && each.value !== null) : undefined;
  return field(`${entry}${organisation ? '1' : '0'}0`, organisation ? '2 ' : 'family' in cited ? '1 ' : '0 ', [
    ['a', name],
    ['u', affiliations.find((each) => each.name !== null)?.name],
    ['0', orcid === null ? authority && `(${authority.scheme})${authority.value}` : `(orcid)${orcid}`],
    ['e', role?.contributorType],
  ]);
}

function titles({ titles: all, title }: RecordMetadata): string[] {
  const main = all.find((each) => each.title === title);
  const subtitle = all.find((each) => each.titleType === 'Subtitle');
  return [
    field('245', '00', [
      ['a', title],
      ['b', subtitle?.title],
    ]),
    ...all.filter((each) => each !== main && each !== subtitle).map((each) => field('246', '3 ', [['a', each.title]])),
  ];
}

function published(metadata: RecordMetadata): string | null {
  const { publicationDate } = metadata;
  if (publicationDate !== null) return publicationDate.text;
  const [year] = publishedParts(metadata);
  return year === undefined ? null : String(year);
}

function descriptions({ descriptions: all }: RecordMetadata): string[] {
  return all.flatMap(({ text, descriptionType }) => {
    const [name, indicators] = DESCRIPTION_FIELDS[descriptionType ?? 'Abstract'] ?? ['500', '  '];
    return pieces(text).map((piece) => field(name, indicators, [['a', piece]]));
  });
}

const DESCRIPTION_FIELDS: Readonly<Record<string, readonly [name: string, indicators: string]>> = {
  Abstract: ['520', '  '],
  TableOfContents: ['505', '0 '],
};

/** A field of MARC has 9,999 bytes at most, its codes included; longer texts become several fields, cut between words. */
const MOST_BYTES = 9_000;

function pieces(text: string): string[] {
  const whole = oneLine(text);
  if (Buffer.byteLength(whole) <= MOST_BYTES) return [whole];
  const cut: string[] = [];
  let bytes = Infinity;
  for (const word of whole.match(/\S{1,1000} ?/gu) ?? []) {
    const more = Buffer.byteLength(word);
    if (bytes + more > MOST_BYTES) {
      cut.push('');
      bytes = 0;
    }
    cut[cut.length - 1] += word;
    bytes += more;
  }
  return cut;
}

function grants({ fundingReferences }: RecordMetadata): string[] {
  return fundingReferences.map((each) =>
    field('536', '  ', [
      ['a', [each.funderName, each.awardTitle].filter((part) => part !== null).join(': ')],
      ['c', each.awardNumber],
    ]),
  );
}

/** Access in 542 as Zenodo has it; licences and other statements in 540. */
function rights({ kind, rights: text, rightsUri, spdx, rightsIdentifier }: Rights): string {
  if (kind === 'access') return field('542', '  ', [['l', rightsUri?.replace(/^.*\/(\w+)Access$/, '$1') ?? text]]);
  return field('540', '  ', [
    ['a', text ?? spdx ?? rightsIdentifier],
    ['u', rightsUri],
    ['f', spdx ?? rightsIdentifier],
    ['2', spdx === null ? null : 'spdx'],
  ]);
}

function journal(metadata: RecordMetadata): string {
  const within = container(metadata);
  if (within === null) return '';
  const { volume, issue, firstPage, lastPage } = within;
  const pages = [firstPage, lastPage].filter((page) => page !== null).join('-');
  const parts = [volume && `vol. ${volume}`, issue && `no. ${issue}`, pages && `pp. ${pages}`].filter(Boolean);
  return field('773', '0 ', [
    ['t', within.titles[0]?.title],
    ['g', parts.join(', ')],
  ]);
}

function related({ relatedIdentifier, relatedIdentifierType, relationType, doi }: RelatedIdentifier): string {
  return field('773', '0 ', [
    ['a', doi ?? relatedIdentifier],
    ['i', relationType],
    ['n', doi === null ? relatedIdentifierType?.toLowerCase() : 'doi'],
  ]);
}

function collections({ resourceType, communities }: RecordMetadata): string[] {
  return [
    field('980', '  ', [
      ['a', resourceType?.type ?? resourceType?.general],
      ['b', resourceType?.subtype],
    ]),
    ...communities.map((slug) => field('980', '  ', [['a', `user-${slug}`]])),
  ];
}
