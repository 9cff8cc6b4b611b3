import type { EnvironmentView, RunView } from '../../domain/api/views.ts';
import { timeLeft } from '../../domain/expiry/duration.ts';
import { EXPIRY_HINT } from '../../domain/expiry/expiry.ts';
import { STEPS } from '../../domain/steps.ts';
import type { Deployments } from '../../runs/deployments.ts';
import { ExitCode } from '../../shared/errors.ts';
import { runText, waitingLines } from '../../text/run-text.ts';
import { formatDuration } from '../../text/words.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { leftBehindLines } from '../render/left-behind-text.ts';
import type { Terminal } from '../terminal.ts';

/** What is deployed in the environment, who holds its lock, and how the last run ended; or how one run is doing. */
export async function statusCommand(
  terminal: Terminal,
  options: CommonOptions,
  runId: string | undefined,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  if (runId !== undefined) {
    const run: RunView = await deployments.run(runId);
    if (options.output === 'json') writeOutput(terminal, 'run', { type: 'run', ...run });
    else terminal.stdout.write(runText(run));
    return ExitCode.ok;
  }
  const [view, [last]] = await Promise.all([deployments.show(), deployments.runs(1)]);
  if (options.output === 'json') {
    const known = view ?? { environment: options.environment };
    writeOutput(terminal, 'status', { type: 'status', ...known, lastRun: last ?? null });
    return ExitCode.ok;
  }
  const lines = [`Environment ${options.environment} (state: ${deployments.location})`];
  lines.push(...(view ? stateLines(view) : ['Nothing was deployed yet.']), ...lockLines(view));
  lines.push(...expiryLines(view));
  lines.push(...leftBehindLines(view?.leftBehind ?? [], new Date()));
  if (last) lines.push(`Last run ${last.runId}: ${last.status}, ${formatDuration(last.durationInMs)}`);
  if (last?.finishedAt === null) lines.push(...waitingLines(await deployments.run(last.runId)));
  for (const [name, url] of Object.entries(view?.addresses ?? {})) lines.push(`  ${name}: ${url}`);
  terminal.stdout.write(`${lines.join('\n')}\n`);
  return ExitCode.ok;
}

function stateLines(view: EnvironmentView): readonly string[] {
  if (view.closed) {
    const kept = view.closed.keptData ? '; its data was kept' : '';
    return [`Deleted at ${view.closed.at} by run ${view.closed.runId}${kept}`];
  }
  const rows = STEPS.flatMap(({ name, number }) => {
    const step = view.steps.find((one) => one.step === name);
    const when = step ? `${step.at}${step.durationInMs ? `  ${formatDuration(step.durationInMs)}` : ''}` : '';
    const row = `  ${String(number).padStart(2)} ${name.padEnd(32)}${(step?.status ?? 'not run').padEnd(10)} ${when}`;
    return step?.status === 'failed' && step.error ? [row, `     ${step.error.code}: ${step.error.message}`] : [row];
  });
  return [`Resource group ${view.resourceGroup ?? '–'}, subscription ${view.subscriptionId ?? '–'}`, ...rows];
}

function expiryLines(view: EnvironmentView | undefined): readonly string[] {
  const made = view?.from ? [`Made from the overlay of ${view.from}`] : [];
  if (!view?.expires) return made;
  const { at, by, phase } = view.expires;
  const left = timeLeft(Date.parse(at) - Date.now());
  const when = phase === 'due' ? `Has expired at ${at}: the reaper deletes it` : `Expires at ${at}, in ${left}`;
  const line = `${phase === 'ahead' ? '' : '⚠ '}${when}, data included (set by ${by})`;
  return [...made, line, `  ${EXPIRY_HINT}`];
}

function lockLines(view: EnvironmentView | undefined): readonly string[] {
  const lock = view?.lock;
  const held = lock
    ? `Locked by run ${lock.runId} (${lock.holder}) since ${lock.acquiredAt}, at ${lock.step ?? 'its start'}`
    : 'Not locked';
  const waiting = (view?.queue ?? []).map(
    ({ runId, since }, index) => `  waiting ${index + 1}: ${runId} since ${since}`,
  );
  return [held, ...waiting];
}

/** The run that a command means when it names none: the newest. */
export async function newestRun(deployments: Deployments): Promise<string | undefined> {
  return (await deployments.runs(1))[0]?.runId;
}
