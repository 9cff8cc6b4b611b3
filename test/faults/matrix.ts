import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import { type Case, describePlace, FAULTS, type FaultName } from './cases.ts';
import type { Verdict } from './trial.ts';
import type { Order } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Connections that were cut at both ends stay in memory. */
const CASES_OF_A_PROCESS = 50;

/** The requests of an undisturbed run. */
export async function undisturbedRequests(): Promise<readonly LoggedRequest[]> {
  const child = fork(WORKER);
  try {
    return (await ask(child, { kind: 'undisturbed' })) as readonly LoggedRequest[];
  } finally {
    child.kill();
  }
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
  const next = cases.values();
  const work = async (): Promise<void> => {
    let child = fork(WORKER);
    let tried = 0;
    try {
      for (const one of next) {
        const verdict = await verdictOf(child, one);
        verdicts.set(one, verdict);
        told(verdicts.size, [one, verdict]);
        tried += 1;
        if (tried % CASES_OF_A_PROCESS !== 0) continue;
        child.kill();
        child = fork(WORKER);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return verdicts;
}

async function verdictOf(child: ChildProcess, one: Case): Promise<Verdict> {
  try {
    return (await ask(child, { kind: 'case', one })) as Verdict;
  } catch (error) {
    return { number: one.number, ending: 'broken', problems: [(error as Error).message] };
  }
}

async function ask(child: ChildProcess, order: Order): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the process ended with ${code}`);
  });
  // Whoever loses the race is told to stop listening.
  gone.catch(() => undefined);
  child.send(order);
  const message = (await Promise.race([once(child, 'message', { signal }), gone])) as readonly unknown[];
  answered.abort();
  const [{ value, error }] = message as [{ readonly value?: unknown; readonly error?: string }];
  if (error !== undefined) throw new Error(error);
  return value;
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
