import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_STATE_FILE } from '../../src/cli/local/find-stores.ts';
import { openWorkspace } from '../../src/cli/local/workspace.ts';
import { startAzurite } from '../../src/cli/serve/azurite.ts';
import { openBlobStorage } from '../../src/state/blob/storage.ts';
import { openFileRunStore } from '../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../src/state/file/state-store.ts';
import type { EnvironmentStores } from '../../src/state/ports.ts';
import { type BuiltProduct, withBuiltProduct } from '../built-product.ts';
import { type CountingProxy, startCountingProxy } from '../counting-proxy.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { generatedConfig } from '../generated-config.ts';
import { processTime } from '../process-time.ts';
import { fillHistory, templateOf } from '../runs/long-history.ts';
import { type ServedProduct, serveProduct } from '../served-product.ts';

/** Finished runs; the first is what the others stand beside. `BENCH_HISTORY=10,1000`: others. */
const SIZES = (process.env.BENCH_HISTORY ?? '10,1000,10000').split(',').map(Number);
const CONTAINER = 'deployment-state';
const TIMES = 7;
const MINUTE_IN_MS = 60_000;
const MOST_GROWTH = 1.2;

/** What was measured with one history: a time in milliseconds, or requests to the storage. */
type Measured = Readonly<Record<string, { readonly value: number; readonly unit: string }>>;

/** What a history of many runs costs who looks at an environment, or starts one more: it should cost nothing. */
export const history: Benchmark = {
  name: 'history',
  measure: () => withBuiltProduct(async (product) => [...(await inBlobs(product)), ...(await inFiles(product))]),
};

function compared(where: string, measured: readonly Measured[]): readonly Figure[] {
  const [few = {}] = measured;
  return measured.slice(1).flatMap((many, index) =>
    Object.entries(many).map(([what, { value, unit }]) => ({
      name: `history of ${SIZES[index + 1]} runs in ${where}: ${what}`,
      value,
      unit,
      beside: { name: `of ${SIZES[0]}`, value: few[what]?.value ?? 0 },
      target: { of: 'ratio', atMost: unit === '' ? 1 : MOST_GROWTH } as const,
    })),
  );
}

async function inBlobs({ cli, directory: home }: BuiltProduct): Promise<readonly Figure[]> {
  const directory = join(home, 'blobs');
  await mkdir(directory);
  const azurite = await startAzurite(join(directory, 'azurite'));
  const proxy = await startCountingProxy(azurite.connectionString, CONTAINER);
  const app = await serveProduct({ cli, directory }, { DEPLOYMENT_STORAGE: proxy.connectionString });
  try {
    const storage = openBlobStorage(azurite, { container: CONTAINER });
    // All of them first: an emulator looks through all that it has, whoever asks.
    for (const size of SIZES) {
      const name = `h${size}`;
      await app.deploy(name, generatedConfig(1, name));
      await fill(storage.environment(name), await lastRun(app, name), size);
    }
    const measured: Measured[] = [];
    for (const size of SIZES) measured.push(await askedOf(app, proxy, `h${size}`));
    return compared('blobs', measured);
  } finally {
    await app.stop();
    await proxy.close();
    await azurite.stop();
  }
}

async function askedOf(app: ServedProduct, proxy: CountingProxy, name: string): Promise<Measured> {
  const runId = await lastRun(app, name);
  const routes = {
    'its environment': `/api/environments/${name}`,
    'its first page of runs': `/api/environments/${name}/deployments`,
    'its overview, of all': '/api/overview',
    'status of its last run': `/api/deployments/${runId}`,
    'its audit trail': `/api/environments/${name}/audit`,
  };
  const measured: Record<string, Measured[string]> = {};
  for (const [what, path] of Object.entries(routes)) {
    const ask = async (): Promise<void> => void (await (await app.ask(path)).arrayBuffer());
    await ask();
    const before = proxy.total();
    await ask();
    measured[`${what}, storage requests`] = { value: proxy.total() - before, unit: '' };
    measured[what] = { value: await timeOf(ask), unit: 'ms' };
  }
  const config = generatedConfig(1, name);
  // The first of a process reads what later ones remember.
  await app.deploy(name, config);
  const requests: number[] = [];
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const before = proxy.total();
    let after: number | undefined;
    const { milliseconds } = await app.deploy(name, config, () => (after ??= proxy.total()));
    requests.push((after ?? before) - before);
    times.push(milliseconds);
  }
  return {
    ...measured,
    'a run without changes, storage requests': { value: Math.min(...requests), unit: '' },
    'a run without changes': { value: median(times), unit: 'ms' },
  };
}

/** By the command line, each command a process of its own. */
async function inFiles({ cli, directory: home, config }: BuiltProduct): Promise<readonly Figure[]> {
  const simulated = ['--simulate', '--simulator-profile', 'instant'];
  const measured: Measured[] = [];
  for (const size of SIZES) {
    const cwd = join(home, `files-${size}`);
    await mkdir(cwd);
    const run = (...words: readonly string[]): number =>
      processTime([cli, ...words, '--config', join(home, config)], { cwd });
    const deploy = (): number => run('deploy', ...simulated, '--auto-approve');
    deploy();
    const stores = storesOf(cwd);
    const [last] = await stores.runs.runs({ limit: 1 });
    await fill(stores, last?.runId ?? '', size);
    deploy();
    const commands = { status: () => run('status'), runs: () => run('runs'), 'a run without changes': deploy };
    const times: Record<string, Measured[string]> = {};
    for (const [what, command] of Object.entries(commands))
      times[what] = { value: await timeOf(async () => void command()), unit: 'ms' };
    measured.push(times);
  }
  return compared('files', measured);
}

function storesOf(cwd: string): EnvironmentStores {
  const { environmentDirectory: directory } = openWorkspace('default', cwd);
  const path = join(cwd, DEFAULT_STATE_FILE);
  return {
    state: openFileStateStore({ path, environment: 'default', directory }),
    runs: openFileRunStore({ directory }),
  };
}

async function fill(stores: EnvironmentStores, runId: string, count: number): Promise<void> {
  const from = new Date(Date.now() - (count + 1) * MINUTE_IN_MS);
  await fillHistory(stores, await templateOf(stores, runId), { count, from, everyMs: MINUTE_IN_MS, wholeOf: 10 });
}

async function lastRun(app: ServedProduct, name: string): Promise<string> {
  const { lastRun: last } = (await (await app.ask(`/api/environments/${name}`)).json()) as {
    lastRun: { runId: string };
  };
  return last.runId;
}

async function timeOf(ask: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return median(times);
}
