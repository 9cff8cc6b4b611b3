import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuiltProduct, withBuiltProduct } from '../built-product.ts';
import { type CountingProxy, inARow, type StorageTrip, startCountingProxy } from '../counting-proxy.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { PREBUILT } from '../prebuilt.ts';
import { emptyProcessTime, processTime } from '../process-time.ts';
import { rowAlone } from '../runs/row-alone.ts';
import { type ServedProduct, serveProduct } from '../served-product.ts';
import { simulatorStartTime } from '../simulator-start.ts';

const COMMANDS = 9;
const SERVED_RUNS = 15;
const COUNTED_RUNS = 5;
const SOURCES = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));

/** A deployment without changes: the command line as a cold process, and one request to an app that is served. */
export const noOp: Benchmark = {
  name: 'no-op',
  measure: () =>
    withBuiltProduct(async (product) => [...(await commandLine(product)), ...(await servedApp(product))] as const),
};

/** The simulator starts with the command and is no part of a deployment to Azure; its start is measured alone, too. */
async function commandLine({ directory, cli, simulator, config }: BuiltProduct): Promise<readonly Figure[]> {
  const simulated = ['--config', config, '--simulate', '--simulator-profile', 'instant', '--auto-approve'];
  const deploy = (bin: string): number => processTime([bin, ...simulated], { cwd: directory });
  const files = join(directory, '.draftgenie-deploy/simulator');
  const requests = async (): Promise<readonly string[]> =>
    (await readFile(join(files, 'requests.ndjson'), 'utf8')).split('\n').slice(0, -1);
  deploy(cli);
  // The first after a deployment looks at what that one had just made; and the sources are hashed again.
  deploy(cli);
  const before = (await requests()).length;
  deploy(cli);
  const asked = (await requests()).slice(before).map((line) => (JSON.parse(line) as { host: string }).host);
  const count = (hosts: RegExp): number => asked.filter((host) => hosts.test(host)).length;
  const empty: number[] = [];
  const built: number[] = [];
  const sources: number[] = [];
  const start: number[] = [];
  for (let index = 0; index < COMMANDS; index += 1) {
    empty.push(emptyProcessTime());
    built.push(deploy(cli));
    sources.push(deploy(SOURCES));
    start.push(await simulatorStartTime(simulator, join(files, 'cloud.json')));
  }
  const beside = { name: 'empty process', value: median(empty) };
  const inTime = { of: 'value', atMost: 600 } as const;
  const name = 'no-op, command line';
  return [
    { name: `${name}, built, with its simulator`, value: median(built), unit: 'ms', beside, target: inTime },
    { name: `${name}, sources, with its simulator`, value: median(sources), unit: 'ms', beside, target: inTime },
    { name: 'start of the simulator alone', value: median(start), unit: 'ms', beside },
    {
      name: `${name}: requests to Resource Manager and Key Vault`,
      value: count(/^management\.|\.vault\./),
      unit: '',
      target: { of: 'value', atMost: 3 },
    },
    { name: `${name}: requests for tokens`, value: count(/^login\./), unit: '' },
    { name: `${name}: requests in all, with the application’s own addresses`, value: asked.length, unit: '' },
  ];
}

/** Times are taken without the proxy that counts. */
async function servedApp(product: BuiltProduct): Promise<readonly Figure[]> {
  const app = await serveProduct(product);
  try {
    await app.deploy('bench', PREBUILT);
    const times: number[] = [];
    for (let index = 0; index < SERVED_RUNS; index += 1) {
      const { milliseconds, executed } = await app.deploy('bench', PREBUILT);
      if (executed > 0) throw new Error('the run was no no-op');
      times.push(milliseconds);
    }
    return [
      {
        name: 'no-op, served app',
        value: median(times),
        unit: 'ms',
        target: { of: 'value', atMost: 50 },
      },
      { name: 'no-op, served app, best', value: Math.min(...times), unit: 'ms' },
      ...(await storageFigures(product, app.storage, median(times))),
    ];
  } finally {
    await app.stop();
  }
}

/** By a second app beside the first, whose storage it uses by way of a proxy. @param milliseconds of a run without the proxy */
async function storageFigures(
  product: BuiltProduct,
  storage: string | null,
  milliseconds: number,
): Promise<readonly Figure[]> {
  if (storage === null) throw new Error('the app has no storage of its own');
  const directory = join(product.directory, 'counted');
  await mkdir(directory);
  const proxy = await startCountingProxy(storage, 'deployment-state');
  const app = await serveProduct({ cli: product.cli, directory }, { DEPLOYMENT_STORAGE: proxy.connectionString });
  try {
    await app.deploy('counted', PREBUILT);
    const runs: (readonly StorageTrip[])[] = [];
    for (let index = 0; index < COUNTED_RUNS; index += 1) runs.push(await tripsOf(app, proxy));
    // What does not wait for each other may happen to, so the shortest row is what has to.
    const row = runs.map(inARow).reduce((a, b) => (b.length < a.length ? b : a));
    process.stderr.write(`storage requests in a row: ${row.map(({ name }) => name).join(', ')}\n`);
    const name = 'no-op, served app: storage operations';
    return [
      { name, value: Math.min(...runs.map(({ length }) => length)), unit: '', target: { of: 'value', atMost: 59 } },
      { name: `${name} in a row`, value: row.length, unit: '', target: { of: 'value', atMost: 6 } },
      {
        name: 'no-op, served app, beside its row of requests',
        value: milliseconds,
        unit: 'ms',
        beside: { name: 'the same requests, one after the other', value: await rowAlone(storage, row) },
        target: { of: 'ratio', atMost: 1.5 },
      },
    ];
  } finally {
    await app.stop();
    await proxy.close();
  }
}

/** What one run asks of the storage until it has ended; who looks whether it has asks later. */
async function tripsOf(app: ServedProduct, proxy: CountingProxy): Promise<readonly StorageTrip[]> {
  proxy.trips();
  let trips: readonly StorageTrip[] | undefined;
  await app.deploy('counted', PREBUILT, () => {
    trips ??= proxy.trips();
  });
  return trips ?? [];
}
