import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';

/** Where something is to be made, and who looks whether it can be. */
export interface Ground {
  readonly azure: Azure;
  readonly config: DeploymentConfig;
  /** `/subscriptions/…` */
  readonly subscription: string;
}

/** What is known before anything is written. */
export interface Beforehand {
  /** Why Azure would refuse a resource, one sentence, by its key. */
  readonly refusals: ReadonlyMap<string, string>;
  /** What Azure does not let us ask, one sentence each. */
  readonly unseen: readonly string[];
}

/** Several at once; of two reasons against one resource the first is told. */
export function together(found: readonly Beforehand[]): Beforehand {
  const refusals = new Map<string, string>();
  for (const [key, reason] of found.flatMap((one) => [...one.refusals])) {
    if (!refusals.has(key)) refusals.set(key, reason);
  }
  return { refusals, unseen: [...new Set(found.flatMap(({ unseen }) => unseen))] };
}
