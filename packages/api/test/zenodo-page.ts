import { FEATURES } from './zenodo-features.ts';
import { EXPLANATIONS } from './zenodo-nulls.ts';

const ROWS = '[rows](../packages/api/src/zenodo-rows.es.test.ts) “every feature of the page has a check, and each check a feature”';

/** The parts of docs/zenodo-api.md that are made from tables, by the names of their marks. Pure. */
export function zenodoPageParts(): Readonly<Record<'rows' | 'nulls', string>> {
  const rows = Object.values(FEATURES).map(({ what, verdict, note }) => `| ${what} | ${verdict} | ${note} | ${ROWS} |`);
  const nulls = EXPLANATIONS.map(
    ({ forms, members, reason }) => `- ${members} (${forms.map((form) => FORMS[form]).join(', ')}): ${reason}.`,
  );
  return {
    rows: ['| Zenodo | here | what to know | test |', '|---|---|---|---|', ...rows].join('\n'),
    nulls: nulls.join('\n'),
  };
}

const FORMS = { json: 'Zenodo’s JSON', inveniordm: 'InvenioRDM’s JSON' } as const;
