import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RunView } from '../../domain/api/views.ts';
import type { ParsedConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import { ExitCode, toldCode, UserError } from '../../shared/errors.ts';
import type { Deployments } from '../deployments.ts';
import { onInterrupts } from '../interrupts.ts';
import { findSource, loadConfig } from '../load-config.ts';
import { connectionNotes } from '../open-deployments.ts';
import type { DeployOptions } from '../options.ts';
import { requireApprover, requireConsent } from '../prompts.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer } from '../render/renderer.ts';
import { logFileObserver } from '../render/run-files.ts';
import { planText } from '../render/text.ts';
import { runOptions } from '../run-options.ts';
import { settleApproval } from '../settle-approval.ts';
import { shellWords } from '../shell-words.ts';
import type { Terminal } from '../terminal.ts';
import { openWorkspace } from '../workspace.ts';
import type { RemoteClient } from './client.ts';
import { openRemote } from './open-remote.ts';
import { remoteDeployments } from './remote-deployments.ts';
import { uploadSource } from './upload-source.ts';

/** Lets a served app deploy what changed, with the output, questions and exit codes of a run on this machine. */
export async function deployRemotely(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  const parsed = await loadConfig(options.config);
  refuseLiterals(options, parsed);
  const effective = runOptions(options, parsed);
  if (!effective.dryRun) requireApprover(terminal, options, effective.autoApprove);
  const client = await openRemote(terminal, options);
  const deployments = remoteDeployments(client, options.environment, connectionNotes(terminal));
  if (options.resetState) {
    const question = `Forget everything ${client.url} knows of ${options.environment}? Resources on Azure stay as they are.`;
    await requireConsent(terminal, question, { autoApprove: effective.autoApprove, action: '--reset-state' });
  }
  for (const { path, message } of parsed.warnings) terminal.stderr.write(`⚠ ${path}: ${message}\n`);
  const { runId } = await start(terminal, client, options, parsed);
  return effective.dryRun
    ? await showPlan(terminal, options, deployments, runId)
    : await followToEnd(terminal, options, deployments, runId);
}

/** Lets a served app go back to an earlier release. */
export async function rollBackRemotely(
  terminal: Terminal,
  options: DeployOptions,
  to: string | undefined,
): Promise<ExitCode> {
  const { autoApprove, dryRun, environment } = options;
  if (!dryRun) requireApprover(terminal, options, autoApprove);
  const client = await openRemote(terminal, options);
  const deployments = remoteDeployments(client, environment, connectionNotes(terminal));
  const { runId } = await client.call('rollback', {
    path: { environment },
    headers: { 'idempotency-key': randomUUID() },
    body: { ...(to !== undefined && { to }), autoApprove, dryRun },
  });
  return dryRun
    ? await showPlan(terminal, options, deployments, runId)
    : await followToEnd(terminal, options, deployments, runId);
}

/** Nothing of a configuration with secret values is sent, not even to be refused. */
function refuseLiterals({ config }: DeployOptions, { literals }: ParsedConfig): void {
  if (literals.size === 0) return;
  throw new UserError(`${config} holds secret values, which are not sent: ${[...literals.keys()].join(', ')}.`, {
    code: 'secret_in_config',
    hint: 'Write env:NAME and set DRAFTGENIE_SECRET_NAME in the settings of the app, or write keyvault:NAME.',
  });
}

async function start(
  terminal: Terminal,
  client: RemoteClient,
  options: DeployOptions,
  parsed: ParsedConfig,
): Promise<RunView> {
  const directory = options.source ?? (await findSource(options.config, parsed.config));
  const source = await uploadSource(client, directory, parsed.config, (note) => terminal.stderr.write(`${note}\n`));
  const { dryRun, resume, autoApprove, verbose, forceStep, forceAll } = options;
  const { resetState, adopt, allowReplace, refresh } = options;
  return await client.call('startDeployment', {
    path: { environment: options.environment },
    query: {
      dryRun,
      resume,
      autoApprove,
      verbose,
      forceStep,
      forceAll,
      resetState,
      adopt,
      allowReplace,
      refresh,
      source,
    },
    // One per invocation: however often the request is repeated, it starts one run.
    headers: { 'content-type': 'application/yaml', 'idempotency-key': randomUUID() },
    body: await readFile(options.config, 'utf8'),
  });
}

async function showPlan(
  terminal: Terminal,
  options: DeployOptions,
  deployments: Deployments,
  runId: string,
): Promise<ExitCode> {
  let plan: Plan | undefined;
  for await (const event of deployments.events(runId, { follow: true })) if (event.type === 'plan') plan = event.plan;
  const { error } = await deployments.run(runId);
  if (error || !plan) {
    throw new UserError(error?.message ?? `The run ${runId} ended without a plan.`, {
      ...toldCode(error?.code ?? 'plan_missing', 'azure_failed'),
      exitCode: ExitCode.failed,
      hint: error?.hint,
    });
  }
  terminal.stdout.write(options.output === 'json' ? `${JSON.stringify({ type: 'plan', plan })}\n` : planText(plan));
  const hasChanges = plan.steps.some(({ action }) => action !== 'skip');
  return options.detailedExitcode && hasChanges ? ExitCode.changes : ExitCode.ok;
}

async function followToEnd(
  terminal: Terminal,
  options: DeployOptions,
  deployments: Deployments,
  runId: string,
): Promise<ExitCode> {
  const renderer = await createRenderer(options.output, terminal, options.verbose);
  const log = logFileObserver(openWorkspace(options.environment).logFile);
  const left = new AbortController();
  const over = new AbortController();
  const release = onInterrupts(
    () => void cancel(terminal, deployments, runId),
    () => left.abort(),
  );
  try {
    const asks = { terminal, renderer, deployments, runId, signal: AbortSignal.any([left.signal, over.signal]) };
    await followEvents(asks, left.signal, log);
  } catch (error) {
    const how = `Follow it: ${command(options, 'logs', runId, '--follow')}\n`;
    terminal.stderr.write(`Run ${runId} goes on. ${how}`);
    if (!left.signal.aborted) throw error;
    return ExitCode.interrupted;
  } finally {
    over.abort();
    release();
    renderer.close();
  }
  return await conclude(terminal, options, await deployments.run(runId));
}

interface Asks {
  readonly terminal: Terminal;
  readonly renderer: Renderer;
  readonly deployments: Deployments;
  readonly runId: string;
  readonly signal: AbortSignal;
}

async function followEvents(asks: Asks, left: AbortSignal, log: (event: RunEvent) => void): Promise<void> {
  const { deployments, renderer, runId } = asks;
  let plan: Plan | undefined;
  const follow = new AbortController();
  let failure: unknown;
  try {
    const signal = AbortSignal.any([left, follow.signal]);
    for await (const event of deployments.events(runId, { follow: true, signal })) {
      log(event);
      renderer.event(event);
      if (event.type === 'plan') plan = event.plan;
      if (event.type !== 'approval_requested') continue;
      // Events go on meanwhile: somebody else may decide.
      askForApproval(asks, plan, event.planDigest).catch((error: unknown) => {
        failure = error;
        follow.abort();
      });
    }
  } catch (error) {
    throw failure ?? error;
  }
}

async function askForApproval(asks: Asks, plan: Plan | undefined, planDigest: string): Promise<void> {
  const { terminal, renderer, deployments, runId, signal } = asks;
  const decided = async () => {
    const { decisions, finishedAt, cancelRequested } = await deployments.run(runId);
    const said = decisions.find((one) => one.planDigest === planDigest)?.decision;
    return said ?? (finishedAt !== null || cancelRequested ? ('cancel' as const) : undefined);
  };
  const settled = await settleApproval(terminal, renderer, plan, { decided }, signal);
  if (settled?.isMine && settled.answer !== 'cancel') {
    await deployments.decide(runId, { planDigest, decision: settled.answer });
  }
}

async function cancel(terminal: Terminal, deployments: Deployments, runId: string): Promise<void> {
  terminal.stderr.write('Nothing new is started; what runs is followed to its end. Ctrl+C again leaves at once.\n');
  await deployments.cancel(runId).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    if (error.code !== 'run_ended') terminal.stderr.write(`⚠ It could not be cancelled: ${error.message}\n`);
  });
}

function conclude(terminal: Terminal, options: DeployOptions, run: RunView): ExitCode {
  if (options.output !== 'json') {
    for (const [name, url] of Object.entries(run.addresses)) terminal.stdout.write(`${name}: ${url}\n`);
  }
  switch (run.status) {
    case 'succeeded':
      return ExitCode.ok;
    case 'rejected':
      return ExitCode.rejected;
    case 'cancelled':
      return ExitCode.cancelled;
    default:
      if (run.error && run.failed.length === 0) terminal.stderr.write(`✗ ${run.error.message}\n`);
      terminal.stderr.write(`Finished steps stay finished. Resume with: ${command(options, '--resume')}\n`);
      return ExitCode.failed;
  }
}

/** A command that goes on from here; the key is not part of it. */
function command(options: DeployOptions, ...words: readonly string[]): string {
  const { config, environment, remote = '' } = options;
  const isDeploy = words[0]?.startsWith('-');
  const all = ['draftgenie-deploy', ...(isDeploy ? ['--config', config] : []), ...words, '--remote', remote];
  if (environment !== 'default') all.push('--environment', environment);
  return shellWords(all);
}
