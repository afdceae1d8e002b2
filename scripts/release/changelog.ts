/**
 * What is wrong with the sections of CHANGELOG.md for a version that is going to be released: its section, `## 1.2.3 (2026-12-24)`, has to
 * be the first, and to say something. Null if nothing is. Pure.
 */
export function changelogFault(changelog: string, version: string): string | null {
  const sections = changelog.split(/^## /m).slice(1);
  const [first = ''] = sections;
  const head = first.split('\n')[0]!;
  if (/^pending\b/i.test(head))
    return `CHANGELOG.md still begins with "${head}": put "## ${version} (YYYY-MM-DD)" over what belongs to this version`;
  const escaped = version.replaceAll('.', '\\.');
  if (!new RegExp(`^${escaped} \\(\\d{4}-\\d\\d-\\d\\d\\)$`).test(head))
    return `CHANGELOG.md begins with "${head}" and not with "${version} (YYYY-MM-DD)"`;
  return /^- \S/m.test(first) ? null : `the section of ${version} in CHANGELOG.md lists no change`;
}
