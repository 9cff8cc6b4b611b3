import type { DriftReportView } from '../../domain/api/views.ts';
import { driftText } from '../../domain/drift-check/drift-text.ts';
import { ExitCode } from '../../shared/errors.ts';
import { carryOutOn } from '../carry-out.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import { NO_RUN_OPTIONS } from '../no-run-options.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { leftBehindLines } from '../render/left-behind-text.ts';
import type { Terminal } from '../terminal.ts';

interface DriftOptions extends CommonOptions {
  readonly fix: boolean;
  readonly autoApprove: boolean;
}

/** What was changed on Azure since the last deployment; with --fix a run of just the steps concerned. */
export async function driftCommand(terminal: Terminal, options: DriftOptions): Promise<ExitCode> {
  const file = options.remote === undefined ? await loadConfig(options) : undefined;
  const deployments = await openDeployments(terminal, options, file);
  try {
    const report = await deployments.drift();
    if (options.output === 'json') writeOutput(terminal, 'drift', { type: 'drift', ...report });
    else terminal.stdout.write(textOf(report));
    const { drift, unfinishedRepair } = report;
    if (drift.length === 0 && unfinishedRepair === undefined) return ExitCode.ok;
    const isAllLeft = drift.every(({ repaired }) => !repaired) && unfinishedRepair === undefined;
    if (!options.fix || isAllLeft) return ExitCode.changes;
    const words = ['draftgenie-deploy', 'drift', '--fix'];
    return await carryOutOn(
      deployments,
      terminal,
      { ...NO_RUN_OPTIONS, ...options },
      { work: { kind: 'repair' }, words, file },
    );
  } finally {
    await deployments.close();
  }
}

function textOf(report: DriftReportView): string {
  const { runId, resources, drift, leftBehind, notes = [], unfinishedRepair: repair } = report;
  const unfinished = `Run ${repair} has not repaired all that it was to. Go on with it: draftgenie-deploy drift --fix`;
  const more = [...leftBehindLines(leftBehind, new Date()), ...notes];
  const left = [...more, ...(repair === undefined ? [] : [unfinished])].map((line) => `${line}\n`);
  if (drift.length === 0)
    return [`No drift: ${resources} resources are as run ${runId} left them.\n`, ...left].join('');
  const count = new Set(drift.map(({ key }) => key)).size;
  // A page with several of them is told once, after the last one.
  const lines = drift.flatMap((one, index) => [
    `  ${driftText(one)}`,
    ...(one.danger === undefined ? [] : [`    always so: ${one.danger}`]),
    ...(one.place === undefined || one.place === drift[index + 1]?.place ? [] : [`    ${one.place}`]),
  ]);
  return [`${count} of ${resources} resources differ from run ${runId}:\n${lines.join('\n')}\n`, ...left].join('');
}
