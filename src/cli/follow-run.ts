import type { RunView } from '../domain/api/views.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { decisionAbout } from '../runs/await-decision.ts';
import type { Deployments } from '../runs/deployments.ts';
import { ExitCode, UserError } from '../shared/errors.ts';
import { runWaits } from './console/run-waits.ts';
import { onInterrupts } from './interrupts.ts';
import { openWorkspace } from './local/workspace.ts';
import type { DeployOptions } from './options.ts';
import { createRenderer } from './render/create-renderer.ts';
import type { Renderer } from './render/renderer.ts';
import { logFileObserver } from './render/run-files.ts';
import { followCommand, resumeCommand } from './resume-command.ts';
import { settleApproval } from './settle-approval.ts';
import { stopWithReader, type Terminal } from './terminal.ts';

/** A run that was started, and what it takes to show it. */
export interface Followed {
  readonly terminal: Terminal;
  readonly options: DeployOptions;
  readonly deployments: Deployments;
  /** What counts of the options and of the configuration together. */
  readonly effective: { readonly autoApprove: boolean; readonly verbose: boolean };
  /** The words of the command line that ask for the same again. */
  readonly words: readonly string[];
  readonly runId: string;
  /** It was begun by an earlier command. */
  readonly resumed: boolean;
}

interface Shown extends Followed {
  readonly renderer: Renderer;
  /** Aborted when nobody waits for an answer any more. */
  readonly over: AbortSignal;
}

/**
 * Shows a run to its end: events on the screen and in the log file, its plan for approval, its result as an exit code.
 * Ctrl+C once cancels it; twice leaves it at once. Whoever closes the pipe that was read has seen enough: a run here is cancelled by that,
 * and one of an app is left.
 */
export async function followRun(followed: Followed): Promise<ExitCode> {
  const { terminal, options, deployments, effective, runId } = followed;
  const renderer = await createRenderer(options.output, terminal, effective.verbose);
  const left = new AbortController();
  const over = new AbortController();
  const release = onInterrupts(
    () => void cancel(followed, left.signal),
    () => left.abort(),
  );
  const { signal: unread } = stopWithReader(terminal);
  const stop = (): void => (deployments.drivesRuns ? void cancel(followed, left.signal) : left.abort());
  if (unread.aborted) stop();
  unread.addEventListener('abort', stop, { once: true });
  try {
    await showEvents({ ...followed, renderer, over: AbortSignal.any([left.signal, over.signal]) }, left.signal);
  } catch (error) {
    if (!left.signal.aborted) {
      if (!deployments.drivesRuns) tellGoesOn(followed);
      throw error;
    }
    await deployments.leave(runId);
    if (deployments.drivesRuns) tellParked(followed);
    else tellGoesOn(followed);
    return ExitCode.interrupted;
  } finally {
    over.abort();
    unread.removeEventListener('abort', stop);
    release();
    renderer.close();
  }
  return conclude(followed, await deployments.run(runId));
}

function tellParked({ terminal, options, words, runId }: Followed): void {
  terminal.stderr.write(`Run ${runId} is parked. Go on with it: ${resumeCommand(options, words)}\n`);
}

function tellGoesOn({ terminal, runId }: Followed): void {
  terminal.stderr.write(`Run ${runId} goes on. Follow it: ${followCommand(runId)}\n`);
}

async function showEvents(shown: Shown, left: AbortSignal): Promise<void> {
  const { terminal, deployments, renderer, runId } = shown;
  const log = logFileObserver(openWorkspace(deployments.environment).logFile);
  const before = await eventsBefore(shown);
  let plan: Plan | undefined;
  const tellWait = runWaits(terminal);
  const show = (event: RunEvent): void => {
    renderer.event(event);
    tellWait(event);
    if (event.type === 'plan') plan = event.plan;
  };
  const broken = new AbortController();
  let failure: unknown;
  // Events go on meanwhile: somebody else may decide.
  const ask = (planDigest: string): void =>
    void askForApproval(shown, plan, planDigest).catch((error: unknown) => {
      failure = error;
      broken.abort();
    });
  for (const event of before) show(event);
  const pending = before.findLast(({ type }) =>
    ['approval_requested', 'step_started', 'removal_started'].includes(type),
  );
  if (pending?.type === 'approval_requested') ask(pending.planDigest);
  const seen = new Set(before.map(({ id }) => id));
  try {
    const signal = AbortSignal.any([left, broken.signal]);
    for await (const event of deployments.events(runId, { follow: true, signal })) {
      if (seen.has(event.id)) continue;
      log(event);
      show(event);
      if (event.type === 'approval_requested') ask(event.planDigest);
    }
  } catch (error) {
    throw failure ?? error;
  } finally {
    tellWait.stop();
  }
}

/** What a resumed run did before; the log file has it already. What it waited for it still waits for. */
async function eventsBefore({ deployments, runId, resumed }: Shown): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  if (resumed) for await (const event of deployments.events(runId, { follow: false })) events.push(event);
  return events;
}

async function askForApproval(shown: Shown, plan: Plan | undefined, planDigest: string): Promise<void> {
  const { terminal, options, effective, deployments, runId, over } = shown;
  const decided = async () => decisionAbout(planDigest, await deployments.run(runId));
  const settled = effective.autoApprove
    ? { answer: 'approve' as const, isMine: true, ...(options.acceptCost && { acceptCost: true as const }) }
    : await settleApproval(terminal, plan, { decided }, over);
  if (settled?.isMine && settled.answer !== 'cancel') {
    const { answer: decision, isMine: _, ...given } = settled;
    await deployments.decide(runId, { planDigest, decision, ...given });
  }
}

/** Starts nothing new: the run ends by itself when what runs has ended. */
async function cancel({ terminal, deployments, runId }: Followed, left: AbortSignal): Promise<void> {
  terminal.stderr.write('Nothing new is started; what runs is followed to its end. Ctrl+C again leaves at once.\n');
  await deployments.cancel(runId).catch((error: unknown) => {
    // Whoever leaves at once takes away what was to carry this out; the run is parked.
    if (left.aborted) return;
    if (!(error instanceof UserError)) throw error;
    if (error.code !== 'run_ended') terminal.stderr.write(`⚠ It could not be cancelled: ${error.message}\n`);
  });
}

function conclude({ terminal, options, words, deployments }: Followed, run: RunView): ExitCode {
  if (options.output !== 'json') {
    const addresses = Object.entries(run.addresses).map(([name, url]) => `${name}: ${url}`);
    // A run that did nothing is told in few lines.
    const between = run.executed.length === 0 && run.failed.length === 0 ? ', ' : '\n';
    if (addresses.length > 0) terminal.stdout.write(`${addresses.join(between)}\n`);
  }
  switch (run.status) {
    case 'succeeded':
      return ExitCode.ok;
    case 'rejected':
      return ExitCode.rejected;
    case 'cancelled':
      terminal.stderr.write(`Go on with it: ${resumeCommand(options, words)}\n`);
      return ExitCode.cancelled;
    default:
      // Of a run here that failed before its steps a line of its log has told.
      if (run.error && run.failed.length === 0 && !deployments.drivesRuns) {
        terminal.stderr.write(`✗ ${run.error.message}\n`);
      }
      terminal.stderr.write(
        `Finished steps stay finished. Resume with: ${resumeCommand(options, [...words, ...lacking(run)])}\n`,
      );
      return ExitCode.failed;
  }
}

/** What the command has to say besides, or the run fails again. */
function lacking({ error, environment }: RunView): readonly string[] {
  return error?.code === 'confirmation_missing' ? ['--confirm', environment] : [];
}
