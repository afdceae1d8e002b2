import type { RecordVersion } from './corpus.ts';
import type { Facts } from './facts.ts';
import type { Agent } from './people.ts';
import type { Random } from '../random.ts';
import { PLACES } from './words.ts';
import { encodeText, inOnePiece } from '../xml.ts';

export interface DataciteInput {
  readonly facts: Facts;
  readonly identifier: string;
  readonly person: (number: number) => Agent;
  readonly version: RecordVersion;
  /** GetRecord names the communities among the related identifiers, lists (2026) do not. */
  readonly via: 'list' | 'get';
}

const WRAPPER_HEAD = inOnePiece(
  '        <oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/" xsi:schemaLocation="http://schema.datacite.org/oai/oai-1.1/ http://schema.datacite.org/oai/oai-1.1/oai.xsd">\n' +
    '          <schemaVersion>4.5</schemaVersion>\n          <datacentreSymbol>CERN.ZENODO</datacentreSymbol>\n          <payload>\n',
);
const WRAPPER_TAIL = '          </payload>\n        </oai_datacite>\n';
const RESOURCE_HEAD =
  '            <resource xmlns="http://datacite.org/schema/kernel-4" xsi:schemaLocation="http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4.5/metadata.xsd">\n';
const RESOURCE_TAIL = '            </resource>\n';

/** The envelope of `oai_datacite` around a resource. */
export function wrapResource(resource: string): string {
  return WRAPPER_HEAD + resource + WRAPPER_TAIL;
}

/** A kernel 4.5 resource with the elements in the order Zenodo wrote them in 2026, indented as in a list page. */
export function renderResource(input: DataciteInput): string {
  const { facts } = input;
  const { random } = facts;
  // In the order of the random numbers.
  const start =
    RESOURCE_HEAD +
    alternateIdentifiers(input) +
    creators(facts) +
    titles(input) +
    `              <publisher>${facts.publisher}</publisher>\n              <publicationYear>${facts.year}</publicationYear>\n` +
    subjects(facts) +
    contributors(input, random) +
    dates(input) +
    language(facts) +
    `              <resourceType resourceTypeGeneral="${facts.kind[0]}">${facts.kind[1]}</resourceType>\n` +
    `              <identifier identifierType="DOI">${facts.doi}</identifier>\n`;
  const relations = relatedIdentifiers(input);
  const head =
    start +
    relations.text +
    sizes(random) +
    (facts.version === null ? '' : `              <version>${facts.version}</version>\n`) +
    rights(facts);
  const tail = geoLocations(random) + fundingReferences(facts) + RESOURCE_TAIL;
  // The text is the same in lists and in GetRecord.
  return head + descriptions(input, head.length + tail.length - relations.ofCommunities) + tail;
}

function alternateIdentifiers({ identifier, facts }: DataciteInput): string {
  const extra = facts.random.chance(0.03)
    ? other('URL', `https://data.example.org/sets/${facts.random.below(90_000)}`)
    : facts.random.chance(0.01)
      ? other('DOI', `10.5555/twin.${facts.random.below(9000)}`)
      : '';
  return `              <alternateIdentifiers>\n${other('oai', identifier)}${extra}              </alternateIdentifiers>\n`;
}

function other(type: string, value: string): string {
  return `                <alternateIdentifier alternateIdentifierType="${type}">${value}</alternateIdentifier>\n`;
}

function creators(facts: Facts): string {
  let text = `              <creators>\n`;
  for (const agent of facts.creators) text += agent.creator;
  return `${text}              </creators>\n`;
}

function titles({ facts, version }: DataciteInput): string {
  const revision = version.metadataVersion > 0 ? ` (revision ${version.metadataVersion})` : '';
  const { random, prose } = facts;
  const more = random.chance(0.06)
    ? `                <title titleType="${random.pick(['AlternativeTitle', 'Subtitle', 'TranslatedTitle', 'Other'])}" xml:lang="${prose.language === 'eng' ? 'deu' : 'eng'}">${random.pick(prose.titles)}</title>\n`
    : '';
  return `              <titles>\n                <title>${facts.title}${revision}</title>\n${more}              </titles>\n`;
}

