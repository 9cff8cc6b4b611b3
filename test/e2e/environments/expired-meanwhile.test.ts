import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createApp, registerApp } from '../../../src/app.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import { embeddedEngine } from '../../../src/cli/local/embedded-engine.ts';
import { createSecretSource } from '../../../src/cli/local/secret-source.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import type { Services } from '../../../src/engine/services.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import type { HistoryEngine } from '../../../src/runs/engine.ts';
import { reap } from '../../../src/runs/reap.ts';
import { startRun } from '../../../src/runs/start-run.ts';
import { openHost } from '../../../src/runtime/host.ts';
import { loadFunctions } from '../../../src/runtime/worker.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const HOUR = 3600;
/** Nothing is given up because the clock leaps. */
const CONFIG = `advanced: { operation_timeout: 864000 }
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
services: { web: { image: "nginx:1.27", port: 80, env: { RELEASE: "1" } } }
`;

/** An app in this process, with its engine, on a clock that the test sets forward. */
async function openApp() {
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await tempDirectory();
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const storage = fileStorage(directory, clock);
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  const parsed = parsedOf(CONFIG);
  const services: Services = {
    clock,
    holder: 'app',
    engine: 'functions:app',
    version: '1',
    approvalTimeoutInSeconds: 3600,
    secrets: createSecretSource(parsed, {}, true),
    stores: (environment) => storage.environment(environment),
    azure: async () => connectAzure({ cloud, credential, transport, keepSecret: () => undefined }),
    source: async () => undefined,
    gitSource: () => {
      throw new Error('no repository is named');
    },
    mask: (text) => text,
    observe: () => undefined,
  };
  const worker = await loadFunctions(() => registerApp(createApp(async () => services)));
  const host = await openHost({ directory: await tempDirectory(), worker, defaultVersion: '1.1' });
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
  const { state, runs } = storage.environment('pr-7');
  const stateNow = async () => (await state.read()).value;
  return {
    simulator,
    stateNow,
    runs,
    advance: (seconds: number) => {
      ahead += seconds * 1000;
    },
    reap: () => reap({ ...services, logger: silentLogger, storage, historyInDays: 30 }, engine),
    async start(text: string, expires?: string) {
      const started = await startRun(
        services,
        { kind: 'shared', engine, storage },
        {
          environment: 'pr-7',
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
    async ended(runId: string) {
      await host.completion(runId);
      const summary = await runs.summary(runId);
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
  const result = parseConfig(text, { environment: 'pr-7', from: 'default' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { ...result.parsed, path: 'c.yaml', text, allowUnknownKeys: false, overlay: undefined, variables: {} };
}

it('an expiry while a run is under way waits for its end, and an update that gave more time wins', async () => {
  const app = await openApp();
  const deletions = () => app.simulator.requests().filter(({ method }) => method === 'DELETE');
  await app.ended(await app.start(CONFIG, '5m'));

  for (const method of ['PUT', 'PATCH']) {
    const match = { method, path: '/containerApps/web' };
    app.simulator.addFault({ match, fault: { kind: 'neverEndingOperation' } });
  }
  const update = await app.start(CONFIG.replace('"1"', '"2"'));
  await app.until(
    ({ lock }) => lock?.step === 'deploy_application_services' || lock?.step === 'deploy_infrastructure_services',
  );
  const longer = await app.start(CONFIG.replace('"1"', '"3"'), '12h');
  for (const _ of ['not yet', 'told', 'deleted when its turn has come']) {
    await app.passFourMinutes();
    await app.reap();
  }
  const { queue } = await app.stateNow();
  expect(queue.map(({ trigger }) => trigger)).toEqual(['http', 'timer']);

  app.simulator.clearFaults();
  app.simulator.change(({ operations }) => {
    for (const operation of Object.values(operations))
      if (operation.endsAt.startsWith('9999')) operation.endsAt = new Date().toISOString();
  });
  await app.ended(update);
  expect((await app.ended(longer))?.expires).toBe((await app.stateNow()).expires?.at);
  const deletion = queue[1]?.runId ?? '';
  expect(await app.ended(deletion)).toMatchObject({ deleted: 0 });
  expect(deletions()).toEqual([]);
  expect((await app.stateNow()).closed).toBeUndefined();

  app.advance(12 * HOUR);
  await app.reap();
  app.advance(5 * 60);
  await Promise.all([app.reap(), app.reap()]);
  const [newest] = await app.runs.runs({ limit: 1 });
  await app.ended(newest?.runId ?? '');
  const { closed, expires, resources } = await app.stateNow();
  expect([closed?.run_id, expires, resources]).toEqual([newest?.runId, undefined, {}]);
  await app.reap();
  expect((await app.runs.runs({ limit: 10 })).map(({ runId }) => runId)).toEqual([
    newest?.runId,
    deletion,
    longer,
    update,
    expect.anything(),
  ]);
});
