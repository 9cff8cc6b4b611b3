import type { ParsedConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import { APPROVAL_EVENT } from '../../domain/function-names.ts';
import type { Approval } from '../../domain/run.ts';
import type { EmbeddedHost } from '../../runtime/host.ts';
import { ExitCode } from '../../shared/errors.ts';
import { resetState } from '../../state/reset.ts';
import { openEngine, requireFreeEngine } from '../engine.ts';
import { onInterrupts } from '../interrupts.ts';
import { loadConfig } from '../load-config.ts';
import { localDeployments } from '../local-deployments.ts';
import { type LocalStack, openLocalStack } from '../local-stack.ts';
import { type LocalStores, openLocalStores } from '../local-stores.ts';
import type { DeployOptions } from '../options.ts';
import { deploymentOrder, type Order } from '../order.ts';
import { requireApprover, requireConsent } from '../prompts.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer } from '../render/renderer.ts';
import { logFileObserver, writeSummaryFile } from '../render/run-files.ts';
import { runOptions } from '../run-options.ts';
import { settleApproval } from '../settle-approval.ts';
import { shellWords } from '../shell-words.ts';
import { hasUnfinishedRun, parkRun, startRun } from '../start-run.ts';
import type { Terminal } from '../terminal.ts';
import { printPlan } from './plan.ts';

/** Deploys what changed. Everything that can be wrong with the request is found before anything is written. */
export async function deployCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  if (options.remote !== undefined)
    return await (await import('../remote/deploy.ts')).deployRemotely(terminal, options);
  const parsed = await loadConfig(options.config);
  return await carryOut(terminal, options, parsed, deploymentOrder(options, parsed));
}

/** A run of whatever was ordered, on this machine, to its end. */
export async function carryOut(
  terminal: Terminal,
  options: DeployOptions,
  parsed: ParsedConfig,
  order: Order,
): Promise<ExitCode> {
  const effective = runOptions(options, parsed);
  if (effective.dryRun) return await printPlan(terminal, options, parsed, order);
  requireApprover(terminal, options, effective.autoApprove);
  const stores = await openLocalStores(options, parsed);
  await requireFreeEngine(stores);
  await prepareState(terminal, options, stores, effective.autoApprove);
  const renderer = await createRenderer(options.output, terminal, effective.verbose);
  const log = logFileObserver(stores.workspace.logFile);
  const watch = new Watch(renderer, log);
  const stack = openLocalStack(options, parsed, stores, (event) => watch.event(event));
  try {
    for (const note of [...parsed.warnings.map(({ path, message }) => `${path}: ${message}`), ...stack.notes]) {
      terminal.stderr.write(`⚠ ${note}\n`);
    }
    const host = await openEngine(stack.services, stores);
    try {
      await stack.connected;
      return await follow({ terminal, options, parsed, order, stores, stack, host, watch, effective });
    } finally {
      await host.stop({ graceInMs: 0 });
    }
  } finally {
    renderer.close();
    await stack.close();
  }
}

async function prepareState(
  terminal: Terminal,
  options: DeployOptions,
  stores: LocalStores,
  autoApprove: boolean,
): Promise<void> {
  if (options.resetState) {
    const question = `Forget everything the state ${stores.state.location} knows? Resources on Azure stay as they are.`;
    await requireConsent(terminal, question, { autoApprove, action: '--reset-state' });
    const copy = await resetState(stores.state);
    if (copy) terminal.stderr.write(`The state was reset; a copy is ${copy}\n`);
  }
  await stores.state.checkWritable();
  const { warnings } = await stores.state.read();
  for (const warning of warnings) terminal.stderr.write(`⚠ ${warning}\n`);
}

interface Follow {
  readonly terminal: Terminal;
  readonly options: DeployOptions;
  readonly parsed: ParsedConfig;
  readonly order: Order;
  readonly stores: LocalStores;
  readonly stack: LocalStack;
  readonly host: EmbeddedHost;
  readonly watch: Watch;
  readonly effective: ReturnType<typeof runOptions>;
}

async function follow(context: Follow): Promise<ExitCode> {
  const { terminal, options, order, stores, stack, host, watch, effective } = context;
  const { services } = stack;
  const prepared = await order.prepare(stores);
  if (effective.resume && !(await hasUnfinishedRun(services, stores.environment))) {
    terminal.stderr.write('There is nothing to resume; this is a normal run.\n');
  }
  const { runId, resumed, tookOver } = await startRun(services, host, {
    environment: stores.environment,
    configDigest: await stores.runs.putConfig(prepared.config),
    options: { ...effective, ...prepared.options },
    source: prepared.source,
  });
  if (tookOver && tookOver.runId !== runId) {
    const stoppedAt = tookOver.step ?? 'its start';
    terminal.stderr.write(
      `Took over from run ${tookOver.runId} (${tookOver.holder}), which stopped at ${stoppedAt}.\n`,
    );
  }
  const parked = new AbortController();
  const over = new AbortController();
  const away = AbortSignal.any([parked.signal, over.signal]);
  const failure = new Promise<never>((_, reject) => {
    watch.onApproval = (planDigest) => void approve(context, runId, planDigest, away).catch(reject);
  });
  failure.catch(() => undefined);
  const release = onInterrupts(
    () => void cancelRun(context, runId),
    () => parked.abort(),
  );
  try {
    if (resumed) await watch.catchUp(stores, runId);
    host.start();
    await Promise.race([host.completion(runId, parked.signal), failure]);
  } catch (error) {
    if (!parked.signal.aborted) throw error;
    await parkRun(services, stores.environment, runId);
    terminal.stderr.write(`Run ${runId} is parked. Go on with it: ${resumeCommand(options, order)}\n`);
    return ExitCode.interrupted;
  } finally {
    over.abort();
    release();
  }
  return await conclude(context, runId);
}

