import type { ServicesView } from '../../domain/api/service-views.ts';
import type { EnvironmentView, RunView } from '../../domain/api/views.ts';
import { timeLeft } from '../../domain/expiry/duration.ts';
import { EXPIRY_HINT } from '../../domain/expiry/expiry.ts';
import { STEPS } from '../../domain/steps.ts';
import type { Deployments } from '../../runs/deployments.ts';
import { newestRun } from '../../runs/newest-run.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { runText, waitingLines } from '../../text/run-text.ts';
import { countOf, formatDuration } from '../../text/words.ts';
import { errorLine } from '../json/error-line.ts';
import type { Output } from '../json/outputs.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { leftBehindLines } from '../render/left-behind-text.ts';
import { servicesText } from '../render/services-text.ts';
import { type Terminal, widthOf } from '../terminal.ts';

type StatusOptions = CommonOptions & { readonly offline: boolean };

/**
 * What is deployed in the environment, who holds its lock, how the last run ended, and what Azure says of the services; or how one run
 * is doing. Where Azure does not answer, the rest is told all the same.
 */
export async function statusCommand(
  terminal: Terminal,
  options: StatusOptions,
  runId: string | undefined,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  if (runId !== undefined) {
    const run: RunView = await deployments.run(runId);
    if (options.output === 'json') writeOutput(terminal, 'run', { type: 'run', ...run });
    else terminal.stdout.write(runText(run));
    return ExitCode.ok;
  }
  const [view, last] = await Promise.all([deployments.show(), newestRun(deployments.runs)]);
  if (options.output === 'json') {
    const known = view ?? { environment: options.environment };
    const live = await servicesOf(deployments, options, view);
    writeOutput(terminal, 'status', { type: 'status', ...known, lastRun: last ?? null, ...live });
    return ExitCode.ok;
  }
  const lines = [`Environment ${options.environment} (state: ${deployments.location})`];
  lines.push(...(view ? stateLines(view) : ['Nothing was deployed yet.']), ...lockLines(view));
  lines.push(...driftCheckLines(view), ...expiryLines(view));
  lines.push(...leftBehindLines(view?.leftBehind ?? [], new Date()));
  if (last) lines.push(`Last run ${last.runId}: ${last.status}, ${formatDuration(last.durationInMs)}`);
  if (last?.finishedAt === null) lines.push(...waitingLines(await deployments.run(last.runId)));
  for (const [name, url] of Object.entries(view?.addresses ?? {})) lines.push(`  ${name}: ${url}`);
  terminal.stdout.write(`${lines.join('\n')}\n`);
  // After what is known already: Azure takes a while.
  const { live, liveError } = await servicesOf(deployments, options, view);
  const told = live ? servicesText(live, widthOf(terminal)) : liveError ? unreadLines(liveError) : [];
  for (const line of told) terminal.stdout.write(`${line}\n`);
  return ExitCode.ok;
}

interface Live {
  readonly live?: ServicesView | null;
  readonly liveError?: NonNullable<Output<'status'>['liveError']>;
}

/** What is wrong with asking Azure is part of the answer; a bug is none. */
async function servicesOf(
  deployments: Deployments,
  { offline }: StatusOptions,
  view: EnvironmentView | undefined,
): Promise<Live> {
  const isDeployed = view !== undefined && view.closed === null && view.resources.length > 0;
  if (offline || !isDeployed) return {};
  try {
    return { live: await deployments.services() };
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof Error && error.name === 'AzureError')) throw error;
    const { code, message, hint } = await errorLine(error, ExitCode.failed);
    return { live: null, liveError: { code, message, ...(hint !== undefined && { hint }) } };
  }
}

function unreadLines({ code, message, hint }: NonNullable<Live['liveError']>): readonly string[] {
  return [
    // What a sign-in says beyond its first line is what else was tried.
    `⚠ The services could not be looked at: ${message.split('\n')[0]} (${code})`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    '  All the rest is as the state says; without asking Azure: draftgenie-deploy status --offline',
  ];
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

const CHECK_ENDS: Readonly<Record<string, string>> = {
  clean: 'no drift',
  failed: 'failed',
  cancelled: 'cancelled',
  unsettled: 'a deployment did not come to its end, there is nothing to compare with',
};

function driftCheckLines(view: EnvironmentView | undefined): readonly string[] {
  if (!view?.driftCheck) return [];
  const { schedule, repair, next, last, differing, repairRunId, notRepaired } = view.driftCheck;
  const ended =
    last &&
    (CHECK_ENDS[last.outcome] ??
      (differing === 0 ? 'drift, before the last deployment' : `drift: ${countOf(differing, 'field')}`));
  const repairs = repairRunId === null ? '' : `; run ${repairRunId} repairs it`;
  return [
    `Drift is looked for${repair ? ' and repaired' : ''} by the app at ${schedule} (UTC)${next === null ? '' : `, next at ${next}`}`,
    ...(last ? [`  last at ${last.at} by run ${last.runId}: ${ended}${repairs}`] : []),
    ...(notRepaired === null ? [] : [`  not repaired: ${notRepaired}`]),
  ];
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
