import { app as functions } from '@azure/functions';
import type { ActivityHandler, OrchestrationHandler } from 'durable-functions';
import * as df from 'durable-functions';
import type { ActivityName } from './activities/activities.ts';
import { FunctionName } from './domain/function-names.ts';
import { STEP_NAMES } from './domain/steps.ts';
import type { Services } from './engine/services.ts';
import { deploy } from './orchestrators/deploy.ts';
import { runRemoval } from './orchestrators/run-removal.ts';
import { runSchedule } from './orchestrators/run-schedule.ts';
import { runStep } from './orchestrators/run-step.ts';
import { withLoopbackDirect } from './outbound/loopback.ts';
import { once } from './shared/once.ts';
import type { Triggers } from './triggers/triggers.ts';

/** Every function of the product, by its registered name. */
export interface App {
  readonly orchestrations: Readonly<Record<string, OrchestrationHandler>>;
  readonly activities: Readonly<Record<string, ActivityHandler>>;
  /** Absent where runs are started by the process itself. */
  readonly triggers?: Triggers;
}

const ACTIVITIES: readonly ActivityName[] = [
  FunctionName.openRun,
  FunctionName.closeRun,
  FunctionName.removeResources,
  ...STEP_NAMES,
];

/**
 * The registry of functions as data; `registerApp` hands it to whichever host is there. What the activities stand on is loaded
 * with the first of them: a host that starts only wants to know which functions there are.
 */
export function createApp(services: () => Promise<Services>, triggers?: Triggers): App {
  const activities = once(async () => {
    const { createActivities } = await import('./activities/activities.ts');
    return createActivities(await services());
  });
  return {
    orchestrations: {
      [FunctionName.deploy]: deploy,
      [FunctionName.runSchedule]: runSchedule,
      [FunctionName.runStep]: runStep,
      [FunctionName.runRemoval]: runRemoval,
    },
    activities: Object.fromEntries(
      ACTIVITIES.map((name): [string, ActivityHandler] => [
        name,
        async (input) => await (await activities())[name](input as never),
      ]),
    ),
    ...(triggers && { triggers }),
  };
}

/** Registers the functions with the Functions host of this process; it must be supplied already (func, Azure, runtime/). */
export function registerApp(app: App): void {
  // Bodies stream in both directions: events are followed, and no request is held in memory before its handler looks at it.
  if (app.triggers) functions.setup({ enableHttpStream: true });
  // The library's client speaks to its host on this machine.
  Object.assign(process.env, withLoopbackDirect(process.env));
  for (const [name, handler] of Object.entries(app.orchestrations)) df.app.orchestration(name, handler);
  for (const [name, handler] of Object.entries(app.activities)) df.app.activity(name, { handler });
  const { http = {}, blob = {}, timer = {} } = app.triggers ?? {};
  for (const [name, options] of Object.entries(http)) functions.http(name, options);
  for (const [name, options] of Object.entries(blob)) functions.storageBlob(name, options);
  for (const [name, options] of Object.entries(timer)) functions.timer(name, options);
}
