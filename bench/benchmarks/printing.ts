import { join } from 'node:path';
import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { emptyProcessTime, processTime } from '../process-time.ts';

const REPETITIONS = 25;
const AT_MOST = 1.5;

/** What people and shells ask for at any time: each a process of its own, whose code is cached as it is after the first. */
const PRINTED = {
  '--help': ['--help'],
  '--version': ['--version'],
  'script of completion': ['completion', 'bash'],
  'completion of a word': ['complete', '--', 'de'],
} as const;

export const printing: Benchmark = {
  name: 'printing',
  measure: () =>
    withBuiltProduct(async ({ directory, cli }) => {
      const env = { NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
      const print = (words: readonly string[]): number => processTime([cli, ...words], { env });
      const names = Object.keys(PRINTED) as (keyof typeof PRINTED)[];
      const empty: number[] = [];
      const times = new Map(names.map((name): [string, number[]] => [name, []]));
      for (const name of names) print(PRINTED[name]);
      // In turns, so that all are measured under the same load of the machine.
      for (let index = 0; index < REPETITIONS; index += 1) {
        empty.push(emptyProcessTime());
        for (const name of names) times.get(name)?.push(print(PRINTED[name]));
      }
      const beside = { name: 'empty process', value: median(empty) };
      return [...times].map(
        ([name, measured]): Figure => ({
          name,
          value: median(measured),
          unit: 'ms',
          beside,
          target: { of: 'ratio', atMost: AT_MOST },
        }),
      );
    }),
};
