import type { DeploymentConfig } from '../../domain/config/model.ts';
import { withKeptSections } from '../../domain/sections/kept-sections.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { type SinceKept, sinceKept } from './since-kept.ts';

/** What should be there. */
export interface Deployed {
  /** The last successful run that left anything to keep. */
  readonly runId: string;
  /** As that run was given it. */
  readonly asked: DeploymentConfig;
  /** With what it left as it was. */
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly since: SinceKept;
}

/** What is compared with when nobody deploys; undefined: no run has succeeded. @param now the state */
export async function lastDeployed(
  { state: store, runs }: EnvironmentStores,
  now: EnvironmentState,
): Promise<Deployed | undefined> {
  const [last] = await store.history({ limit: 1 });
  if (!last) return undefined;
  const asked = await runs.config(last.configDigest);
  const since = await sinceKept(runs, now, last);
  // What a repair has made anew has other outputs.
  const state = since.repair && since.unsettledBy === undefined ? now : last.state;
  return { runId: last.runId, asked, config: withKeptSections(asked, state), state, since };
}
