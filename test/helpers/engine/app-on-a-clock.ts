import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { createApp, registerApp } from '../../../src/app.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import { embeddedEngine } from '../../../src/cli/local/embedded-engine.ts';
import { createSecretSource } from '../../../src/cli/local/secret-source.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { ORCHESTRATION_VERSION } from '../../../src/domain/function-names.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import type { Services } from '../../../src/engine/services.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { reportDrift } from '../../../src/planning/drift/drift-report.ts';
import { repairOf } from '../../../src/planning/drift/prepare-repair.ts';
import type { HistoryEngine } from '../../../src/runs/engine.ts';
import { type ReaperServices, reap } from '../../../src/runs/reap.ts';
import { startRun } from '../../../src/runs/start-run.ts';
import { openHost } from '../../../src/runtime/host.ts';
import { loadFunctions } from '../../../src/runtime/worker.ts';
import type { Logger } from '../../../src/shared/logger.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { fileStorage } from '../file-storage.ts';
import { tempDirectory } from '../temp.ts';

const ENVIRONMENT = 'pr-7';

/** A small application. Nothing is given up because the clock leaps. */
export const CLOCKED_CONFIG = `advanced: { operation_timeout: 864000 }
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
services: { web: { image: "nginx:1.27", port: 80, env: { RELEASE: "1" } } }
`;

/** An app in this process, with its engine, on a clock that the test sets forward; its timer comes when the test says so. */
export async function openAppOnAClock(given: Partial<Pick<Services, 'post' | 'secrets' | 'mask'>> = {}) {
  const simulator = await startSimulator({ profile: 'instant' });
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const [kept, journal] = [await tempDirectory(), await tempDirectory()];
  const storage = fileStorage(kept, clock);
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  const services: Services = {
    clock,
    holder: 'app',
    engine: 'functions:app',
    version: '1',
    approvalTimeoutInSeconds: 3600,
    secrets: createSecretSource(parsedOf(CLOCKED_CONFIG), {}, true),
    stores: (environment) => storage.environment(environment),
    azure: async () => connectAzure({ cloud, credential, transport, keepSecret: () => undefined }),
    source: async () => undefined,
    gitSource: () => {
      throw new Error('no repository is named');
    },
    mask: (text) => text,
    observe: () => undefined,
    ...given,
  };
  const worker = await loadFunctions(() => registerApp(createApp(async () => services)));
  const host = await openHost({ directory: journal, worker, defaultVersion: ORCHESTRATION_VERSION });
  host.start();
  onTestFinished(async () => {
    await host.stop({ graceInMs: 0 });
    await simulator.close();
  });
  const embedded = embeddedEngine(host);
  const begun = new Set<string>();
  const engine: HistoryEngine = {
    ...embedded,
    // As that of an app: a start that is repeated does not replace what was begun.
    start: async (run) => {
      if (begun.has(run.runId)) return;
      begun.add(run.runId);
      await embedded.start(run);
    },
    purge: async () => undefined,
  };
  const { state, runs } = storage.environment(ENVIRONMENT);
  const stateNow = async () => (await state.read()).value;
  const logged: string[] = [];
  const logger: Logger = { log: (level, message) => void logged.push(`${level}: ${message}`) };
  const reaper: ReaperServices = {
    ...services,
    ...{ logger, storage, historyInDays: 30 },
    repair: async (environment, leaves) => repairOf(await reportDrift(services, createSteps(), environment), leaves),
  };
  return {
    simulator,
    arm: (await services.azure(parsedOf(CLOCKED_CONFIG).config)).arm,
    stateNow,
    state,
    runs,
    logged,
    /** Everything that is written down. */
    directories: [kept, journal],
    reaper,
    engine,
    advance: (seconds: number) => {
      ahead += seconds * 1000;
    },
    /** What the timer does. */
    tick: () => reap(reaper, engine),
    async start(text: string, expires?: string) {
      const started = await startRun(
        services,
        { kind: 'shared', engine, storage },
        {
          environment: ENVIRONMENT,
          config: parsedOf(text).config,
          options: { ...NO_OPTIONS, autoApprove: true, ...(expires !== undefined && { expires }) },
          source: null,
          waits: true,
          resetsState: false,
          trigger: 'http',
          by: 'ann',
        },
      );
      return started.runId;
    },
    /** How a run ended, once it has. */
    async summary(runId: string) {
      await host.completion(runId);
      return await runs.summary(runId);
    },
    async ended(runId: string) {
      const summary = await this.summary(runId);
      expect(summary?.status, JSON.stringify(summary?.error)).toBe('succeeded');
      return summary;
    },
    /** Until the state says so. */
    async until(isSo: (now: EnvironmentState) => boolean) {
      while (!isSo(await stateNow())) await sleep(50);
    },
    /** Goes on by less than it takes to be late, and waits until the run that is under way, and those that wait, have written again. */
    async passFourMinutes() {
      const times = ({ lock, queue }: EnvironmentState) => [lock, ...queue].map((one) => one?.wakeBy);
      const before = times(await stateNow());
      ahead += 4 * 60 * 1000;
      await this.until((now) => times(now).every((time) => !before.includes(time)));
    },
  };
}

function parsedOf(text: string) {
  const result = parseConfig(text, { environment: ENVIRONMENT, from: 'default' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { ...result.parsed, path: 'c.yaml', text, allowUnknownKeys: false, overlay: undefined, variables: {} };
}
