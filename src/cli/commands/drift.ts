import { createSteps } from '../../activities/activities.ts';
import type { ParsedConfig } from '../../domain/config/model.ts';
import { driftText, repairingSteps } from '../../domain/drift.ts';
import { type DriftReport, reportDrift } from '../../planning/drift-report.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { loadConfig } from '../load-config.ts';
import { openLocalStack } from '../local-stack.ts';
import { openLocalStores } from '../local-stores.ts';
import { type CommonOptions, NO_RUN_OPTIONS, refuseRemote } from '../options.ts';
import { openRemote } from '../remote/open-remote.ts';
import type { Terminal } from '../terminal.ts';
import { carryOut } from './deploy.ts';

interface DriftOptions extends CommonOptions {
  readonly fix: boolean;
  readonly autoApprove: boolean;
}

/** What was changed on Azure since the last deployment; with --fix a run of just the steps concerned. */
export async function driftCommand(terminal: Terminal, options: DriftOptions): Promise<ExitCode> {
  if (options.remote !== undefined) return await showRemoteDrift(terminal, options);
  const parsed = await loadConfig(options.config);
  const report = await look(terminal, options, parsed);
  terminal.stdout.write(options.output === 'json' ? jsonOf(report) : textOf(report));
  if (report.drift.length === 0) return ExitCode.ok;
  return options.fix ? await fix(terminal, options, parsed, report) : ExitCode.changes;
}

/** A served app looks; to repair it deploys again with `--refresh`. */
async function showRemoteDrift(terminal: Terminal, options: DriftOptions): Promise<ExitCode> {
  if (options.fix) refuseRemote(options, 'drift --fix');
  const client = await openRemote(terminal, options);
  const report = await client.call('showDrift', { path: { environment: options.environment } });
  terminal.stdout.write(options.output === 'json' ? jsonOf(report) : textOf(report));
  return report.drift.length === 0 ? ExitCode.ok : ExitCode.changes;
}

async function look(terminal: Terminal, options: DriftOptions, parsed: ParsedConfig): Promise<DriftReport> {
  const stores = await openLocalStores(options, parsed);
  const stack = openLocalStack(options, parsed, stores, () => undefined);
  try {
    for (const note of stack.notes) terminal.stderr.write(`⚠ ${note}\n`);
    return await reportDrift(stack.services, createSteps(), options.environment);
  } finally {
    await stack.close();
  }
}

async function fix(
  terminal: Terminal,
  options: DriftOptions,
  parsed: ParsedConfig,
  { runId, config, source, drift, isUnsettled }: DriftReport,
): Promise<ExitCode> {
  if (isUnsettled) {
    throw new UserError(`The last run did not succeed, so it is not clear what to repair: run ${runId}, or its own.`, {
      code: 'drift_unsettled',
      hint: 'Deploy again, or go back with: draftgenie-deploy rollback --to RUN',
    });
  }
  return await carryOut(terminal, { ...NO_RUN_OPTIONS, ...options }, parsed, {
    words: ['draftgenie-deploy', 'drift', '--fix'],
    prepare: async () => ({
      config,
      source,
      // What is in the state is ours, also when somebody took our tag from it.
      options: { refresh: true, adopt: true, onlySteps: [...repairingSteps(drift)] },
    }),
  });
}

type ShownReport = Pick<DriftReport, 'runId' | 'resources' | 'drift'>;

function textOf({ runId, resources, drift }: ShownReport): string {
  if (drift.length === 0) return `No drift: ${resources} resources are as run ${runId} left them.\n`;
  const count = new Set(drift.map(({ key }) => key)).size;
  const lines = drift.map((one) => `  ${driftText(one)}`);
  return `${count} of ${resources} resources differ from run ${runId}:\n${lines.join('\n')}\n`;
}

function jsonOf({ runId, resources, drift }: ShownReport): string {
  return `${JSON.stringify({ type: 'drift', runId, resources, drift })}\n`;
}
