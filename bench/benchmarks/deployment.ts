import type { Benchmark, Figure } from '../figure.ts';
import { criticalPathOf } from '../runs/critical-path.ts';
import { operationsOf } from '../runs/operations.ts';
import { chainText, resourcePathOf } from '../runs/resource-path.ts';
import { type MeasuredRun, runExample } from '../runs/run-cli.ts';

/** So many times as fast as Azure: a first deployment of twelve minutes takes 75 seconds, and a second of ours counts as ten. */
const SPEED = 10;
const MOST = 1.03;

/** A first deployment of the example against the simulator's recorded durations, beside its critical path. */
export const deployment: Benchmark = {
  name: 'deployment',
  async measure() {
    const side = await runExample({ speed: SPEED });
    const alone = await runExample({
      speed: SPEED,
      imports: [new URL('../runs/without-parallelism.ts', import.meta.url).href],
    });
    const operations = operationsOf(side.cloud, SPEED);
    const path = criticalPathOf(operations, side.resources);
    const needed = resourcePathOf(operations, side.cloud);
    process.stderr.write(
      `critical path: ${path.steps.map(({ step, seconds }) => `${step} ${seconds.toFixed(2)} s`).join(', ')}\n`,
    );
    process.stderr.write(`critical path of the resources: ${chainText(needed)}\n`);
    const beside = { name: 'critical path', value: path.seconds };
    return [
      { ...runTime('full deployment', side), beside, target: { of: 'ratio', atMost: MOST } },
      {
        ...runTime('full deployment, whatever its steps are', side),
        beside: { name: 'critical path of the resources', value: needed.seconds },
      },
      { ...runTime('full deployment, one step at a time', alone), beside },
      { name: 'full deployment, start and end of the process', value: side.processSeconds - side.seconds, unit: 's' },
      { name: 'full deployment, requests to Azure', value: side.requests, unit: 'requests' },
    ];
  },
};

function runTime(name: string, { seconds }: MeasuredRun): Figure {
  return { name: `${name} at ${SPEED} times the speed of Azure`, value: seconds, unit: 's' };
}
