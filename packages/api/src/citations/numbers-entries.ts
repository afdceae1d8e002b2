/** Whether a CSL style prints the number of an entry in its bibliography, itself or by a macro. */
export function numbersEntries(csl: string): boolean {
  const bibliography = /<bibliography\b[\s\S]*?<\/bibliography>/.exec(csl)?.[0] ?? '';
  const waiting = [bibliography];
  const seen = new Set<string>();
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (/\bvariable="citation-number"/.test(part)) return true;
    for (const [, name] of part.matchAll(/<text\b[^>]*\bmacro="([^"]+)"/g)) {
      if (seen.has(name!)) continue;
      seen.add(name!);
      waiting.push(macroOf(csl, name!));
    }
  }
  return false;
}

function macroOf(csl: string, name: string): string {
  const start = csl.indexOf(`<macro name="${name}"`);
  return start === -1 ? '' : csl.slice(start, csl.indexOf('</macro>', start));
}
