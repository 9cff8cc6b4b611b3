import { availableParallelism } from 'node:os';
import { askEach } from '../helpers/processes/child-pool.ts';
import type { Verdict } from './ending.ts';
import type { SceneName } from './scenes.ts';

/** What each scene's run is like when nothing happens to it, as the worker tells it. */
export async function undisturbedRuns<Run>(
  worker: string,
  scenes: readonly SceneName[],
): Promise<ReadonlyMap<SceneName, Run>> {
  const runs = new Map<SceneName, Run>();
  const failed: string[] = [];
  const orders = scenes.map((scene) => ({ kind: 'undisturbed' as const, scene }));
  await askEach(worker, orders, {
    processes: Math.min(orders.length, availableParallelism()),
    told({ scene }, answer, error) {
      if (error) failed.push(`${scene}, undisturbed: ${error.message}`);
      else runs.set(scene, answer as Run);
    },
  });
  if (failed.length > 0) throw new Error(failed.join('\n'));
  return runs;
}

interface Listener<Order> {
  /** Default: those that are broken are told. */
  readonly isTold?: ((verdict: Verdict) => boolean) | undefined;
  /** Called with each verdict as it comes. */
  readonly keep?: ((order: Order, verdict: Verdict) => void) | undefined;
}

/** Tries all, in as many processes as there are processors; a trial that throws is broken. */
export async function tryEach<Order extends object>(
  worker: string,
  orders: readonly Order[],
  describe: (order: Order) => string,
  { isTold = ({ ending }) => ending === 'broken', keep }: Listener<Order> = {},
): Promise<ReadonlyMap<Order, Verdict>> {
  const verdicts = new Map<Order, Verdict>();
  await askEach(worker, orders, {
    processes: Math.min(orders.length, availableParallelism()),
    told(order, answer, error) {
      const verdict: Verdict = error ? { ending: 'broken', problems: [error.message] } : (answer as Verdict);
      verdicts.set(order, verdict);
      keep?.(order, verdict);
      if (isTold(verdict)) process.stdout.write(`${describe(order)}: ${toldVerdict(verdict)}\n`);
      if (verdicts.size % 50 === 0) process.stdout.write(`${verdicts.size} of ${orders.length} trials\n`);
    },
  });
  return verdicts;
}

export function brokenOf<Order>(verdicts: ReadonlyMap<Order, Verdict>): readonly (readonly [Order, Verdict])[] {
  return [...verdicts].filter(([, { ending }]) => ending === 'broken');
}

const ENDINGS = ['succeeded', 'repaired', 'broken', 'not met'] as const satisfies readonly Verdict['ending'][];

/** One line for each kind of trial: how they ended; then what the repaired ones had said. */
export function endingsTable<Order>(verdicts: ReadonlyMap<Order, Verdict>, kindOf: (order: Order) => string): string {
  const groups = Map.groupBy(verdicts, ([order]) => kindOf(order));
  const width = Math.max(0, ...[...groups.keys()].map(({ length }) => length)) + 1;
  const lines = [...groups].map(([kind, entries]) => {
    const counts = ENDINGS.map((wanted) => entries.filter(([, { ending }]) => ending === wanted).length);
    return `${kind.padEnd(width)}${[entries.length, ...counts].map((count) => String(count).padStart(10)).join('')}`;
  });
  const codes = Map.groupBy(
    [...verdicts.values()].flatMap(({ ending, code }) =>
      ending === 'repaired' ? [code ?? 'nothing to go on with'] : [],
    ),
    (code) => code,
  );
  const repaired = [...codes].map(([code, all]) => `  ${code}: ${all.length}`);
  const head = `${''.padEnd(width)}${['trials', ...ENDINGS].map((word) => word.padStart(10)).join('')}`;
  return [head, ...lines, 'repaired by the same command:', ...repaired].join('\n');
}

function toldVerdict({ ending, code, problems }: Verdict): string {
  return [`${ending}${code ? ` (${code})` : ''}`, ...problems.map((problem) => `  ${problem.slice(0, 1000)}`)].join(
    '\n',
  );
}
