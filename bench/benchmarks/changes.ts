import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { type ChangeRun, deployExample, type KeptExample } from '../runs/kept-example.ts';
import { chainText } from '../runs/resource-path.ts';

/**
 * So many times as fast as Azure: at its own pace by default, since a second of ours counts as that many.
 * `BENCH_SPEED=4`: for who has less time than half an hour.
 */
const SPEED = Number(process.env.BENCH_SPEED ?? 1);
const PACE = SPEED === 1 ? 'the pace of Azure' : `${SPEED} times the speed of Azure`;
const ROUNDS = 3;
/** Before them, so that how long something took is known, as it is of what is done day by day. */
const ROUNDS_BEFORE = 2;
const MOST = 1.05;

const GATEWAY = 'services/api-gateway/main.js';
const CONFIG = 'config.yaml';

/** What is done with an application day by day, each time beside the longest chain of Azure operations that it truly needs. */
export const CHANGES: readonly Benchmark[] = [
  change('daily', 'one changed source file', (example, round) =>
    example.edit(GATEWAY, (text) => `${text}// Change ${round}.\n`),
  ),
  change('variable', 'one changed variable', (example, round) =>
    example.edit(CONFIG, (text) =>
      text.replace(/cors_origin: .*/, `cors_origin: "https://round-${round}.example.org"`),
    ),
  ),
  change('scaled-service', 'one scaled service', (example, round) =>
    example.edit(CONFIG, (text) =>
      text.replace(/max_replicas: \d+, ingress: "external"/, `max_replicas: ${6 + round}, ingress: "external"`),
    ),
  ),
  change('add-service', 'one more service', (example, round) =>
    example.edit(CONFIG, (text) =>
      text.replace(
        /^services:$/m,
        `services:\n  cache_${round}: { name: "cache-${round}", image: "redis:7-alpine", port: 6379, transport: tcp }`,
      ),
    ),
  ),
  {
    name: 'rollback',
    measure: () =>
      withBuiltProduct(async (product) => {
        const example = await deployExample(product, SPEED);
        await example.edit(GATEWAY, (text) => `${text}// A change.\n`);
        await example.run();
        // Each goes back to what the one before it came from.
        return await rounds('rollback', () => example.run(['rollback']));
      }),
  },
];

function change(name: string, what: string, edit: (example: KeptExample, round: number) => Promise<void>): Benchmark {
  return {
    name,
    measure: () =>
      withBuiltProduct(async (product) => {
        const example = await deployExample(product, SPEED);
        return await rounds(what, async (round) => {
          await edit(example, round);
          return await example.run();
        });
      }),
  };
}

async function rounds(what: string, run: (round: number) => Promise<ChangeRun>): Promise<readonly Figure[]> {
  const runs: ChangeRun[] = [];
  for (let round = 0; round < ROUNDS_BEFORE; round += 1) await run(round);
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await run(ROUNDS_BEFORE + round));
  const ratios = runs.map(({ seconds, floor }) => seconds / floor.seconds);
  for (const { floor } of runs.slice(0, 1)) process.stderr.write(`${what}, what Azure needs: ${chainText(floor)}\n`);
  const floor = { name: 'what Azure needs', value: median(runs.map((one) => one.floor.seconds)) };
  return [
    {
      name: `${what} at ${PACE}`,
      value: median(runs.map(({ seconds }) => seconds)),
      unit: 's',
      beside: floor,
      target: { of: 'ratio', atMost: MOST },
    },
    {
      name: `${what}: start and end of the process`,
      value: median(runs.map((one) => one.processSeconds - one.seconds)),
      unit: 's',
    },
    { name: `${what}: looks too early`, value: median(runs.map(({ looks }) => looks.early)), unit: 'looks' },
    {
      name: `${what}: lateness of the last looks`,
      value: median(runs.map(({ looks }) => looks.lateInSeconds)),
      unit: 's',
    },
    { name: `${what}: spread of the ratio`, value: Math.max(...ratios) - Math.min(...ratios), unit: '' },
  ];
}
