import type { Azure } from '../../src/azure/ports.ts';
import type { DeploymentConfig } from '../../src/domain/config/model.ts';
import type { RunEvent } from '../../src/domain/events.ts';
import { NO_OPTIONS, type RunOptions } from '../../src/domain/run.ts';
import type { Services } from '../../src/engine/services.ts';
import type { EnvironmentStores } from '../../src/state/ports.ts';
import { deploymentConfig } from './deployment-config.ts';
import { fakeAzure } from './fake-azure.ts';
import { fileStorage } from './file-storage.ts';
import { tempDirectory } from './temp.ts';

/** A run that was asked for, in stores of its own, on a clock that the test moves. */
export interface BegunRun {
  readonly input: { readonly environment: string; readonly runId: string };
  readonly services: Services;
  readonly stores: EnvironmentStores;
  readonly events: RunEvent[];
  pass(seconds: number): void;
}

export async function begunRun(options: {
  readonly config?: DeploymentConfig;
  readonly autoApprove?: boolean;
  /** Instead of those of a plain deployment. */
  readonly options?: RunOptions;
  /** Connects to Azure; throws what Azure answers. */
  readonly azure?: () => Azure;
}): Promise<BegunRun> {
  const { config = deploymentConfig(), autoApprove = true, azure = () => fakeAzure().azure } = options;
  const asked = options.options ?? { ...NO_OPTIONS, autoApprove };
  const input = { environment: 'default', runId: 'default-01M8434Z00VB7SSV72CDKWWDXY' };
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(now) };
  const stores = fileStorage(await tempDirectory(), clock).environment('default');
  const events: RunEvent[] = [];
  const services: Services = {
    clock,
    holder: 'me',
    engine: 'local:1',
    version: '1',
    approvalTimeoutInSeconds: 86_400,
    secrets: { literal: () => undefined, environment: () => undefined },
    stores: () => stores,
    azure: async () => azure(),
    source: async () => undefined,
    gitSource: () => {
      throw new Error('no repository is named');
    },
    mask: (text) => text,
    observe: (event) => events.push(event),
  };
  await stores.runs.create({
    ...input,
    requestedAt: clock.now().toISOString(),
    requestedBy: 'me',
    configDigest: await stores.runs.putConfig(config),
    options: asked,
    source: null,
    requestDigest: 'r',
    productVersion: '1',
    trigger: 'cli',
    engine: 'local:1',
    waits: false,
    adoptsOperationsOf: null,
  });
  return {
    input,
    services,
    stores,
    events,
    pass: (seconds) => {
      now += seconds * 1000;
    },
  };
}