function subjects({ prose, random }: Facts): string {
  const count = random.below(7);
  if (count === 0) return '';
  const first = random.below(prose.subjects.length);
  let text = `              <subjects>\n`;
  for (let i = 0; i < count; i++) {
    const scheme = prose.scheme !== '' && random.chance(0.12) ? ` subjectScheme="${prose.scheme}"` : '';
    const list = random.chance(0.02) ? `, ${random.pick(prose.subjects)}; ${random.pick(prose.subjects)}` : '';
    text += `                <subject${scheme}>${prose.subjects[(first + i) % prose.subjects.length]}${list}</subject>\n`;
  }
  return `${text}              </subjects>\n`;
}

const ROLES = [
  'ContactPerson',
  'DataCollector',
  'DataCurator',
  'Editor',
  'ProjectLeader',
  'ProjectMember',
  'Researcher',
  'RightsHolder',
  'Sponsor',
  'Supervisor',
  'HostingInstitution',
  'Other',
];

function contributors({ person }: DataciteInput, random: Random): string {
  const count = random.chance(0.18) ? 1 + random.below(4) : 0;
  if (count === 0) return '';
  let text = `              <contributors>\n`;
  for (let i = 0; i < count; i++) {
    const agent = person(random.next());
    text += `                <contributor contributorType="${random.pick(ROLES)}">\n                  <contributorName nameType="${agent.nameType}">${agent.name}</contributorName>\n${agent.details}                </contributor>\n`;
  }
  return `${text}              </contributors>\n`;
}

function dates({ facts, version }: DataciteInput): string {
  const { random } = facts;
  const extra = random.chance(0.05)
    ? `                <date dateType="${random.pick(['Collected', 'Available', 'Created', 'Accepted', 'Valid'])}"${random.chance(0.3) ? ' dateInformation="as stated by the authors"' : ''}>${Number(facts.year) - 1}-04-01/${facts.year}-03-31</date>\n`
    : '';
  const updated = new Date(version.datestamp).toISOString().slice(0, 10);
  return `              <dates>\n                <date dateType="Issued">${facts.issued}</date>\n${extra}                <date dateType="Updated">${updated}</date>\n              </dates>\n`;
}

function language({ prose, random }: Facts): string {
  return prose.language !== 'eng' || random.chance(0.4) ? `              <language>${prose.language}</language>\n` : '';
}

const RELATIONS = [
  'IsSupplementTo',
  'IsCitedBy',
  'Cites',
  'References',
  'IsDerivedFrom',
  'IsPartOf',
  'HasPart',
  'IsDocumentedBy',
  'IsNewVersionOf',
  'Continues',
  'IsReviewedBy',
  'IsCompiledBy',
];

/** The element, and how many of its characters only GetRecord shows. */
function relatedIdentifiers({ facts, version, via }: DataciteInput): { readonly text: string; readonly ofCommunities: number } {
  const { random } = facts;
  let own = '';
  for (let count = random.chance(0.35) ? 1 + random.below(4) : 0; count > 0; count--) own += relatedByDepositor(random);
  if (facts.conceptDoi !== null) own += related('IsVersionOf', '', 'DOI', facts.conceptDoi);
  let communities = '';
  if (via === 'get') {
    for (const setSpec of version.setSpecs) {
      if (setSpec.startsWith('user-')) communities += related('IsPartOf', '', 'URL', `https://zenodo.org/communities/${setSpec.slice(5)}/`);
    }
  }
  const journal =
    facts.kind[0] === 'JournalArticle' && random.chance(0.4)
      ? related('IsPartOf', 'Collection', 'ISSN', issn(random.below(9_999_999)))
      : '';
  const text = relatedList(own + communities + journal);
  return { text, ofCommunities: text.length - relatedList(own + journal).length };
}

