import { relative, resolve } from 'node:path';
import { rawTextOf } from '../compose/tree.ts';
import type { BuildFacts } from './facts.ts';

/** Absolute path of the build context. */
export function contextPath({ context, place }: BuildFacts): string {
  return resolve(place.origin.folder, context);
}

/** Absolute path of the Dockerfile. */
export function dockerfilePath(build: BuildFacts): string {
  return resolve(contextPath(build), build.dockerfile ?? 'Dockerfile');
}

/** Whether two are one image. */
export function isSameBuild(one: BuildFacts, other: BuildFacts): boolean {
  return identity(one) === identity(other);
}

function identity(build: BuildFacts): string {
  const args = [...build.args].map(([name, tree]) => [name, rawTextOf(tree) ?? null]);
  return JSON.stringify([contextPath(build), dockerfilePath(build), build.target ?? null, args]);
}

/** A path below a folder, with forward slashes; `.` is the folder itself. */
export function below(folder: string, path: string): string {
  return relative(folder, path).replaceAll('\\', '/') || '.';
}
