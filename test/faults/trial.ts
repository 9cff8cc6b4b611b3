import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type Case, kindOf, rulesOf } from './cases.ts';
import { cameOf, courseOf, requireDone, type Verdict, verdictOf } from './ending.ts';
import { leaksIn } from './leaks.ts';
import { type Picture, pictureOf } from './picture.ts';
import { SCENES, type SceneName } from './scenes.ts';
import { type Company, onStage } from './stage.ts';

export interface Undisturbed {
  readonly requests: readonly LoggedRequest[];
  readonly picture: Picture;
}

/** No deployment takes that long, whatever goes wrong. */
const FOR_EVER_IN_MS = 14 * 24 * 3600 * 1000;

/** The run of a scene, nothing happening to it. */
export async function undisturbedRun(company: Company, scene: SceneName): Promise<Undisturbed> {
  return await onStage(company, async (stage) => {
    const { command } = await SCENES[scene](stage, company.deployer);
    const before = stage.simulator.requests().length;
    const outcome = await stage.deploy(command);
    requireDone(outcome);
    return { requests: stage.simulator.requests().slice(before), picture: pictureOf(stage.simulator, outcome.state) };
  });
}

/** A scene's run with these faults, the command again where it failed, and one that must find nothing to do. */
export async function tryCases(
  company: Company,
  scene: SceneName,
  cases: readonly Case[],
  expected: Picture,
): Promise<Verdict> {
  return await onStage(company, async (stage) => {
    const { simulator, directory } = stage;
    const act = await SCENES[scene](stage, company.deployer);
    const began = company.time.elapsed();
    for (const rule of cases.flatMap(rulesOf)) simulator.addFault(rule);
    const first = await cameOf(stage.deploy(act.command));
    const isMet = simulator.faultsMet() > 0;
    if (first instanceof Error || first.summary.status !== 'succeeded') {
      simulator.clearFaults();
      endWhatNeverEnds(simulator);
    }
    const course = await courseOf(stage, act, expected, { first });
    const problems = course.problems.filter((line) => !cases.some((one) => isExcused(one, line)));
    const took = company.time.elapsed() - began;
    if (took > FOR_EVER_IN_MS) problems.push(`it took ${took / 3_600_000} hours`);
    problems.push(...(await leaksIn(directory, simulator)));
    return verdictOf({ ...course, problems }, isMet);
  });
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
