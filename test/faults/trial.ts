import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type Case, kindOf, rulesOf } from './cases.ts';
import type { Deployer, Outcome } from './deployment.ts';
import { leaksIn } from './leaks.ts';
import { differences, type Picture, pictureOf } from './picture.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Undisturbed {
  readonly requests: readonly LoggedRequest[];
  readonly picture: Picture;
}

export interface Verdict {
  readonly number: number;
  /** `repaired`: the run ended with an error, and a plain re-run made it good. */
  readonly ending: 'succeeded' | 'repaired' | 'broken' | 'not met';
  /** Of the run that failed. */
  readonly code?: string;
  /** What is wrong; a case with any is broken. */
  readonly problems: readonly string[];
}

/** No deployment takes that long, whatever goes wrong. */
const FOR_EVER_IN_MS = 14 * 24 * 3600 * 1000;

export async function undisturbedRun(deployer: Deployer, time: VirtualTime): Promise<Undisturbed> {
  return await onFreshCloud(time, async (simulator, directory) => {
    const { summary, state } = await time.during(deployer.deploy(simulator, directory));
    if (summary.status !== 'succeeded') throw new Error(`the undisturbed run ended as ${summary.status}`);
    return { requests: [...simulator.requests()], picture: pictureOf(simulator, state) };
  });
}

/** A deployment with one fault, a re-run where it failed, and another one that must find nothing to do. */
export async function tryCase(deployer: Deployer, time: VirtualTime, one: Case, expected: Picture): Promise<Verdict> {
  return await onFreshCloud(time, async (simulator, directory) => {
    const problems: string[] = [];
    const deploy = async (): Promise<Outcome> => await time.during(deployer.deploy(simulator, directory));
    for (const rule of rulesOf(one)) simulator.addFault(rule);
    const first = await deploy();
    const wasMet = simulator.faultsMet() > 0;
    const { status, error } = first.summary;
    if (status !== 'succeeded') {
      problems.push(...unclear(first));
      simulator.clearFaults();
      endWhatNeverEnds(simulator);
      const second = await deploy();
      if (second.summary.status !== 'succeeded')
        problems.push(`the re-run ended as ${second.summary.status}: ${JSON.stringify(second.summary.error)}`);
    }
    if (time.elapsed() > FOR_EVER_IN_MS) problems.push(`it took ${time.elapsed() / 3_600_000} hours`);
    const before = simulator.requests().length;
    const last = await deploy();
    problems.push(...notAtRest(last, simulator.requests().slice(before)));
    problems.push(...differences(expected, pictureOf(simulator, last.state)).filter((line) => !isExcused(one, line)));
    problems.push(...(await leaksIn(directory, simulator)));
    const ending = status === 'succeeded' ? 'succeeded' : 'repaired';
    return {
      number: one.number,
      ending: problems.length > 0 ? 'broken' : wasMet ? ending : 'not met',
      ...(status !== 'succeeded' && error && { code: error.code }),
      problems,
    };
  });
}

async function onFreshCloud<Value>(
  time: VirtualTime,
  work: (simulator: Simulator, directory: string) => Promise<Value>,
): Promise<Value> {
  time.reset();
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-fault-'));
  try {
    return await work(simulator, directory);
  } finally {
    await simulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a person could not act on. */
export function unclear({ summary, state }: Outcome): readonly string[] {
  const { error, status } = summary;
  const problems: string[] = [];
  if (status !== 'failed') problems.push(`ended as ${status}`);
  if (!error) return [...problems, 'no error'];
  if (error.code === 'internal_error') problems.push(`internal_error: ${error.message}`);
  if (!error.hint) problems.push(`no hint for ${error.code}: ${error.message}`);
  if (state.lock) problems.push('the lock was kept');
  return problems;
}

/** What is wrong with a run that must find nothing to do. */
export function notAtRest({ summary, state, plan }: Outcome, requests: readonly LoggedRequest[]): readonly string[] {
  const problems: string[] = [];
  if (summary.status !== 'succeeded') problems.push(`the last run ended as ${summary.status}`);
  for (const step of summary.executed) {
    const reason = plan?.steps.find((one) => one.step === step)?.reason;
    problems.push(`the last run repeated ${step}: ${reason}`);
  }
  if (state.lock || state.queue.length > 0) problems.push('the lock or its queue was kept');
  const writes = requests.filter(({ method, host }) => method !== 'GET' && method !== 'HEAD' && !/^login\./.test(host));
  if (writes.length > 0) problems.push(`the last run wrote ${writes.map(({ path }) => path).join(', ')}`);
  return problems;
}

/** A job whose start was told to fail, or to last for ever, is started once more by the re-run; no other is. */
function isExcused({ fault, place }: Case, difference: string): boolean {
  const [, job] = /\/jobs\/([^/]+)\/start\$$/.exec(place.path) ?? [];
  return kindOf(fault).ofOperation === true && job !== undefined && difference.startsWith(`executions ${job}:`);
}

/** Azure has been repaired when the re-run begins. */
function endWhatNeverEnds(simulator: Simulator): void {
  simulator.change(({ operations }) => {
    for (const operation of Object.values(operations))
      if (operation.endsAt.startsWith('9999')) operation.endsAt = new Date().toISOString();
  });
}
