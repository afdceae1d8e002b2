import { formatDatestamp, type Granularity } from './datestamp.ts';
import { readFacts, type ProbeAnswers, type ProbeFacts, type ProbeName } from './probe-facts.ts';
import type { RequestArguments } from './request.ts';

/** The requests that find out how a repository behaves, in this order, each at most once: thirteen at most. */
const questions: readonly (readonly [ProbeName, (facts: ProbeFacts) => RequestArguments | null])[] = [
  ['identify', () => ({ verb: 'Identify' })],
  ['formats', () => ({ verb: 'ListMetadataFormats' })],
  ['sets', () => ({ verb: 'ListSets' })],
  ['list', ({ metadataPrefix }) => (metadataPrefix === null ? null : { verb: 'ListRecords', metadataPrefix })],
  ['follow', ({ token }) => (token === null ? null : { verb: 'ListRecords', resumptionToken: token })],
  ['again', ({ token, followed }) => (token !== null && followed ? { verb: 'ListRecords', resumptionToken: token } : null)],
  ['from', (facts) => bounds(facts, facts.declaredGranularity, ['from'])],
  ['fromDay', (facts) => (facts.secondsRefused ? bounds(facts, 'YYYY-MM-DD', ['from']) : null)],
  ['window', (facts) => bounds(facts, facts.acceptedGranularity, ['from', 'until'])],
  ['day', (facts) => (facts.acceptedGranularity === 'YYYY-MM-DD' ? null : bounds(facts, 'YYYY-MM-DD', ['from', 'until']))],
  [
    'empty',
    ({ metadataPrefix }) =>
      metadataPrefix === null ? null : { verb: 'ListIdentifiers', metadataPrefix, from: '1900-01-01', until: '1900-01-02' },
  ],
  ['prefix', () => ({ verb: 'ListIdentifiers', metadataPrefix: 'no_such_format' })],
  [
    'record',
    ({ metadataPrefix }) =>
      metadataPrefix === null ? null : { verb: 'GetRecord', identifier: 'oai:no.such.repository:0', metadataPrefix },
  ],
];

/** The next request to send, by what was answered so far; null when nothing is left to ask. */
export function nextProbe(
  answers: ProbeAnswers,
  options: { readonly metadataPrefix?: string | undefined } = {},
): { readonly name: ProbeName; readonly request: RequestArguments } | null {
  const facts = readFacts(answers, options.metadataPrefix);
  for (const [name, ask] of questions) {
    const request = answers[name] === undefined ? ask(facts) : null;
    if (request !== null) return { name, request };
  }
  return null;
}

/** Headers about the latest datestamp that the list showed. */
function bounds(
  { metadataPrefix, latest }: ProbeFacts,
  granularity: Granularity,
  names: readonly ('from' | 'until')[],
): RequestArguments | null {
  if (metadataPrefix === null || latest === null) return null;
  const at = formatDatestamp(latest, granularity);
  return { verb: 'ListIdentifiers', metadataPrefix, ...Object.fromEntries(names.map((name) => [name, at])) };
}
