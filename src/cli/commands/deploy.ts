import type { ParsedConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import { APPROVAL_EVENT } from '../../domain/function-names.ts';
import type { Approval } from '../../domain/run.ts';
import type { EmbeddedHost } from '../../runtime/host.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { resetState } from '../../state/reset.ts';
import { openEngine, requireFreeEngine } from '../engine.ts';
import { onInterrupts } from '../interrupts.ts';
import { loadConfig } from '../load-config.ts';
import { type LocalStack, openLocalStack } from '../local-stack.ts';
import { type LocalStores, openLocalStores } from '../local-stores.ts';
import type { DeployOptions } from '../options.ts';
import { deploymentOrder, type Order } from '../order.ts';
import { confirm, requireConsent } from '../prompts.ts';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import { logFileObserver, writeSummaryFile } from '../render/run-files.ts';
import { planText } from '../render/text.ts';
import { runOptions } from '../run-options.ts';
import { hasUnfinishedRun, parkRun, startRun } from '../start-run.ts';
import type { Terminal } from '../terminal.ts';
import { printPlan } from './plan.ts';

/** Deploys what changed. Everything that can be wrong with the request is found before anything is written. */
export async function deployCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
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
  const asks = !effective.autoApprove;
  if (effective.dryRun) return await printPlan(terminal, options, parsed, order);
  if (asks && (!terminal.interactive || options.output === 'json')) {
    throw new UserError('A deployment asks for approval of its plan, and there is no terminal to ask on.', {
      code: 'no_terminal',
      hint: 'Add --auto-approve, or look first with: draftgenie-deploy plan',
    });
  }
  const stores = await openLocalStores(options, parsed);
  await requireFreeEngine(stores);
  await prepareState(terminal, options, stores, effective.autoApprove);
  const renderer = createRenderer(options.output, terminal, effective.verbose);
  const log = logFileObserver(stores.workspace.logFile);
  const watch = new Watch(renderer, log);
  const stack = await openLocalStack(options, parsed, stores, (event) => watch.event(event));
  try {
    for (const note of [...parsed.warnings.map(({ path, message }) => `${path}: ${message}`), ...stack.notes]) {
      terminal.stderr.write(`⚠ ${note}\n`);
    }
    const host = await openEngine(stack.services, stores);
    try {
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
  if (resumed) await watch.catchUp(stores, runId);
  const parked = new AbortController();
  const release = onInterrupts(
    () => void cancelRun(context, runId),
    () => parked.abort(),
  );
  watch.onApproval = (planDigest) => void approve(context, runId, planDigest, parked.signal);
  try {
    host.start();
    await host.completion(runId, parked.signal);
  } catch (error) {
    if (!parked.signal.aborted) throw error;
    await parkRun(services, stores.environment, runId);
    terminal.stderr.write(`Run ${runId} is parked. Go on with it: ${resumeCommand(options, order)}\n`);
    return ExitCode.interrupted;
  } finally {
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
  const { terminal, stores, host, watch } = context;
  watch.renderer.pause();
  if (watch.plan) terminal.stdout.write(planText(watch.plan));
  const agreed = await confirm(terminal, 'Apply this plan?', signal);
  if (signal.aborted) return;
  const decision: Approval = { planDigest, decision: agreed ? 'approve' : 'reject', by: stores.workspace.holder };
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
  return words.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
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
  }

  /** Shows what a resumed run did before; the log file has it already. */
  async catchUp({ runs }: LocalStores, runId: string): Promise<void> {
    const { events } = await runs.events(runId);
    for (const event of events) this.show(event);
  }

  private show(event: RunEvent): void {
    this.renderer.event(event);
    if (event.type === 'plan') this.plan = event.plan;
    if (event.type === 'approval_requested') this.onApproval?.(event.planDigest);
  }
}
