import { diagnose } from '@thresher/pipeline';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, print, printJson } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher doctor` */
export function addDoctorCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('doctor')
    .description('look at servers, settings, disk, clocks and schedules, and say what to do; exits with 1 if something is at fault')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('doctor', 'doctor --json'))
    .action((flags: Flags<typeof doctor>) => then(doctor(io, flags)));
}

const marks = { good: 'ok    ', advice: 'advice', fault: 'FAULT ' } as const;

async function doctor(io: Io, flags: { readonly json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const findings = await diagnose({ env: io.env, db: resources.bareDb() });
  if (flags.json) printJson(io, findings);
  else for (const { about, is, says } of findings) print(io, `${marks[is]}  ${about.padEnd(13)}  ${says}`);
  return findings.some(({ is }) => is === 'fault') ? exit.failed : exit.done;
}
