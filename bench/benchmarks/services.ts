import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, measureCommand } from '../command.ts';
import { type Benchmark, exponent, type Figure } from '../figure.ts';
import { generatedConfig } from '../generated-config.ts';

const SIZES = [5, 50, 250, 500];
const CLI = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
/** Linear within ten per cent. */
const LINEAR = { of: 'value', atMost: 1.1 } as const;

interface Sized {
  readonly services: number;
  readonly first: Measured;
  readonly noOp: Measured;
  readonly requests: number;
  readonly stateInKb: number;
  readonly journalInKb: number;
}

/**
 * How a deployment grows with its services. What every deployment has, be it small, is taken off before growth is fitted: the
 * measure of the smallest stands for it.
 */
export const services: Benchmark = {
  name: 'services',
  async measure() {
    const sized: Sized[] = [];
    for (const count of SIZES) sized.push(await deploy(count));
    const growth = (name: string, measure: (one: Sized) => number): Figure => ({
      name: `growth with services: ${name} (exponent)`,
      value: exponentBeyond(sized, measure),
      unit: '',
      target: LINEAR,
    });
    return [
      ...sized.flatMap(figuresOf),
      growth('time', ({ first }) => first.seconds),
      growth('peak memory', ({ first }) => first.peakInMb),
      growth('requests to Azure', ({ requests }) => requests),
      growth('state document', ({ stateInKb }) => stateInKb),
    ];
  },
};

function figuresOf({ services: count, first, noOp, requests, stateInKb, journalInKb }: Sized): readonly Figure[] {
  const name = `${count} services`;
  return [
    { name: `${name}, first deployment`, value: first.seconds, unit: 's' },
    { name: `${name}, first deployment: peak memory`, value: first.peakInMb, unit: 'MB' },
    { name: `${name}, first deployment: requests to Azure`, value: requests, unit: '' },
    { name: `${name}, no-op`, value: noOp.seconds, unit: 's' },
    { name: `${name}: state document`, value: stateInKb, unit: 'KB' },
    { name: `${name}: journal`, value: journalInKb, unit: 'KB' },
  ];
}

async function deploy(count: number): Promise<Sized> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
  try {
    const config = join(directory, 'config.yaml');
    await writeFile(config, generatedConfig(count));
    const words = [CLI, '--config', config, '--simulate', '--simulator-profile', 'instant', '--auto-approve'];
    const run = (): Measured => measureCommand(process.execPath, words, directory);
    const first = run();
    const log = await readFile(join(directory, '.draftgenie-deploy/simulator/requests.ndjson'), 'utf8');
    const sizeInKb = async (path: string): Promise<number> => (await stat(join(directory, path))).size / 1024;
    return {
      services: count,
      first,
      requests: log.split('\n').length - 1,
      noOp: run(),
      stateInKb: await sizeInKb('.azure-deployment-state-v1.json'),
      journalInKb: await sizeInKb('.draftgenie-deploy/default/journal.jsonl'),
    };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function exponentBeyond(sized: readonly Sized[], measure: (one: Sized) => number): number {
  const [smallest, ...larger] = sized;
  if (!smallest) return Number.NaN;
  return exponent(
    larger.map((one) => ({ size: one.services - smallest.services, value: measure(one) - measure(smallest) })),
  );
}
