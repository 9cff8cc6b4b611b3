import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a local deployment keeps its files, below the directory in which the command runs. */
export interface Workspace {
  readonly directory: string;
  /** Journal of the durable engine and RunStore of this environment. */
  readonly environmentDirectory: string;
  readonly simulatorDirectory: string;
  /** Content hashes of sources. */
  readonly sourceCacheFile: string;
  /** Retail prices, as Azure told them last. */
  readonly pricesFile: string;
  /** Those of the simulator, which are no offer to anyone. */
  readonly simulatedPricesFile: string;
  /** Beginnings of the paths of everything that a deployment writes: no part of the sources, although it lies among them. */
  readonly ownPaths: readonly string[];
  readonly logFile: string;
  readonly summaryFile: string;
  /** Who works here: `user@host`. */
  readonly holder: string;
  /** Names the engine that drives local runs of this environment in this directory. */
  readonly engine: string;
}

export function openWorkspace(environment: string, directory: string = process.cwd()): Workspace {
  const home = resolve(directory, '.draftgenie-deploy');
  const environmentDirectory = join(home, environment);
  const id = createHash('sha256').update(environmentDirectory).digest('hex').slice(0, 12);
  return {
    directory,
    environmentDirectory,
    simulatorDirectory: join(home, 'simulator'),
    // No environment has a period in its name.
    sourceCacheFile: join(home, 'source-cache.txt'),
    pricesFile: join(home, 'prices.json'),
    simulatedPricesFile: join(home, 'simulator', 'prices.json'),
    ownPaths: ownPaths(directory),
    logFile: join(directory, 'azure-deployment-v1.log'),
    summaryFile: join(directory, 'azure-deployment-summary.md'),
    holder: `${userName()}@${hostname()}`,
    engine: `local:${hostname()}:${id}`,
  };
}

/** What a deployment from this directory writes there. */
export function ownPaths(directory: string = process.cwd()): readonly string[] {
  const names = [
    '.draftgenie-deploy',
    '.azure-deployment-state',
    'azure-deployment-v1.log',
    'azure-deployment-summary.md',
  ];
  return names.map((name) => join(directory, name));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id that no password file knows.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