const relatedList = (text: string): string =>
  text === '' ? '' : `              <relatedIdentifiers>\n${text}              </relatedIdentifiers>\n`;

function relatedByDepositor(random: Random): string {
  const relation = random.pick(RELATIONS);
  const general = random.chance(0.3) ? random.pick(['JournalArticle', 'Dataset', 'Software', 'Text']) : '';
  const number = random.below(900_000);
  const [type, value] = random.pick([
    ['DOI', `10.5555/jce.${number}`],
    ['DOI', `10.5555/JCE.${number}`],
    ['URL', `https://github.com/example-org/tool-${number % 500}/tree/v1.${number % 9}`],
    ['arXiv', `arXiv:2${100 + (number % 500)}.${10_000 + (number % 80_000)}`],
    ['ISBN', '978-3-16-148410-0'],
    ['Handle', `20.500.12345/${number}`],
    ['PMID', String(20_000_000 + number)],
  ] as const);
  return related(relation, general, type, value);
}

function related(relation: string, general: string, type: string, value: string): string {
  const resource = general === '' ? '' : ` resourceTypeGeneral="${general}"`;
  return `                <relatedIdentifier relationType="${relation}"${resource} relatedIdentifierType="${type}">${value}</relatedIdentifier>\n`;
}

/** ISSN with its check digit (modulus 11, weights 8 to 2). */
function issn(number: number): string {
  const digits = String(number).padStart(7, '0');
  let total = 0;
  for (let i = 0; i < 7; i++) total += Number(digits[i]) * (8 - i);
  const check = (11 - (total % 11)) % 11;
  return `${digits.slice(0, 4)}-${digits.slice(4)}${check === 10 ? 'X' : check}`;
}

function sizes(random: Random): string {
  return random.chance(0.002)
    ? `              <sizes>\n                <size>${1 + random.below(400)} pages</size>\n              </sizes>\n              <formats>\n                <format>application/pdf</format>\n              </formats>\n`
    : '';
}

export const LICENCES: readonly (readonly [title: string, id: string, uri: string, spdx: boolean, share: number])[] = [
  ['Creative Commons Attribution 4.0 International', 'cc-by-4.0', 'https://creativecommons.org/licenses/by/4.0/legalcode', true, 70],
  ['Creative Commons Zero v1.0 Universal', 'cc0-1.0', 'https://creativecommons.org/publicdomain/zero/1.0/legalcode', true, 10],
  ['MIT License', 'mit', 'https://opensource.org/licenses/MIT', true, 8],
  ['Apache License 2.0', 'apache-2.0', 'http://www.apache.org/licenses/LICENSE-2.0', true, 3],
  ['GNU General Public License v3.0 or later', 'gpl-3.0-or-later', 'https://www.gnu.org/licenses/gpl-3.0-standalone.html', true, 3],
  [
    'Creative Commons Attribution Non Commercial 4.0 International',
    'cc-by-nc-4.0',
    'https://creativecommons.org/licenses/by-nc/4.0/legalcode',
    true,
    3,
  ],
  ['Other (Open)', 'other-open', '', false, 2],
  ['Other (Closed)', 'other-closed', '', false, 1],
];
const LICENCE_LINES: readonly string[] = LICENCES.flatMap(([title, id, uri, spdx, share]) => {
  const line = `                <rights${uri === '' ? '' : ` rightsURI="${uri}"`}${spdx ? ' rightsIdentifierScheme="spdx"' : ''} rightsIdentifier="${id}">${title}</rights>\n`;
  return Array.from({ length: share }, () => inOnePiece(line));
});

const COPYRIGHT_SIGN = encodeText('©');

