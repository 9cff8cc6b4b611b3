import { executionLog } from '../container-apps/logs/execution-log.ts';
import type { LogLine } from '../container-apps/logs/log-line.ts';
import { revisionLog } from '../container-apps/logs/revision-log.ts';
import type { StoredResource } from '../store.ts';
import { containerApp, revisionsOf } from '../types/container-app.ts';
import { job, jobState } from '../types/container-app-job.ts';
import { environmentIdOf } from '../types/workload.ts';
import type { World } from '../world.ts';
import { keepLog, wholeLog } from './kept-log.ts';
import type { SentLine } from './sent-line.ts';

/** Everything that an app or a job has written and the platform has said of it, oldest first. */
export function logOf(world: World, resource: StoredResource): readonly SentLine[] {
  return wholeLog(world, resource, toldNow(world, resource));
}

/** All that was ever sent to a workspace, by apps and jobs that are there and that were. */
export function linesSentTo(
  world: World,
  workspace: string,
): readonly { readonly workloadId: string; readonly line: SentLine }[] {
  const present = workloads(world).map((one) => [one.id, logOf(world, one)] as const);
  const gone = Object.entries(world.state.logs)
    .filter(([id]) => !world.resource(id))
    .map(([id, { lines }]) => [id, lines] as const);
  return [...present, ...gone].flatMap(([workloadId, lines]) =>
    lines.filter(({ to }) => to.some((one) => one.endsWith(`:${workspace}`))).map((line) => ({ workloadId, line })),
  );
}

/** Before an environment sends its logs elsewhere: what was sent stays sent. */
export function keepLogsOfEnvironment(world: World, environmentId: string): void {
  for (const one of workloads(world))
    if (environmentIdOf(one.body) === environmentId.toLowerCase()) keepLog(world, one, toldNow(world, one));
}

function workloads(world: World): readonly StoredResource[] {
  return [containerApp.type, job.type].flatMap((type) => world.resourcesOfType(type));
}

function toldNow(world: World, resource: StoredResource): readonly LogLine[] {
  const now = world.now();
  const told =
    resource.type === job.type
      ? jobState(resource).executions.flatMap((execution) => executionLog(execution, now))
      : allRevisions(world, resource);
  return told.filter(({ at }) => Date.parse(at) <= now);
}

function allRevisions(world: World, app: StoredResource): readonly LogLine[] {
  const set = revisionsOf(app, world);
  return set.records.flatMap((record) => revisionLog(set, record));
}
