import type { FaultRule } from '../../src/simulator/faults.ts';
import type { Command, Outcome, Running } from '../faults/deployment.ts';
import { cameOf, courseOf, requireDone, type Verdict, verdictOf } from '../faults/ending.ts';
import { type Picture, pictureOf } from '../faults/picture.ts';
import { SCENES, type SceneName } from '../faults/scenes.ts';
import { type Company, onStage, type Stage } from '../faults/stage.ts';
import { type BlobRequest, type BlobService, startBlobService } from '../helpers/blobs/blob-service.ts';
import { runsIn, writtenBy } from './documents.ts';
import { type Loss, lose } from './loss.ts';

/** Who goes on after the loss: the engine by itself, as that of an app does, or the same command given again. */
export type Successor = 'engine' | 'command';

export interface LossCase {
  /** Everything is killed when the storage has taken so many writes of the run; it hears no more of the last one. */
  readonly moment: number;
  readonly loss: Loss;
  readonly by: Successor;
}

export interface Undisturbed {
  readonly picture: Picture;
  /** Of the run, to the storage. */
  readonly requests: readonly BlobRequest[];
  readonly writes: number;
  /** After each write of the run, how often each document was written by then. */
  readonly written: readonly Readonly<Record<string, number>>[];
}

/** Where one trial happens. */
interface Place extends Stage {
  readonly storage: BlobService;
}

/** The run of a scene, nothing happening to it. */
export async function undisturbedRun(company: Company, scene: SceneName): Promise<Undisturbed> {
  return await onForgetfulStage(company, async (place) => {
    const { command } = await SCENES[scene](place, company.deployer);
    const { storage, simulator } = place;
    const before = storage.blobs.writes.length;
    const requestsBefore = storage.requests().length;
    const outcome = await place.deploy(command);
    requireDone(outcome);
    const written = storage.blobs.writes.slice(before);
    return {
      picture: pictureOf(simulator, outcome.state),
      requests: storage.requests().slice(requestsBefore),
      writes: written.length,
      written: written.map((_, index) => writtenBy(written.slice(0, index + 1))),
    };
  });
}

/** A run that is killed, a loss, the run's end, the command again where it failed, and one that must find nothing to do. */
export async function tryLoss(
  company: Company,
  scene: SceneName,
  { moment, loss, by }: LossCase,
  expected: Picture,
): Promise<Verdict> {
  const { deployer, time } = company;
  return await onForgetfulStage(company, async (place) => {
    const act = await SCENES[scene](place, deployer);
    const { storage, directory } = place;
    const before = runsIn(storage.blobs.names());
    const isKilled = await killedRun(company, place, act.command, storage.blobs.writes.length + moment);
    if (!isKilled || !(await lose(loss, storage.blobs, directory))) return { ending: 'not met', problems: [] };
    const goesOn = async (): Promise<Outcome | undefined> => {
      const running = await time.during(
        by === 'engine' ? deployer.goOn(place, act.command) : deployer.begin(place, act.command),
      );
      const outcome = running && (await time.during(running.ended));
      // A journal that lost the whole run knows of those before it alone: of this one nobody has heard anything.
      return outcome && before.has(outcome.summary.runId) ? undefined : outcome;
    };
    const beginning = { first: await cameOf(goesOn()), isStateGone: loss.kind === 'gone' };
    return verdictOf(await courseOf(place, act, expected, beginning), true);
  });
}

/** A run whose storage fails in these ways, the command again where it failed, and one that must find nothing to do. */
export async function tryStorageFaults(
  company: Company,
  scene: SceneName,
  faults: readonly FaultRule[],
  expected: Picture,
): Promise<Verdict> {
  return await onForgetfulStage(company, async (place) => {
    const { storage } = place;
    const act = await SCENES[scene](place, company.deployer);
    for (const rule of faults) storage.addFault(rule);
    const first = await cameOf(place.deploy(act.command));
    const isMet = storage.faultsMet() > 0;
    storage.clearFaults();
    return verdictOf(await courseOf(place, act, expected, { first }), isMet);
  });
}

/** @returns false: it ended before */
async function killedRun(
  { deployer, time }: Company,
  place: Place,
  command: Command,
  writes: number,
): Promise<boolean> {
  const { storage } = place;
  let begun: Running | undefined;
  const reached = new Promise<true>((resolve) =>
    storage.onWrite((count) => {
      if (count !== writes) return;
      // At once: how far it would come until somebody has noticed differs from run to run.
      begun?.cutOff();
      resolve(true);
    }),
  );
  const run = await time.during(deployer.begin(place, command));
  begun = run;
  const isReached = await time.during(Promise.race([reached, run.ended.then(() => false)]));
  storage.onWrite(undefined);
  if (isReached) await time.during(run.kill());
  return isReached;
}

async function onForgetfulStage<Value>(company: Company, work: (place: Place) => Promise<Value>): Promise<Value> {
  const storage = await startBlobService();
  try {
    return await onStage(company, (stage) => work({ ...stage, storage }), storage);
  } finally {
    await storage.close();
  }
}
