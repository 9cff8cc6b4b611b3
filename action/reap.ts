import type { EnvironmentView } from '../src/domain/api/views.ts';
import type { App } from './app.ts';
import { conclude } from './conclude.ts';
import { startDestroy } from './destroy.ts';
import { type Inputs, StepFailure } from './inputs.ts';
import type { Step } from './step.ts';
import { type Ending, endingSummary } from './summary.ts';

/**
 * Deletes what has expired, as the app does by itself; a job that runs this turns red where that does not succeed. Environments
 * without an end are left alone, by the app, whatever is asked of it.
 */
export async function reap(step: Step, { waits }: Inputs): Promise<void> {
  const ending = await endingEnvironments(step.app);
  step.runner.summary(endingSummary(ending));
  const failed: string[] = [];
  for (const { environment, expires } of ending) {
    step.runner.log(`${environment} expires at ${expires.at} (${expires.phase})`);
    if (expires.phase !== 'due') continue;
    const run = await startDestroy(step, environment, { expired: true, onBusy: 'wait' });
    const told = { title: `Deletion of ${environment}`, waits };
    await (run && conclude(step, run, told))?.catch((error: unknown) => {
      if (!(error instanceof StepFailure)) throw error;
      step.runner.error(error.message);
      failed.push(environment);
    });
  }
  if (failed.length > 0) throw new StepFailure(`Not deleted: ${failed.join(', ')}.`, 'run-failed');
}

async function endingEnvironments(app: App): Promise<readonly Ending[]> {
  const { environments } = (await (await app.send('GET', '/api/environments')).json()) as { environments: string[] };
  const found: Ending[] = [];
  for (const name of environments) {
    const answer = await app.send('GET', `/api/environments/${encodeURIComponent(name)}`);
    const view = (await answer.json()) as EnvironmentView;
    if (view.expires) found.push({ ...view, expires: view.expires });
  }
  return found;
}
