import { compareVersions } from '../../shared/version-order.ts';

/** https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestration-versioning */
const STRATEGIES = ['None', 'Strict', 'CurrentOrOlder'] as const;
export type VersionMatchStrategy = (typeof STRATEGIES)[number];

export function isMatchStrategy(text: string): text is VersionMatchStrategy {
  return (STRATEGIES as readonly string[]).includes(text);
}

/** Whether a host takes turns of an orchestration. Its activities are called whatever its version. */
export function isMatch(strategy: VersionMatchStrategy, current: string, version: string): boolean {
  if (strategy === 'None') return true;
  const order = compareVersions(version, current);
  return strategy === 'Strict' ? order === 0 : order <= 0;
}
