import { fileURLToPath } from 'node:url';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import { askEach, askOnce } from '../helpers/processes/child-pool.ts';
import { type Case, describePlace, FAULTS, type FaultName } from './cases.ts';
import type { Verdict } from './trial.ts';
import type { Order } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** The requests of an undisturbed run. */
export async function undisturbedRequests(): Promise<readonly LoggedRequest[]> {
  return (await askOnce(WORKER, { kind: 'undisturbed' } satisfies Order)) as readonly LoggedRequest[];
}

/** Tries every case, in so many processes; a case that throws is broken. */
export async function tryAll(
  cases: readonly Case[],
  {
    processes,
    told,
  }: { readonly processes: number; readonly told: (done: number, entry: readonly [Case, Verdict]) => void },
): Promise<ReadonlyMap<Case, Verdict>> {
  const verdicts = new Map<Case, Verdict>();
  const orders = cases.map((one) => ({ kind: 'case', one }) satisfies Order);
  await askEach(WORKER, orders, {
    processes,
    told: ({ one }, answer, error) => {
      const broken: Verdict = { number: one.number, ending: 'broken', problems: [error?.message ?? ''] };
      const verdict = error ? broken : (answer as Verdict);
      verdicts.set(one, verdict);
      told(verdicts.size, [one, verdict]);
    },
  });
  return verdicts;
}

const WIDTH = Math.max(...Object.keys(FAULTS).map(({ length }) => length)) + 1;

/** One line for each fault: how its cases ended. */
export function matrixTable(verdicts: ReadonlyMap<Case, Verdict>): string {
  const lines = (Object.keys(FAULTS) as FaultName[]).map((fault) => {
    const endings = [...verdicts].flatMap(([one, { ending }]) => (one.fault === fault ? [ending] : []));
    const count = (wanted: Verdict['ending']): string =>
      String(endings.filter((ending) => ending === wanted).length).padStart(9);
    return `${fault.padEnd(WIDTH)}${String(endings.length).padStart(6)}${count('succeeded')}${count('repaired')}${count('broken')}${count('not met')}`;
  });
  const head = `${'fault'.padEnd(WIDTH)} cases succeeded repaired   broken  not met`;
  return [head, ...lines].join('\n');
}

export function describeBroken([{ number, fault, place }, { problems, code }]: readonly [Case, Verdict]): string {
  return `case ${number}: ${fault} at ${describePlace(place)}${code ? ` (${code})` : ''}\n  ${problems.join('\n  ')}`;
}
