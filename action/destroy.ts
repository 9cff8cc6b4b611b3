import { randomUUID } from 'node:crypto';
import type { RunView } from '../src/domain/api/views.ts';
import { Refusal } from './app.ts';
import { conclude } from './conclude.ts';
import { type Inputs, StepFailure } from './inputs.ts';
import type { Step } from './step.ts';

/** Deletes the environment with its data. The workflow names it, and so confirms it; one of which there is nothing is no failure. */
export async function destroy(step: Step, { environment, query, waits }: Inputs): Promise<void> {
  const options = [...query].map(([name, value]) => [name, value === 'true' || (value === 'false' ? false : value)]);
  const asked = { onBusy: 'wait', ...Object.fromEntries(options), confirm: environment };
  const run = await startDestroy(step, environment, asked);
  if (run) return await conclude(step, run, { title: `Deletion of ${environment}`, waits });
  step.runner.notice(`Nothing is deployed to ${environment}.`);
  step.runner.output('status', 'succeeded');
  step.runner.output('changed', 'false');
}

/** Answers that say that there is nothing to delete. */
const NOTHING_TO_DO: readonly unknown[] = ['nothing_deployed', 'not_expired'];

/** @returns undefined: there is nothing to delete */
export async function startDestroy(
  { app }: Step,
  environment: string,
  asked: Readonly<Record<string, unknown>>,
): Promise<RunView | undefined> {
  const path = `/api/environments/${encodeURIComponent(environment)}/destroy`;
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  try {
    const answer = await app.send('POST', path, { body: JSON.stringify(asked), headers, isRepeatable: true });
    return (await answer.json()) as RunView;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, problem } = error;
    if (NOTHING_TO_DO.includes(problem?.code)) return undefined;
    if (status === 409 && problem?.lock !== undefined) throw new StepFailure(error.message, 'locked');
    throw status === 400 ? new StepFailure(error.message, 'config-invalid') : error;
  }
}
