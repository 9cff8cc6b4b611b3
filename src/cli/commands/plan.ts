import { createSteps } from '../../activities/activities.ts';
import type { ParsedConfig } from '../../domain/config/model.ts';
import { planRun } from '../../planning/plan-run.ts';
import { ExitCode } from '../../shared/errors.ts';
import { loadConfig } from '../load-config.ts';
import { openLocalStack } from '../local-stack.ts';
import { openLocalStores } from '../local-stores.ts';
import type { DeployOptions } from '../options.ts';
import { deploymentOrder, type Order } from '../order.ts';
import { planText } from '../render/text.ts';
import { runOptions } from '../run-options.ts';
import type { Terminal } from '../terminal.ts';

/** Shows what a deployment would do, and why. */
export async function planCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  if (options.remote !== undefined)
    return await (await import('../remote/deploy.ts')).deployRemotely(terminal, { ...options, dryRun: true });
  const parsed = await loadConfig(options.config);
  return await printPlan(terminal, options, parsed, deploymentOrder(options, parsed));
}

/** Makes a plan without taking the lock and without writing anything, here or on Azure. */
export async function printPlan(
  terminal: Terminal,
  options: DeployOptions,
  parsed: ParsedConfig,
  order: Order,
): Promise<ExitCode> {
  const stores = await openLocalStores(options, parsed);
  const { value: state, warnings } = await stores.state.read();
  const prepared = await order.prepare(stores);
  const stack = openLocalStack(options, parsed, stores, () => undefined);
  try {
    const notes = [...parsed.warnings.map(({ path, message }) => `${path}: ${message}`), ...warnings, ...stack.notes];
    for (const note of notes) terminal.stderr.write(`⚠ ${note}\n`);
    const plan = await planRun(stack.services, createSteps(), {
      environment: options.environment,
      config: prepared.config,
      options: { ...runOptions(options, parsed), ...prepared.options },
      source: prepared.source,
      rollback: prepared.rollback,
      state,
    });
    const text = options.output === 'json' ? `${JSON.stringify({ type: 'plan', plan })}\n` : planText(plan);
    terminal.stdout.write(text);
    const hasChanges = plan.steps.some(({ action }) => action !== 'skip');
    return options.detailedExitcode && hasChanges ? ExitCode.changes : ExitCode.ok;
  } finally {
    await stack.close();
  }
}
