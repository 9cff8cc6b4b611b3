import { readImageSettings } from '../../source/dockerfile/image-settings.ts';
import { isSame } from '../compose/merge.ts';
import type { ComposeProject } from '../compose/project.ts';
import { dockerfilePath, isSameBuild } from './build-place.ts';
import type { ServiceFacts } from './facts.ts';
import { Names } from './names.ts';
import type { Report } from './report.ts';

/** What others wait for the end of, or says so itself. */
export function tasksOf(all: readonly ServiceFacts[]): ReadonlySet<ServiceFacts> {
  const awaited = new Set(
    all.flatMap(({ dependencies }) => dependencies.filter(({ isCompleted }) => isCompleted).map(({ name }) => name)),
  );
  const tasks = all.filter(({ isTask, service }) => isTask || awaited.has(service.name));
  // Without a service there is no deployment to wait for.
  return new Set(tasks.length < all.length ? tasks : []);
}

/** Gives jobs names that no service has, and that a deployment gives to nothing that belongs to one. */
export function nameJobs(tasks: ReadonlySet<ServiceFacts>, all: readonly ServiceFacts[], report: Report): void {
  const others = all.filter((facts) => !tasks.has(facts)).map(({ key, appName }) => appName ?? key);
  const names = new Names(
    others.flatMap((name) => [name, `${name}-migrate`, `${name}-smoke`]),
    (key) => key.replaceAll('_', '-'),
  );
  for (const facts of tasks) {
    const key = names.take(facts.key);
    const { name, place } = facts.service;
    if (key !== facts.key)
      report.left(place, `services.${name}`, `is called ${key}: a deployment has another use for ${facts.key}`, [
        'jobs',
        key,
      ]);
    facts.key = key;
  }
}

/**
 * Tasks that are the migration of a service: it waits for their end, runs the same image, and has all of their variables. That is run
 * with the new image before the new code starts.
 */
export function migrationsOf(
  tasks: ReadonlySet<ServiceFacts>,
  all: readonly ServiceFacts[],
  { files }: ComposeProject,
): ReadonlyMap<ServiceFacts, ServiceFacts> {
  const found = new Map<ServiceFacts, ServiceFacts>();
  for (const task of tasks) {
    const waiting = all.filter(({ dependencies }) => dependencies.some(({ name }) => name === task.service.name));
    const [service] = waiting;
    const isTaken = [...found.values()].some((one) => one === service);
    if (service && waiting.length === 1 && !tasks.has(service) && !isTaken && isMigration(task, service, files))
      found.set(task, service);
  }
  return found;
}

function isMigration(task: ServiceFacts, service: ServiceFacts, files: ComposeProject['files']): boolean {
  if (!task.build || !service.build || !isSameBuild(task.build, service.build)) return false;
  if (!task.command || task.mounts.length > 0 || task.files.length > 0) return false;
  const isKnown = [...task.service.variables].every(([name, tree]) => {
    const other = service.service.variables.get(name);
    return other !== undefined && isSame(tree, other);
  });
  const text = files.text(dockerfilePath(task.build));
  const settings = text === undefined ? undefined : readImageSettings(text, { target: task.build.target });
  // A command stands behind the entry point of the image, and a migration in place of it.
  return isKnown && (task.entrypoint !== undefined || (settings !== undefined && settings.entrypoint === undefined));
}
