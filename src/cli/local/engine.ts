import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp, registerApp } from '../../app.ts';
import type { Services } from '../../engine/services.ts';
import { type EmbeddedHost, ENGINE_LOCK, openHost } from '../../runtime/host.ts';
import { type HostSettings, readHostSettings } from '../../runtime/host-settings.ts';
import { loadFunctions } from '../../runtime/worker.ts';
import { UserError } from '../../shared/errors.ts';
import { acquireOsLock, LockHeld } from '../../shared/os-lock.ts';
import type { LocalStores } from './find-stores.ts';

/** Opens the durable engine of one environment with the product's functions. Its journal is ours alone until stop(). */
export async function openEngine(services: Services, { workspace, state }: LocalStores): Promise<EmbeddedHost> {
  await mkdir(workspace.environmentDirectory, { recursive: true });
  const worker = await loadFunctions(() => registerApp(createApp(async () => services)));
  const { defaultVersion, versionMatchStrategy } = await hostSettings();
  try {
    return await openHost({
      directory: workspace.environmentDirectory,
      worker,
      defaultVersion,
      versionMatchStrategy,
      holder: workspace.holder,
    });
  } catch (error) {
    throw await explainHeld(error, state);
  }
}

/** Refuses early, before anything is started, while another process drives this environment's runs. */
export async function requireFreeEngine(stores: LocalStores): Promise<void> {
  await withoutEngine(stores, async () => undefined);
}

/** Does work on an environment while no process of this directory drives its runs, nor begins to. @throws UserError `state_locked` */
export async function withoutEngine<Value>(
  { workspace, state }: LocalStores,
  work: () => Promise<Value>,
): Promise<Value> {
  const path = join(workspace.environmentDirectory, ENGINE_LOCK);
  const lock = await acquireOsLock(path, { holder: workspace.holder }).catch(async (error: unknown) => {
    throw await explainHeld(error, state);
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function explainHeld(error: unknown, state: LocalStores['state']): Promise<unknown> {
  if (!(error instanceof LockHeld)) return error;
  const { lock } = (await state.read()).value;
  const where = lock ? `: run ${lock.runId} since ${lock.acquiredAt}, at ${lock.step ?? 'its start'}` : '';
  return new UserError(`Another deployment of this environment is under way here (${error.holder})${where}.`, {
    code: 'state_locked',
    hint: 'Wait for its end, or stop it with: draftgenie-deploy cancel',
    cause: error,
  });
}

/** host.json, the settings that the Functions host reads; it stands beside the bundle, and at the top of the sources. */
export async function hostSettings(): Promise<HostSettings> {
  return await readHostSettings(
    new URL(import.meta.url.endsWith('.ts') ? '../../../host.json' : './host.json', import.meta.url),
  );
}
