import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { type BuiltProduct, withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { PREBUILT } from '../prebuilt.ts';
import { runNoOps } from '../runs/no-op-runs.ts';
import { type ServedProduct, serveProduct } from '../served-product.ts';

const RUNS = Number(process.env.BENCH_RUNS ?? 1000);
/** Until the memory of a new process is what it stays at. */
const WARM_UP = 100;
const STARTS = 3;
/** Of the folder of a served app: its engine, Azurite, which gives no space back, and the simulated cloud with its log of requests. */
const PARTS = ['engine', 'storage', 'simulator'];

/** What is there at one time. */
type Look = Readonly<Record<string, { readonly value: number; readonly unit: string }>>;

/** What a thousand runs that find nothing to do leave of a served app: its memory, its start-up time, its disk. */
export const manyRuns: Benchmark = {
  name: 'many-runs',
  measure: () =>
    withBuiltProduct(async (product) => {
      const first = await serveProduct(product);
      await first.deploy('bench', PREBUILT);
      await runNoOps(first, WARM_UP);
      await first.stop();
      const startedBefore = await startUp(product);
      const app = await serveProduct(product);
      await runNoOps(app, WARM_UP);
      const before = await look(app, product);
      await runNoOps(app, RUNS);
      const after = await look(app, product);
      await app.stop();
      return compared({ ...before, 'start-up': startedBefore }, { ...after, 'start-up': await startUp(product) });
    }),
};

function compared(before: Look, after: Look): readonly Figure[] {
  return Object.entries(after).map(([what, { value, unit }]) => ({
    name: `${what} after ${RUNS} no-op runs more`,
    value,
    unit,
    beside: { name: 'before them', value: before[what]?.value ?? 0 },
  }));
}

async function look(app: ServedProduct, { directory }: BuiltProduct): Promise<Look> {
  const served = join(directory, '.draftgenie-deploy/serve');
  const sizes = await Promise.all(PARTS.map(async (part) => [part, await sizeOf(join(served, part))] as const));
  const all = await sizeOf(join(directory, '.draftgenie-deploy'));
  const others = all - sizes.reduce((sum, [, size]) => sum + size, 0);
  return {
    memory: { value: await memoryOf(app.pid), unit: 'MB' },
    'content of the storage': inKb(await contentOf(app.storage ?? '')),
    ...Object.fromEntries(sizes.map(([part, size]) => [`disk of ${part}`, inKb(size)])),
    'disk of everything else': inKb(others),
  };
}

async function startUp(product: BuiltProduct): Promise<Look[string]> {
  const times: number[] = [];
  for (let time = 0; time < STARTS; time += 1) {
    const began = performance.now();
    const app = await serveProduct(product);
    times.push(performance.now() - began);
    await app.stop();
  }
  return { value: median(times), unit: 'ms' };
}

const inKb = (bytes: number): Look[string] => ({ value: bytes / 1024, unit: 'KB' });

/** Of all blobs: what Azure would charge for. */
async function contentOf(storage: string): Promise<number> {
  const service = BlobServiceClient.fromConnectionString(storage);
  let bytes = 0;
  for await (const container of service.listContainers()) {
    for await (const blob of service.getContainerClient(container.name).listBlobsFlat())
      bytes += blob.properties.contentLength ?? 0;
  }
  return bytes;
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((one) => one.isFile())
    // What was there a moment ago may be put in the place of another by now.
    .map(async (one) => (await stat(join(one.parentPath, one.name)).catch(() => ({ size: 0 }))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Of what it holds now. */
async function memoryOf(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
