import { relative, resolve } from 'node:path';
import type { BuildFacts } from './facts.ts';

/** Absolute path of the build context. */
export function contextPath({ context, place }: BuildFacts): string {
  return resolve(place.origin.folder, context);
}

/** Absolute path of the Dockerfile. */
export function dockerfilePath(build: BuildFacts): string {
  return resolve(contextPath(build), build.dockerfile ?? 'Dockerfile');
}

/** A path below a folder, with forward slashes; `.` is the folder itself. */
export function below(folder: string, path: string): string {
  return relative(folder, path).replaceAll('\\', '/') || '.';
}
