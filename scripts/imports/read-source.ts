/** One import or re-export in a source file. */
export interface Import {
  readonly specifier: string;
  /** `import type` or `export type`, which leaves nothing at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

const STATIC = /^[ \t]*(?:import|export)\s+(type\s)?(?:[\w*{][^'";]*?\sfrom\s*)['"]([^'"\n]+)['"]/gm;
const BARE = /^[ \t]*import\s*['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\b(?:import|require(?:\.resolve)?)\(\s*['"]([^'"\n]+)['"]/g;

/** The imports of a source file: static, for side effects, dynamic, and re-exports. */
export function importsIn(source: string): Import[] {
  const code = withoutComments(source);
  const at = (index: number): number => code.slice(0, index).split('\n').length;
  const found = [
    ...[...code.matchAll(STATIC)].map((m) => ({
      specifier: m[2] ?? '',
      typeOnly: m[1] !== undefined,
      line: at(m.index + (m[0].length - m[0].trimStart().length)),
    })),
    ...[...code.matchAll(BARE)].map((m) => ({ specifier: m[1] ?? '', typeOnly: false, line: at(m.index) })),
    ...[...code.matchAll(DYNAMIC)].map((m) => ({
      specifier: m[1] ?? '',
      typeOnly: /\btypeof\s+$/.test(code.slice(0, m.index)),
      line: at(m.index),
    })),
  ];
  return found.toSorted((a, b) => a.line - b.line);
}

/** The lines (from 1) on which the code, not a comment or a text, matches. */
export function linesWith(source: string, pattern: RegExp): number[] {
  const lines = withoutComments(source)
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .split('\n');
  return lines.flatMap((line, i) => (pattern.test(line) ? [i + 1] : []));
}

/** Comments and templates become blanks of the same shape; texts that look like comments stay. */
function withoutComments(source: string): string {
  return source.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (text) =>
    text.startsWith('/') || text.startsWith('`') ? text.replaceAll(/[^\n]/g, ' ') : text,
  );
}
