import type { Benchmark, Figure } from '../figure.ts';
import { measureServedRuns } from '../runs/served-runs.ts';
import type { DaySummary } from '../scale/days.ts';
import { type Demands, demandsOf, RUN_KINDS } from '../scale/demand.ts';
import { keepMeasured } from '../scale/measured.ts';
import { capacities, ENGINES } from '../scale/model.ts';
import { INSTANCES, RUN_NAMES } from '../scale/page.ts';

/** The simulator's, so many times that of Azure; looks at operations are as many as on Azure. */
const SPEED = 20;

/** How many runs an hour one app can do, by what Azure publishes and what runs are counted to ask; writes docs/scale.md as well. */
export const scale: Benchmark = {
  name: 'scale',
  async measure() {
    const demands = demandsOf(await measureServedRuns(SPEED), SPEED);
    const { days } = await keepMeasured({ speed: SPEED, demands });
    return [...capacityFigures(demands), ...days.flatMap(dayFigures)];
  },
};

function capacityFigures(demands: Demands): readonly Figure[] {
  return ENGINES.flatMap((engine) =>
    INSTANCES.flatMap((instances) =>
      RUN_KINDS.flatMap((kind) =>
        capacities(engine, instances, demands[kind])
          .slice(0, 1)
          .map(({ resource, runsAnHour }) => ({
            name: `${engine.name}, ${instances} instances, ${RUN_NAMES[kind]}: limited by ${resource}`,
            value: runsAnHour,
            unit: 'an hour',
          })),
      ),
    ),
  );
}

function dayFigures({ what, engine, median, fairness, storageOperations }: DaySummary): readonly Figure[] {
  const name = `10,000 environments, ${engine}, ${what}`;
  return [
    { name: `${name}: median`, value: median, unit: 's' },
    { name: `${name}: slowest environment by the median one`, value: fairness, unit: '' },
    { name: `${name}: storage operations`, value: storageOperations, unit: '' },
  ];
}
