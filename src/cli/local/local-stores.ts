import type { ParsedConfig } from '../../domain/config/model.ts';
import { UserError } from '../../shared/errors.ts';
import { loadConfig } from '../load-config.ts';
import type { CommonOptions } from '../options.ts';
import { findLocalStores, type LocalStores } from './find-stores.ts';

/** Creates what a shared storage lacks. */
export async function openLocalStores(
  options: Pick<CommonOptions, 'environment'>,
  parsed: ParsedConfig | undefined,
): Promise<LocalStores> {
  const { stores, prepare } = await findLocalStores(options, parsed);
  await prepare();
  return stores;
}

/**
 * For commands that only look: the configuration tells where the state is, and is not needed where the state lies at its
 * default place.
 */
export async function openStoresForReading(options: CommonOptions): Promise<LocalStores> {
  try {
    return await openLocalStores(options, await loadConfig(options));
  } catch (error) {
    const absent = error instanceof UserError && error.code === 'config_unreadable';
    if (absent && !options.configGiven) return await openLocalStores(options, undefined);
    throw error;
  }
}
