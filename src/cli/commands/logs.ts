import { setTimeout as sleep } from 'node:timers/promises';
import { RUN_ID } from '../../domain/run.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { openStoresForReading } from '../local-stores.ts';
import type { CommonOptions } from '../options.ts';
import { createRenderer } from '../render/renderer.ts';
import type { Terminal } from '../terminal.ts';

const LOOK_AGAIN_IN_MS = 300;

/** Prints the events of a run; with --follow until the run ends. */
export async function logsCommand(
  terminal: Terminal,
  options: CommonOptions & { follow: boolean },
  run: string | undefined,
): Promise<ExitCode> {
  const { runs } = await openStoresForReading(options);
  const runId = run ?? (await runs.runs({ limit: 1 }))[0]?.runId;
  if (runId === undefined) throw new UserError('There are no runs yet.', { code: 'run_unknown' });
  if (!RUN_ID.test(runId) || !(await runs.request(runId))) {
    throw new UserError(`There is no run ${runId}.`, {
      code: 'run_unknown',
      hint: 'List them with: draftgenie-deploy runs',
    });
  }
  const renderer = createRenderer(options.output === 'json' ? 'json' : 'plain', terminal, true);
  let position: string | undefined;
  for (;;) {
    const page = await runs.events(runId, position);
    position = page.position;
    for (const event of page.events) renderer.event(event);
    const ended = page.events.some(({ type }) => type === 'run_completed');
    if (ended || !options.follow) return ExitCode.ok;
    if (page.events.length === 0) await sleep(LOOK_AGAIN_IN_MS);
  }
}
