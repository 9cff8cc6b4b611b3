import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { emptyProcessTime } from '../process-time.ts';
import { deployExample } from '../runs/kept-example.ts';

const ROUNDS = 9;

/** What changes nothing on Azure needs no operation of it: a cold process of the built product, beside one that does nothing. */
export const LOOKS: readonly Benchmark[] = [look('drift', ['drift']), look('plan', ['plan'])];

function look(name: string, words: readonly string[]): Benchmark {
  return {
    name,
    measure: () =>
      withBuiltProduct(async (product): Promise<readonly Figure[]> => {
        const example = await deployExample(product, 1);
        await example.look(words);
        const empty: number[] = [];
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          empty.push(emptyProcessTime());
          times.push(await example.look(words));
        }
        const beside = { name: 'empty process', value: median(empty) };
        return [
          { name: `${name}, command line, built, with its simulator`, value: median(times), unit: 'ms', beside },
          { name: `${name}: slowest less fastest`, value: Math.max(...times) - Math.min(...times), unit: 'ms' },
        ];
      }),
  };
}
