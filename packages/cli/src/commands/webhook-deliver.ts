import { sendWebhooks } from '@thresher/pipeline';
import { type CommandRegistry, type Flags, jsonOption } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, print, printJson, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher webhook deliver` */
export function addWebhookDeliverCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('deliver')
    .description('send all due messages once, if no harvester process runs')
    .addOption(jsonOption())
    .action((flags: Flags<typeof deliverWebhooks>) => then(deliverWebhooks(io, flags)));
}

/** Sends all due messages once, for installations without a harvester process. */
async function deliverWebhooks(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const round = await sendWebhooks({ db: await resources.db(), log: resources.log, ...resources.outbound() }, io.signal);
  if (flags.json) printJson(io, round);
  else print(io, `${count(round.delivered)} messages delivered, ${count(round.failed)} not accepted`);
  if (round.failed > 0) say(io, 'messages that failed are sent again; thresher webhook log ID shows why');
  return round.failed > 0 ? exit.incomplete : exit.done;
}
