import type { MetadataPrefix } from '../corpus/corpus.ts';
import type { OaiSet } from '../corpus/communities.ts';
import { currentState } from '../repository/journal.ts';
import type { RecordState } from '../repository/journal.ts';
import type { Exchange, VerbAnswer } from './exchange.ts';
import { writePageToken } from './page.ts';
import { writeRecord } from './record-xml.ts';
import type { Repository } from '../repository/repository.ts';
import { BAD_TOKEN_TEXT, Refusal } from './request.ts';
import type { Arguments } from './request.ts';
import { isExpired, readToken, writeToken } from './token.ts';
import { deleteExpiredLists } from './answer-list.ts';
import { encodeText, formatSecond } from '../xml.ts';

export function answerIdentify({ repository, baseURL }: Exchange): VerbAnswer {
  const { repositoryName, adminEmail, earliestDatestamp, deletedRecord, granularity } = repository.settings;
  const day = granularity === 'day';
  const lines = [
    ['repositoryName', encodeText(repositoryName)],
    ['baseURL', baseURL],
    ['protocolVersion', '2.0'],
    ['adminEmail', encodeText(adminEmail)],
    ['earliestDatestamp', day ? earliestDatestamp.slice(0, 10) : earliestDatestamp],
    ['deletedRecord', deletedRecord],
    ['granularity', day ? 'YYYY-MM-DD' : 'YYYY-MM-DDThh:mm:ssZ'],
  ];
  return {
    request: [['verb', 'Identify']],
    content: [`  <Identify>\n${lines.map(([name, value]) => `    <${name}>${value}</${name}>\n`).join('')}  </Identify>\n`],
  };
}

const WRAPPED = ['http://schema.datacite.org/oai/oai-1.1/oai.xsd', 'http://schema.datacite.org/oai/oai-1.1/'] as const;
const BARE = ['http://schema.datacite.org/meta/kernel-4.5/metadata.xsd', 'http://datacite.org/schema/kernel-4'] as const;
const FORMATS: Record<MetadataPrefix, readonly [schema: string, namespace: string]> = {
  oai_dc: ['http://www.openarchives.org/OAI/2.0/oai_dc.xsd', 'http://www.openarchives.org/OAI/2.0/oai_dc/'],
  datacite: BARE,
  oai_datacite: WRAPPED,
  datacite4: BARE,
  oai_datacite4: WRAPPED,
};

export function answerListMetadataFormats({ repository }: Exchange, args: Arguments): VerbAnswer {
  const identifier = args.get('identifier');
  if (identifier !== undefined) findRecord(repository, identifier);
  const formats = repository.corpus.prefixes.map((prefix) => {
    const [schema, namespace] = FORMATS[prefix];
    return `    <metadataFormat>\n      <metadataPrefix>${prefix}</metadataPrefix>\n      <schema>${schema}</schema>\n      <metadataNamespace>${namespace}</metadataNamespace>\n    </metadataFormat>\n`;
  });
  return {
    request: [['verb', 'ListMetadataFormats'], ...(identifier === undefined ? [] : [['identifier', identifier] as const])],
    content: [`  <ListMetadataFormats>\n${formats.join('')}  </ListMetadataFormats>\n`],
  };
}

interface SetsToken {
  readonly verb: string;
  readonly page: number;
  readonly issued: number;
}

/** ListSets has no scroll: its tokens hold a page number and can be repeated. */
export function answerListSets({ repository, now }: Exchange, args: Arguments): VerbAnswer {
  const { setsPageSize, tokenLifeMs } = repository.settings;
  const given = args.get('resumptionToken');
  const page = given === undefined ? 1 : readSetsToken(repository, given, now).page;
  const sets = repository.sets();
  const shown = sets.slice((page - 1) * setsPageSize, page * setsPageSize);
  const issued = Math.floor(now / 1000);
  const token =
    page === 1 && sets.length <= setsPageSize
      ? ''
      : writePageToken({
          text: page * setsPageSize < sets.length ? writeToken({ verb: 'ListSets', page: page + 1, issued }, issued, repository.seed) : '',
          expirationDate: formatSecond(now + tokenLifeMs),
          cursor: String((page - 1) * setsPageSize),
          completeListSize: String(sets.length),
        });
  return {
    request:
      given === undefined
        ? [['verb', 'ListSets']]
        : [
            ['resumptionToken', given],
            ['verb', 'ListSets'],
          ],
    content: [`  <ListSets>\n${shown.map(writeSet).join('')}${token}  </ListSets>\n`],
  };
}

function readSetsToken(repository: Repository, text: string, now: number): SetsToken {
  const token = readToken<SetsToken>(text, repository.seed);
  if (token === undefined || token.verb !== 'ListSets' || isExpired(token.issued, now, repository.settings.tokenLifeMs))
    throw new Refusal('badResumptionToken', BAD_TOKEN_TEXT);
  return token;
}

function writeSet({ setSpec, setName, description }: OaiSet): string {
  const more =
    description === null
      ? ''
      : '      <setDescription>\n        <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/">\n' +
        `          <dc:description>${encodeText(description)}</dc:description>\n        </oai_dc:dc>\n      </setDescription>\n`;
  return `    <set>\n      <setSpec>${encodeText(setSpec)}</setSpec>\n      <setName>${encodeText(setName)}</setName>\n${more}    </set>\n`;
}

export function answerGetRecord({ repository, now }: Exchange, args: Arguments): VerbAnswer {
  // GetRecord asks the same index as the lists: with every scroll taken it fails as they do.
  if (deleteExpiredLists(repository, now) >= repository.settings.scrollLimit) throw new Refusal('http-500');
  const identifier = args.get('identifier') as string;
  const prefix = args.get('metadataPrefix') as MetadataPrefix;
  const state = findRecord(repository, identifier);
  return {
    request: [
      ['verb', 'GetRecord'],
      ['identifier', identifier],
      ['metadataPrefix', prefix],
    ],
    content: [`  <GetRecord>\n${writeRecord(repository, state, prefix, 'get')}  </GetRecord>\n`],
  };
}

/** The record in its present state. Refuses as Zenodo does: unknown and restricted ids are 422, deleted ones a 500. */
function findRecord(repository: Repository, identifier: string): RecordState {
  const { corpus, journal } = repository;
  const number = identifier.startsWith('oai:') ? corpus.numberOf(identifier) : undefined;
  const known = number !== undefined && (number < corpus.size || journal.latest(number) !== undefined);
  const state = known ? currentState(corpus, journal, number) : undefined;
  if (state?.trace === 'deleted') throw new Refusal('http-500');
  if (state === undefined || state.status === 'gone') throw new Refusal('idDoesNotExist', 'No matching identifier');
  return state;
}