/** Starts nothing new: the run ends by itself when what runs has ended. */
async function cancelRun({ terminal, stores, host }: Follow, runId: string): Promise<void> {
  terminal.stderr.write('Nothing new is started; what runs is followed to its end. Ctrl+C again leaves at once.\n');
  await stores.runs.requestCancel(runId, stores.workspace.holder);
  const decision: Approval = { planDigest: '', decision: 'cancel', by: stores.workspace.holder };
  await host.raiseEvent(runId, APPROVAL_EVENT, decision);
}

async function approve(context: Follow, runId: string, planDigest: string, signal: AbortSignal): Promise<void> {
  const { terminal, stores, host, watch, effective } = context;
  const deployments = localDeployments(stores);
  const decided = async () => {
    const { decisions, cancelRequested } = await deployments.run(runId);
    const said = decisions.find((one) => one.planDigest === planDigest)?.decision;
    return said ?? (cancelRequested ? ('cancel' as const) : undefined);
  };
  const settled = effective.autoApprove
    ? { answer: 'approve' as const, isMine: true }
    : await settleApproval(terminal, watch.renderer, watch.plan, { decided }, signal);
  if (!settled) return;
  const { answer, isMine } = settled;
  if (isMine && answer !== 'cancel') await deployments.decide(runId, { planDigest, decision: answer });
  const decision: Approval = { planDigest, decision: answer, by: stores.workspace.holder };
  await host.raiseEvent(runId, APPROVAL_EVENT, decision);
}

async function conclude({ terminal, options, parsed, order, stores }: Follow, runId: string): Promise<ExitCode> {
  const summary = await stores.runs.summary(runId);
  if (!summary?.finishedAt) throw new Error(`the run ${runId} ended without a summary`);
  await writeSummaryFile(stores.workspace.summaryFile, parsed.config, (await stores.state.read()).value, summary);
  if (options.output !== 'json') {
    for (const [name, url] of Object.entries(summary.addresses)) terminal.stdout.write(`${name}: ${url}\n`);
  }
  switch (summary.status) {
    case 'succeeded':
      return ExitCode.ok;
    case 'rejected':
      return ExitCode.rejected;
    case 'cancelled':
      terminal.stderr.write(`Go on with it: ${resumeCommand(options, order)}\n`);
      return ExitCode.cancelled;
    default:
      terminal.stderr.write(`Finished steps stay finished. Resume with: ${resumeCommand(options, order)}\n`);
      return ExitCode.failed;
  }
}

/** The exact command that goes on with the run. */
function resumeCommand(options: DeployOptions, order: Order): string {
  const words = [...order.words, '--config', options.config];
  if (order.words.length === 1) words.push('--resume');
  if (options.environment !== 'default') words.push('--environment', options.environment);
  if (options.simulate) words.push('--simulate');
  if (options.source) words.push('--source', options.source);
  if (options.autoApprove) words.push('--auto-approve');
  return shellWords(words);
}

/** Passes events to the screen and the log file, and remembers what a question needs. */
class Watch {
  readonly renderer: Renderer;
  plan: Extract<RunEvent, { type: 'plan' }>['plan'] | undefined;
  onApproval: ((planDigest: string) => void) | undefined;
  readonly #log: (event: RunEvent) => void;

  constructor(renderer: Renderer, log: (event: RunEvent) => void) {
    this.renderer = renderer;
    this.#log = log;
  }

  event(event: RunEvent): void {
    this.#log(event);
    this.show(event);
    if (event.type === 'approval_requested') this.onApproval?.(event.planDigest);
  }

  /** Shows what a resumed run did before; the log file has it already. What it waited for it still waits for. */
  async catchUp({ runs }: LocalStores, runId: string): Promise<void> {
    const { events } = await runs.events(runId);
    for (const event of events) this.show(event);
    const asked = events.findLast(({ type }) => type === 'approval_requested' || type === 'step_started');
    if (asked?.type === 'approval_requested') this.onApproval?.(asked.planDigest);
  }

  private show(event: RunEvent): void {
    this.renderer.event(event);
    if (event.type === 'plan') this.plan = event.plan;
  }
}
