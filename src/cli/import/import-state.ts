import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutWrites } from '../../azure/connect.ts';
import type { Azure } from '../../azure/ports.ts';
import type { ParsedConfig } from '../../domain/config/model.ts';
import { hasPlace } from '../../domain/place.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { Services } from '../../engine/services.ts';
import { newRunId } from '../../runs/new-request.ts';
import { systemClock } from '../../shared/clock.ts';
import { UserError } from '../../shared/errors.ts';
import { productVersion } from '../../shared/product-version.ts';
import { openFileRunStore } from '../../state/file/run-store.ts';
import { openFileStateStore } from '../../state/file/state-store.ts';
import { historyEntry } from '../../state/kept-state.ts';
import { acquireLock, releaseLock } from '../../state/lock.ts';
import type { EnvironmentStores, StateStore } from '../../state/ports.ts';
import { updateState } from '../../state/update-state.ts';
import { withoutEngine } from '../local/engine.ts';
import type { LocalStores } from '../local/find-stores.ts';
import { type Looked, lookAtSteps } from './look-at-steps.ts';

/** Whoever finds the lock later than this has found one that nobody holds. */
const LOCKED_FOR_IN_MS = 300_000;

export interface StateImport {
  readonly azure: Azure;
  readonly parsed: ParsedConfig;
  mask(text: string): string;
}

/** A state in which no resource was found to be the environment's is not written. */
export type ImportedState = Looked & { readonly isWritten: boolean };

/**
 * Writes the state of a deployment that nobody here made: what each of its steps finds on Azure as the configuration says; under the
 * environment's lock, and in one write. To Azure nothing is written.
 *
 * @throws UserError `state_exists`, `state_locked`
 */
export async function importState(stores: LocalStores, wanted: StateImport): Promise<ImportedState> {
  const { state, environment } = stores;
  return await withoutEngine(stores, async () => {
    const lock = await lockOf(stores);
    const { fence } = await lock.renew();
    try {
      await requireNoState(state);
      const looked = await inOwnStores(environment, (own) =>
        lookAtSteps(lookingServices(stores, wanted, own), environment, wanted.parsed.config, lock.renew),
      );
      const { subscription_id, steps, resources } = looked.state;
      const isWritten = Object.keys(resources).length > 0;
      const found = { subscription_id, resource_group: wanted.parsed.config.azure.resourceGroup, steps, resources };
      if (isWritten) {
        // Before the state: whoever is cut off in between is asked to import again.
        if (looked.open.length === 0) await keepFound(stores, lock.runId, found, wanted.parsed);
        await updateState(state, (current) => ({ ...current, ...found }), { fence: { runId: lock.runId, fence } });
      }
      return { ...looked, isWritten };
    } finally {
      await releaseLock(state, lock.runId);
    }
  });
}

/** What all of the configuration was found to be is what drift, and a rollback, go by: as if a run had deployed it. */
async function keepFound(
  { state, runs }: LocalStores,
  runId: string,
  found: Partial<EnvironmentState>,
  { config }: ParsedConfig,
): Promise<void> {
  const { value } = await state.read();
  const configDigest = await runs.putConfig(config);
  const entry = historyEntry({ runId, configDigest }, { ...value, ...found }, state.now());
  await state.keepHistory(runId, entry);
}

/** @throws UserError `state_exists` */
export async function requireNoState(store: Pick<StateStore, 'environment' | 'location' | 'read'>): Promise<void> {
  const { value } = await store.read();
  if (!hasPlace(value) && value.closed === undefined) return;
  throw new UserError(`There is a state of ${store.environment} already: ${store.location}`, {
    code: 'state_exists',
    hint: 'Write the configuration alone with --config-only, or name another environment with --environment NAME.',
  });
}

async function lockOf({ state, environment, workspace: { holder, engine } }: LocalStores) {
  const runId = newRunId({ clock: systemClock }, environment);
  const { lock } = (await state.read()).value;
  // What an earlier process of this directory held is nobody's.
  const gone = lock?.engine === engine ? { goneFence: lock.fence } : {};
  const renew = async (): Promise<{ readonly fence: number }> => {
    const wakeBy = new Date(state.now().getTime() + LOCKED_FOR_IN_MS).toISOString();
    return await acquireLock(state, { runId, holder, engine, step: null, wakeBy, ...gone });
  };
  return { runId, renew };
}

/** Stores for one look, of which nothing stays. */
async function inOwnStores<Value>(
  environment: string,
  work: (stores: EnvironmentStores) => Promise<Value>,
): Promise<Value> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-import-'));
  try {
    const state = openFileStateStore({ path: join(directory, 'state.json'), environment, directory });
    return await work({ state, runs: openFileRunStore({ directory }) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Nothing is built, and no secret is made up: one that is not given is told as missing. */
function lookingServices(
  { workspace: { holder, engine } }: LocalStores,
  { azure, parsed, mask }: StateImport,
  stores: EnvironmentStores,
): Services {
  const looking = withoutWrites(
    azure,
    (id) =>
      new UserError(id === undefined ? 'It would write something.' : `It would write ${shortOf(id)}.`, {
        code: 'state_only_looked_at',
      }),
  );
  return {
    ...{ holder, engine, clock: systemClock, version: productVersion(), approvalTimeoutInSeconds: 0 },
    secrets: {
      literal: (path) => parsed.literals.get(path),
      environment: (variable) => process.env[variable] || undefined,
    },
    stores: () => stores,
    azure: async () => looking,
    source: async () => undefined,
    gitSource: () => undefined,
    mask,
    observe: () => undefined,
  };
}

/** Without subscription and group. */
function shortOf(id: string): string {
  return id.split('/providers/').at(-1) ?? id;
}
