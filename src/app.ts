import { app as functions } from '@azure/functions';
import type { ActivityHandler, OrchestrationHandler } from 'durable-functions';
import * as df from 'durable-functions';
import { closeRun } from './activities/close-run.ts';
import { openRun } from './activities/open-run.ts';
import { performStep } from './activities/perform-step.ts';
import type { Services } from './activities/services.ts';
import { createSteps } from './activities/steps.ts';
import { FunctionName } from './domain/function-names.ts';
import { deploy } from './orchestrators/deploy.ts';
import { runSchedule } from './orchestrators/run-schedule.ts';
import { runStep } from './orchestrators/run-step.ts';
import type { Triggers } from './triggers/triggers.ts';

/** Every function of the product, by its registered name. */
export interface App {
  readonly orchestrations: Readonly<Record<string, OrchestrationHandler>>;
  readonly activities: Readonly<Record<string, ActivityHandler>>;
  /** Absent where runs are started by the process itself. */
  readonly triggers?: Triggers;
}

/** The registry of functions as data; `registerApp` hands it to whichever host is there. */
export function createApp(services: Services, triggers?: Triggers): App {
  const steps = createSteps();
  return {
    orchestrations: {
      [FunctionName.deploy]: deploy,
      [FunctionName.runSchedule]: runSchedule,
      [FunctionName.runStep]: runStep,
    },
    activities: {
      [FunctionName.openRun]: openRun(services, steps),
      [FunctionName.closeRun]: closeRun(services),
      ...Object.fromEntries(steps.map((step) => [step.name, performStep(services, step)])),
    },
    ...(triggers && { triggers }),
  };
}

/** Registers the functions with the Functions host of this process; it must be supplied already (func, Azure, runtime/). */
export function registerApp(app: App): void {
  // Bodies stream in both directions: events are followed, and no request is held in memory before its handler looks at it.
  if (app.triggers) functions.setup({ enableHttpStream: true });
  for (const [name, handler] of Object.entries(app.orchestrations)) df.app.orchestration(name, handler);
  for (const [name, handler] of Object.entries(app.activities)) df.app.activity(name, { handler });
  const { http = {}, blob = {}, timer = {} } = app.triggers ?? {};
  for (const [name, options] of Object.entries(http)) functions.http(name, options);
  for (const [name, options] of Object.entries(blob)) functions.storageBlob(name, options);
  for (const [name, options] of Object.entries(timer)) functions.timer(name, options);
}
