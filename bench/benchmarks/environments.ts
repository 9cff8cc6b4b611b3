import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltProduct, withBuiltProduct } from '../built-product.ts';
import { type Benchmark, exponent, type Figure } from '../figure.ts';
import { generatedConfig } from '../generated-config.ts';
import { serveProduct } from '../served-product.ts';

/** `BENCH_ENVIRONMENTS=1,10,50,200`: others, which a machine that others use has the time for. */
const COUNTS = (process.env.BENCH_ENVIRONMENTS ?? '1,10,100,500,1000').split(',').map(Number);
const LINEAR = { of: 'value', atMost: 1.05 } as const;

interface Counted {
  readonly environments: number;
  readonly seconds: number;
  readonly peakInMb: number;
  /** Of the app before the first deployment. */
  readonly idleInMb: number;
  readonly requests: number;
  readonly journalInKb: number;
}

/** So many environments deployed at the same time by one served app, each for the first time, each an application of one image. */
export const environments: Benchmark = {
  name: 'environments',
  measure: () =>
    withBuiltProduct(async (product) => {
      const counted: Counted[] = [];
      for (const count of COUNTS) counted.push(await deployAtOnce(product, count));
      const growth = (name: string, measure: (one: Counted) => number): Figure => ({
        name: `growth with environments at once: ${name} (exponent)`,
        // One alone is no crowd: it has the app's first use of everything in it.
        value: exponent(counted.slice(1).map((one) => ({ size: one.environments, value: measure(one) }))),
        unit: '',
        target: LINEAR,
      });
      return [
        ...counted.flatMap(figuresOf),
        growth('time', ({ seconds }) => seconds),
        growth('memory above the idle app', ({ peakInMb, idleInMb }) => peakInMb - idleInMb),
        growth('requests to Azure', ({ requests }) => requests),
      ];
    }),
};

function figuresOf({ environments: count, seconds, peakInMb, requests, journalInKb }: Counted): readonly Figure[] {
  const name = `${count} environments at once`;
  return [
    { name, value: seconds, unit: 's' },
    { name: `${name}: peak memory of the app`, value: peakInMb, unit: 'MB' },
    { name: `${name}: requests to Azure for each`, value: requests / count, unit: '' },
    { name: `${name}: journal for each`, value: journalInKb / count, unit: 'KB' },
  ];
}

async function deployAtOnce({ cli, directory: home }: BuiltProduct, count: number): Promise<Counted> {
  const directory = join(home, `environments-${count}`);
  await mkdir(directory);
  const app = await serveProduct({ cli, directory });
  try {
    const idleInMb = await peakMemory(app.pid);
    const runs = await Promise.all(
      Array.from({ length: count }, async (_, index) => await app.deploy(`e${index}`, generatedConfig(1, `e${index}`))),
    );
    const log = await readFile(join(directory, '.draftgenie-deploy/serve/simulator/requests.ndjson'), 'utf8');
    return {
      environments: count,
      // All begin together; the last one that ends ends them all.
      seconds: Math.max(...runs.map(({ milliseconds }) => milliseconds)) / 1000,
      idleInMb,
      peakInMb: await peakMemory(app.pid),
      requests: log.split('\n').length - 1,
      journalInKb: (await stat(join(directory, '.draftgenie-deploy/serve/engine/journal.jsonl'))).size / 1024,
    };
  } finally {
    await app.stop();
  }
}

/** Of this process alone, by the kernel's own mark, in megabytes. */
async function peakMemory(pid: number): Promise<number> {
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
