import { STEPS } from '../../domain/steps.ts';
import { ExitCode } from '../../shared/errors.ts';
import { openStoresForReading } from '../local-stores.ts';
import type { CommonOptions } from '../options.ts';
import { formatDuration } from '../render/text.ts';
import type { Terminal } from '../terminal.ts';

/** What is deployed in the environment, who holds its lock, and how the last run ended. */
export async function statusCommand(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  const { state: store, runs } = await openStoresForReading(options);
  const { value: state, etag } = await store.read();
  const [last] = await runs.runs({ limit: 1 });
  if (options.output === 'json') {
    terminal.stdout.write(
      `${JSON.stringify({ type: 'status', environment: options.environment, state, lastRun: last ?? null })}\n`,
    );
    return ExitCode.ok;
  }
  const lines = [`Environment ${options.environment} (state: ${store.location})`];
  if (etag === null) lines.push('Nothing was deployed yet.');
  else {
    lines.push(`Resource group ${state.resource_group ?? '–'}, subscription ${state.subscription_id ?? '–'}`);
    for (const { name, number } of STEPS) {
      const step = state.steps[name];
      const when = step
        ? `${step.timestamp}${step.duration_in_ms ? `  ${formatDuration(step.duration_in_ms)}` : ''}`
        : '';
      lines.push(`  ${String(number).padStart(2)} ${name.padEnd(32)}${(step?.status ?? 'not run').padEnd(10)} ${when}`);
      if (step?.status === 'failed' && step.error) lines.push(`     ${step.error.code}: ${step.error.message}`);
    }
  }
  const { lock } = state;
  lines.push(
    lock
      ? `Locked by run ${lock.runId} (${lock.holder}) since ${lock.acquiredAt}, at ${lock.step ?? 'its start'}`
      : 'Not locked',
  );
  if (last) lines.push(`Last run ${last.runId}: ${last.status}, ${formatDuration(last.durationInMs)}`);
  for (const [name, url] of Object.entries(last?.addresses ?? {})) lines.push(`  ${name}: ${url}`);
  terminal.stdout.write(`${lines.join('\n')}\n`);
  return ExitCode.ok;
}
