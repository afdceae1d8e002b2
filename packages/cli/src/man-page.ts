import type { Variable } from '@thresher/runtime';
import type { Command, Help } from 'commander';

interface ManPageParts {
  readonly version: string;
  /** The environment variables that are read. */
  readonly variables: readonly Pick<Variable<unknown>, 'name' | 'description'>[];
}

/** The man page of a program in roff (macros `man`), from the descriptions that `--help` prints. Pure. */
export function manPage(program: Command, { version, variables }: ManPageParts): string {
  const help = program.createHelp();
  const groups = Map.groupBy(subcommandsOf(program), (command) => command.helpGroup());
  const lines = [
    `.TH ${program.name().toUpperCase()} 1 "" "${escaped(`${program.name()} ${version}`)}" "User commands"`,
    '.SH NAME',
    `${escaped(program.name())} \\- harvests, stores and serves whole OAI\\-PMH repositories`,
    '.SH SYNOPSIS',
    `.B ${escaped(program.name())}`,
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    text(program.description()),
    ...optionsOf(program, help),
    ...[...groups].flatMap(([heading, commands]) => [
      `.SH ${escaped(heading.replace(/:$/, '')).toUpperCase()}`,
      ...commands.flatMap((command) => partOf(command, [program.name()])),
    ]),
    '.SH ENVIRONMENT',
    ...variables.flatMap(({ name, description }) => ['.TP', `.B ${escaped(name)}`, text(description)]),
    '.SH NOTES',
    ...afterHelp(program).flatMap(({ title, lines: said }) => [text([title, ...said].join(' '))]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A command, or the commands of a group such as `source`. */
function partOf(command: Command, parents: readonly string[]): string[] {
  const help = command.createHelp();
  const own = [...parents, command.name()];
  return [
    `.SS "${escaped(`${own.join(' ')} ${usageOf(command)}`.trim())}"`,
    text(help.commandDescription(command)),
    ...help.visibleArguments(command).flatMap((argument) => item(`<${help.argumentTerm(argument)}>`, help.argumentDescription(argument))),
    ...optionsOf(command, help),
    ...afterHelp(command).flatMap(({ title, lines }) => [
      '.PP',
      text(title),
      '.PP',
      '.RS 4',
      '.nf',
      ...lines.map((line) => text(line)),
      '.fi',
      '.RE',
    ]),
    ...subcommandsOf(command).flatMap((one) => partOf(one, own)),
  ];
}

/** Without `help`, which belongs to no program. */
const subcommandsOf = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.parent !== null);

const usageOf = (command: Command): string => (command.commands.length > 0 ? '<command>' : command.usage());

function optionsOf(command: Command, help: Help): string[] {
  return help.visibleOptions(command).flatMap((option) => item(help.optionTerm(option), help.optionDescription(option)));
}

const item = (term: string, description: string): string[] => ['.TP', `.B ${escaped(term)}`, text(description)];

/** The paragraphs that `--help` prints after the options, such as the examples: a title with a colon, and lines. */
function afterHelp(command: Command): { readonly title: string; readonly lines: readonly string[] }[] {
  let written = '';
  // The library's types leave out that a command emits events, which is how it prints these texts.
  (command as unknown as NodeJS.EventEmitter).emit('afterHelp', { error: false, command, write: (piece: string) => (written += piece) });
  return written
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split('\n').filter((line) => line.trim() !== ''))
    .flatMap(([title, ...lines]) => (title === undefined ? [] : [{ title, lines: lines.map((line) => line.trim()) }]));
}

/** A line of text: one that begins with a full stop or an apostrophe would be a request. */
function text(content: string): string {
  return escaped(content).replace(/^(?=[.'])/, '\\&');
}

/** Backslashes and hyphens as they are, and all characters beyond ASCII by their code point. */
function escaped(content: string): string {
  return content
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, (one) => `\\[u${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);
}
