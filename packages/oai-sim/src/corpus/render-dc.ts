import type { Facts } from './facts.ts';

const HEAD =
  '        <oai_dc:dc xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n';

/** Unqualified Dublin Core of the same record, elements in alphabetical order as Zenodo has them. */
export function renderDublinCore(facts: Facts, identifier: string, metadataVersion: number): string {
  const lines: string[] = facts.creators.map((agent) => dc('creator', agent.name));
  lines.push(dc('date', facts.issued), dc('description', `${facts.prose.sentences.slice(0, 4).join(' ')}`));
  lines.push(dc('identifier', `https://doi.org/${facts.doi}`), dc('identifier', identifier));
  if (facts.prose.language !== 'eng') lines.push(dc('language', facts.prose.language));
  lines.push(dc('publisher', facts.publisher));
  if (facts.conceptDoi !== null) lines.push(dc('relation', `https://doi.org/${facts.conceptDoi}`));
  lines.push(dc('rights', `info:eu-repo/semantics/${facts.access}Access`));
  for (const subject of facts.prose.subjects.slice(0, 2)) lines.push(dc('subject', subject));
  lines.push(dc('title', metadataVersion > 0 ? `${facts.title} (revision ${metadataVersion})` : facts.title));
  lines.push(dc('type', `info:eu-repo/semantics/${facts.kind[0] === 'JournalArticle' ? 'article' : 'other'}`));
  return `${HEAD}${lines.join('')}        </oai_dc:dc>\n`;
}

function dc(name: string, text: string): string {
  return `          <dc:${name}>${text}</dc:${name}>\n`;
}
