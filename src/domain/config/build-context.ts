import { posix } from 'node:path';
import type { DeploymentConfig, ServiceConfig } from './model.ts';

/** The folder that an image is built from, relative to the sources, as the configuration writes it. */
export function buildContextOf({ build }: Pick<ServiceConfig, 'build'>, { docker }: DeploymentConfig): string {
  return build?.context ?? docker.buildContext;
}

/** The folder as a path without dots at its ends; empty: the root. It may climb out of it, or begin there, where it is wrong. */
export function normalizedFolder(folder: string): string {
  const path = posix.normalize(folder.replaceAll('\\', '/')).replace(/(?<=.)\/+$/, '');
  return path === '.' ? '' : path;
}

/** Whether a path, relative to a folder, leads out of it. */
export function leavesFolder(path: string): boolean {
  const normal = normalizedFolder(path);
  return normal === '..' || normal.startsWith('../') || normal.startsWith('/') || /^[A-Za-z]:/.test(normal);
}
