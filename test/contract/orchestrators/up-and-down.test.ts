import * as df from 'durable-functions';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { APPROVAL_EVENT, FunctionName } from '../../../src/domain/function-names.ts';
import type { OpenAnswer, StepAnswer } from '../../../src/domain/run.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import { deploy } from '../../../src/orchestrators/deploy.ts';
import { runRemoval } from '../../../src/orchestrators/run-removal.ts';
import { runSchedule } from '../../../src/orchestrators/run-schedule.ts';
import { runStep } from '../../../src/orchestrators/run-step.ts';
import { type EmbeddedHost, openHost } from '../../../src/runtime/host.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';

const DIGEST = 'a'.repeat(64);
const id = (phase: string): string => `${phase}-01JD0000000000000000000001`;
/** What was called, by environment, which says in which phase its run is to stand. */
const calls: string[] = [];
let finishStep: () => void = () => undefined;
let worker: FunctionsWorker;

interface Input {
  readonly environment: string;
  readonly approvedDigest?: string;
  readonly step?: string;
}

/** Asks for an approval, or is queued, and then lets the schedule begin. */
async function opening({ environment, approvedDigest }: Input): Promise<OpenAnswer> {
  calls.push(`${environment} open`);
  const isFirst = calls.filter((call) => call === `${environment} open`).length === 1;
  if (environment === 'queued' && isFirst) return { kind: 'queued', retryAfterInSeconds: 1 };
  if (environment === 'approval' && approvedDigest === undefined)
    return { kind: 'approval', planDigest: DIGEST, timeoutInSeconds: 3600 };
  return { kind: 'run' };
}

async function performing({ environment, step }: Input): Promise<StepAnswer> {
  calls.push(`${environment} ${step}`);
  if (environment === 'busy' && step === STEP_NAMES[0]) await new Promise<void>((resolve) => (finishStep = resolve));
  return { kind: 'completed' };
}

beforeAll(async () => {
  worker = await loadFunctions(() => {
    const orchestrations = { deploy, run_schedule: runSchedule, run_step: runStep, run_removal: runRemoval };
    for (const [name, handler] of Object.entries(orchestrations)) df.app.orchestration(name, handler);
    df.app.activity(FunctionName.openRun, { handler: opening });
    df.app.activity(FunctionName.closeRun, { handler: async () => ({ kind: 'closed' }) });
    for (const name of STEP_NAMES) df.app.activity(name, { handler: performing });
  });
});

async function host(directory: string, defaultVersion: string): Promise<EmbeddedHost> {
  const opened = await openHost({ directory, worker, defaultVersion, versionMatchStrategy: 'CurrentOrOlder' });
  onTestFinished(() => opened.stop({ graceInMs: 0 }).catch(() => undefined));
  opened.start();
  return opened;
}

it('an older build finishes activities of newer runs, takes no turn of them, and leaves them to the newer build', async () => {
  const directory = await tempDirectory();
  const newer = await host(directory, '1.2');
  const phases = ['approval', 'queued', 'busy'];
  for (const phase of phases)
    await newer.startNew(FunctionName.deploy, {
      instanceId: id(phase),
      input: { environment: phase, runId: id(phase) },
    });
  await until(
    () => phases.every((phase) => calls.includes(`${phase} open`)) && calls.includes(`busy ${STEP_NAMES[0]}`),
  );
  await newer.stop({ graceInMs: 0 });

  calls.length = 0;
  const older = await host(directory, '1.1');
  await older.raiseEvent(id('approval'), APPROVAL_EVENT, { planDigest: DIGEST, decision: 'approve', by: 'ada' });
  await until(() => calls.includes(`busy ${STEP_NAMES[0]}`));
  finishStep();
  // What is started here goes its way; by then the others would have moved, too.
  const own = { environment: 'own', runId: id('own') };
  await older.startNew(FunctionName.deploy, { instanceId: id('own'), input: own });
  expect(await older.completion(id('own'))).toMatchObject({ runtimeStatus: 'Completed' });
  expect(calls.filter((call) => !call.startsWith('own'))).toEqual([`busy ${STEP_NAMES[0]}`]);
  expect(phases.map((phase) => older.status(id(phase))?.runtimeStatus)).toEqual(['Running', 'Running', 'Running']);
  await older.stop({ graceInMs: 0 });

  const again = await host(directory, '1.2');
  for (const phase of phases) {
    expect(await again.completion(id(phase)), phase).toMatchObject({
      runtimeStatus: 'Completed',
      output: { outcome: 'succeeded' },
    });
  }
});