function rights(facts: Facts): string {
  const { random } = facts;
  const licence =
    facts.access === 'closed' || random.chance(0.04)
      ? ''
      : random.pick(LICENCE_LINES) + (random.chance(0.02) ? random.pick(LICENCE_LINES) : '');
  const copyright = random.chance(0.02)
    ? `                <rights rightsURI="http://rightsstatements.org/vocab/InC/1.0/">${COPYRIGHT_SIGN} ${facts.year} The authors</rights>\n`
    : '';
  return `              <rightsList>\n${licence}                <rights rightsURI="info:eu-repo/semantics/${facts.access}Access"/>\n${copyright}              </rightsList>\n`;
}

function geoLocations(random: Random): string {
  if (!random.chance(0.03)) return '';
  const [place, longitude, latitude] = random.pick(PLACES);
  const shape = random.below(3);
  const point = `                  <geoLocationPoint>\n                    <pointLongitude>${longitude}</pointLongitude>\n                    <pointLatitude>${latitude}</pointLatitude>\n                  </geoLocationPoint>\n`;
  const box = `                  <geoLocationBox>\n                    <westBoundLongitude>${longitude - 1}</westBoundLongitude>\n                    <eastBoundLongitude>${longitude + 1}</eastBoundLongitude>\n                    <southBoundLatitude>${latitude - 1}</southBoundLatitude>\n                    <northBoundLatitude>${latitude + 1}</northBoundLatitude>\n                  </geoLocationBox>\n`;
  return `              <geoLocations>\n                <geoLocation>\n                  <geoLocationPlace>${encodeText(place)}</geoLocationPlace>\n${shape === 0 ? '' : shape === 1 ? point : box}                </geoLocation>\n              </geoLocations>\n`;
}

function fundingReferences({ funding, random }: Facts): string {
  if (funding.length === 0) return '';
  let text = `              <fundingReferences>\n`;
  for (const { name, ror, award } of funding) {
    const title = random.chance(0.6)
      ? `                  <awardTitle>Open infrastructures for field research ${random.below(80)}</awardTitle>\n`
      : '';
    text += `                <fundingReference>\n                  <funderName>${name}</funderName>\n                  <funderIdentifier funderIdentifierType="ROR">${ror}</funderIdentifier>\n`;
    text += `${award === null ? '' : `                  <awardNumber>${award}</awardNumber>\n${title}`}                </fundingReference>\n`;
  }
  return `${text}              </fundingReferences>\n`;
}

const MORE_TYPES = ['Methods', 'Other', 'Other', 'Other', 'TechnicalInfo', 'TableOfContents', 'SeriesInformation'];

/** Adds text until the record has its size: mostly 4 to 8 KB, one in a hundred 20 KB, one in a thousand about 60 KB. */
function descriptions({ facts, version }: DataciteInput, rest: number): string {
  const { random } = facts;
  if (random.chance(0.03)) return '';
  const roll = random.below(1000);
  const size = roll === 0 ? 60_000 : roll < 10 ? 20_000 : 4_500 + random.below(3_500);
  const revision = version.metadataVersion > 0 ? `Revision ${version.metadataVersion}: metadata corrected, files checked again.\n\n` : '';
  const extra = random.chance(0.14)
    ? `                <description descriptionType="${random.pick(MORE_TYPES)}">${paragraphs(facts, 300)}</description>\n`
    : '';
  const abstract = paragraphs(facts, Math.max(80, size - rest - extra.length - 1200));
  return `              <descriptions>\n                <description descriptionType="Abstract">${revision}${abstract}</description>\n${extra}              </descriptions>\n`;
}

function paragraphs({ prose, random }: Facts, length: number): string {
  let text = random.pick(length < 300 ? prose.sentences : prose.paragraphs);
  while (text.length < length) {
    const left = length - text.length;
    text += left < 300 ? ` ${random.pick(prose.sentences)}` : `\n\n${random.pick(prose.paragraphs)}`;
  }
  return text;
}
