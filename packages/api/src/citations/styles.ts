import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ApiProblem } from '../problems/problem.ts';

/** Short names of the usual styles; every other is called as in the repository of citationstyles.org. */
const ALIASES: Readonly<Record<string, string>> = {
  acm: 'acm-sig-proceedings',
  acs: 'american-chemical-society',
  ama: 'american-medical-association',
  chicago: 'chicago-author-date',
  harvard: 'harvard-cite-them-right',
  harvard1: 'harvard-cite-them-right',
  mla: 'modern-language-association',
  turabian: 'turabian-author-date',
};
const USUAL = ['apa', 'chicago', 'harvard', 'ieee', 'mla', 'nature', 'vancouver'];

/** The CSL of a style; one that leans on another, as a journal does on its publisher's, has that one's. Throws an `ApiProblem`. */
export async function readStyle(name: string): Promise<string> {
  const style = await findStyle(ALIASES[name] ?? name);
  const parent = style === null ? null : /<link\b[^>]*\bhref="[^"]*\/([^"/]+)"[^>]*\brel="independent-parent"|$/.exec(style)![1];
  const whole = parent === undefined || parent === null ? style : await findStyle(parent);
  if (whole !== null) return whole;
  throw new ApiProblem(
    400,
    'wrong-parameter',
    `there is no citation style '${name}': use one of ${USUAL.join(', ')}, or any name of citationstyles.org`,
    {
      parameter: 'style',
    },
  );
}

/** The package has a file for each first letter: a few megabytes, of which one style is kept. */
async function findStyle(name: string): Promise<string | null> {
  if (!/^[a-z\d][a-z\d-]*$/.test(name)) return null;
  const url = import.meta.resolve(`@manuscripts/csl-styles/dist/${name[0]}.json`);
  const text = await readFile(fileURLToPath(url), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as Record<string, string>)[`http://www.zotero.org/styles/${name}`] ?? null;
}
