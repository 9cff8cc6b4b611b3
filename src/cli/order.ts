import type { DeploymentConfig, ParsedConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';
import type { HistoryEntry } from '../state/ports.ts';
import { findSource } from './load-config.ts';
import type { LocalStores } from './local-stores.ts';
import type { DeployOptions } from './options.ts';

/** What a run is asked for, besides what all runs have in common. */
export interface Order {
  /** The words of the command line that asks for it again. */
  readonly words: readonly string[];
  prepare(stores: LocalStores): Promise<PreparedOrder>;
}

export interface PreparedOrder {
  readonly config: DeploymentConfig;
  readonly source: string | null;
  readonly options: Partial<RunOptions>;
  readonly rollback?: HistoryEntry;
}

/** The configuration as it is written. */
export function deploymentOrder(options: DeployOptions, { config }: ParsedConfig): Order {
  return {
    words: ['draftgenie-deploy'],
    prepare: async () => ({
      config,
      source: options.source ?? (await findSource(options.config, config)),
      options: { refresh: options.refresh },
    }),
  };
}
