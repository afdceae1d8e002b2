/**
 * Trials against the software behind Zenodo's own endpoint, run locally. Not part of npm test: it needs that server.
 *
 *   RUN=/tmp/zenodo-oai N=5000 ./up.sh                                     # prints the URL; next to this repository
 *   DATABASE_URL=… ELASTICSEARCH_URL=… node test/real/zenodo-oai.ts http://127.0.0.1:9280/oai2d /tmp/zenodo-oai [trial …]
 *
 * Each trial harvests with the CLI into its own database, which is dropped afterwards, and compares the rows with the
 * server's own index, identifier by identifier and datestamp by datestamp. DATABASE_URL: any database of a server on which
 * databases may be made. ELASTICSEARCH_URL may be left out; if given, nobody else should use it, as its alias is switched.
 * Records are changed, hidden and dropped: start with RELOAD=1 to have them back. Exit code 1 if anything differs.
 */
import { openTrial, type Trial } from './trial.ts';
import { trials } from './trials.ts';
import { openZenodoServer } from './zenodo-server.ts';

const [url, run, ...wanted] = process.argv.slice(2);
if (url === undefined || run === undefined) {
  console.error('usage: node test/real/zenodo-oai.ts URL RUN [trial …]');
  process.exitCode = 2;
} else {
  const server = openZenodoServer(url, run);
  const databaseUrl = process.env['DATABASE_URL'] ?? '';
  const rows: object[] = [];
  for (const [name, trial] of Object.entries(trials)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await using opened: Trial = await openTrial(server, databaseUrl, process.env['ELASTICSEARCH_URL']);
    console.error(`${name} …`);
    const found = await trial(opened);
    rows.push(...found.map((comparison) => ({ trial: name, ...comparison })));
    console.error(JSON.stringify(found));
    if (found.some((comparison) => comparison.differs)) process.exitCode = 1;
  }
  console.table(rows);
}
