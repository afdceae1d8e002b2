import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type Db, describeTables, fullName, queriedSchemas } from '@thresher/store/database';
import { count, type Io, say, UsageError } from '../io.ts';
import { runStatement, type SqlSettings } from './run.ts';
import { SqlError } from './sql-error.ts';

const historySize = 1_000;

/** Asks for statements on a terminal until Ctrl-D or `\q`. A statement ends with `;`; Ctrl-C drops what was typed. */
export async function interact(io: Io, db: Db, input: NodeJS.ReadableStream, historyFile: string, settings: SqlSettings): Promise<void> {
  say(io, String.raw`Statements end with ; and only read. \d lists tables and views, \d NAME explains one, \q ends.`);
  const words = await completions(db);
  const terminal = createInterface({
    input,
    output: io.stderr as unknown as NodeJS.WritableStream,
    terminal: true,
    history: readHistory(historyFile),
    historySize,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(words, line),
  });
  terminal.on('history', (history) => writeHistory(historyFile, history));
  io.signal.addEventListener('abort', () => terminal.close(), { once: true });
  try {
    for await (const statement of statements(terminal)) await answer(io, db, statement, settings);
  } finally {
    terminal.close();
  }
}

async function answer(io: Io, db: Db, statement: string, settings: SqlSettings): Promise<void> {
  const started = performance.now();
  try {
    const rows = await runStatement(io, db, statement, settings, io.signal);
    if (!statement.startsWith('\\'))
      say(io, `${count(rows)} ${rows === 1 ? 'row' : 'rows'}, ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    if (!(error instanceof SqlError || error instanceof UsageError)) throw error;
    say(io, error.message);
  }
}

async function* statements(terminal: Interface): AsyncGenerator<string, void, undefined> {
  let typed = '';
  const ask = (): void => {
    terminal.setPrompt(typed === '' ? 'sql> ' : '...> ');
    terminal.prompt();
  };
  terminal.on('SIGINT', () => {
    typed = '';
    terminal.write('', { ctrl: true, name: 'u' });
    ask();
  });
  ask();
  for await (const line of terminal) {
    typed = typed === '' ? line.trim() : `${typed}\n${line}`;
    if (typed === String.raw`\q`) return;
    if (isComplete(typed)) {
      yield typed.replace(/;\s*$/, '');
      typed = '';
    }
    ask();
  }
}

/** A backslash command is one line; a statement ends with a semicolon outside of quotes and comments. */
export function isComplete(typed: string): boolean {
  if (typed.startsWith('\\')) return true;
  const bare = typed.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g, ' ');
  return /;\s*$/.test(bare) && !/['"]/.test(bare);
}

async function completions(db: Db): Promise<readonly string[]> {
  const tables = await describeTables(db, queriedSchemas);
  return [...new Set([...tables.map(fullName), ...tables.flatMap((it) => it.columns.map((column) => column.name))])].toSorted();
}

function complete(words: readonly string[], line: string): [string[], string] {
  const start = /[\w.]*$/.exec(line)![0];
  return [start === '' ? [] : words.filter((word) => word.startsWith(start.toLowerCase())), start];
}

function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function writeHistory(file: string, history: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, history.map((line) => line.replaceAll('\n', ' ')).join('\n'), { mode: 0o600 });
}
