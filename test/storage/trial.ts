import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions } from '../../src/domain/run.ts';
import { UserError } from '../../src/shared/errors.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import type { Application, Deployer, Ground, Outcome } from '../faults/deployment.ts';
import { differences, type Picture, pictureOf } from '../faults/picture.ts';
import { notAtRest, unclear } from '../faults/trial.ts';
import type { VirtualTime } from '../faults/virtual-time.ts';
import { type BlobRequest, type BlobService, startBlobService } from '../helpers/blobs/blob-service.ts';
import { writtenBy } from './documents.ts';
import { type Loss, lose } from './loss.ts';

/** Who goes on after the loss: the engine by itself, as that of an app does, or the same command given again. */
export type Successor = 'engine' | 'command';

export interface LossCase {
  /** Everything is killed when the storage has acknowledged so many writes of the run. */
  readonly moment: number;
  readonly loss: Loss;
  readonly by: Successor;
}

export interface LossVerdict {
  /** `repaired`: the run ended with an error that says what to do, and a plain re-run made it good. */
  readonly ending: 'succeeded' | 'repaired' | 'broken' | 'not met';
  /** Of the run that failed. */
  readonly code?: string;
  readonly problems: readonly string[];
}

export interface Undisturbed {
  readonly picture: Picture;
  /** Of the run, to the storage. */
  readonly requests: readonly BlobRequest[];
  readonly writes: number;
  /** After each write of the run, how often each document was written by then. */
  readonly written: readonly ReadonlyMap<string, number>[];
}

/** Where one trial happens, and what it deploys. */
interface Place extends Ground {
  readonly storage: BlobService;
}

/** What is deployed before, and by what kind of run: by default the example for the first time. */
export interface Scene {
  readonly prepare?: (place: Place, deploy: (more?: Partial<Ground>) => Promise<Outcome>) => Promise<void>;
  readonly application?: Application;
  readonly options?: Partial<RunOptions>;
}

/** The run of a scene, nothing happening to it. */
export async function undisturbedRun(deployer: Deployer, time: VirtualTime, scene: Scene = {}): Promise<Undisturbed> {
  return await onFreshGround(time, async (place) => {
    await prepare(deployer, time, scene, place);
    const { storage, simulator } = place;
    const before = storage.blobs.writes.length;
    const requestsBefore = storage.requests().length;
    const outcome = await deploy(deployer, time, { ...place, ...groundOf(scene) });
    if (outcome.summary.status !== 'succeeded')
      throw new Error(`the undisturbed run ended as ${JSON.stringify(outcome.summary)}`);
    const writes = storage.blobs.writes.length - before;
    return {
      picture: pictureOf(simulator, outcome.state),
      requests: storage.requests().slice(requestsBefore),
      writes,
      written: Array.from({ length: writes }, (_, index) =>
        writtenBy(storage.blobs.writes.slice(before, before + index + 1)),
      ),
    };
  });
}

/** A run that is killed, a loss, the run's end, a re-run where it failed, and another one that must find nothing to do. */
export async function tryLoss(
  deployer: Deployer,
  time: VirtualTime,
  one: LossCase,
  expected: Picture,
  scene: Scene = {},
): Promise<LossVerdict> {
  return await onFreshGround(time, async (place) => {
    await prepare(deployer, time, scene, place);
    const { storage, simulator, directory } = place;
    const ground = { ...place, ...groundOf(scene) };
    const isKilled = await killedRun(deployer, time, ground, storage.blobs.writes.length + one.moment);
    if (!isKilled || !(await lose(one.loss, storage.blobs, directory))) return { ending: 'not met', problems: [] };
    const problems: string[] = [];
    const goesOn =
      one.by === 'engine' ? await time.during(deployer.goOn(ground)) : await time.during(deployer.begin(ground));
    const first = goesOn && (await time.during(goesOn.ended));
    if (first && first.summary.status !== 'succeeded') problems.push(...unclear(first));
    if (first?.summary.status !== 'succeeded') {
      const second = await deploy(deployer, time, ground);
      if (second.summary.status !== 'succeeded')
        problems.push(`the re-run ended as ${second.summary.status}: ${JSON.stringify(second.summary.error)}`);
    }
    const before = simulator.requests().length;
    const last = await deploy(deployer, time, { ...ground, options: {} });
    problems.push(...notAtRest(last, simulator.requests().slice(before)));
    problems.push(...differences(expected, pictureOf(simulator, last.state)));
    const code = first?.summary.error?.code;
    return {
      ending: problems.length > 0 ? 'broken' : first?.summary.status === 'succeeded' ? 'succeeded' : 'repaired',
      ...(code !== undefined && { code }),
      problems,
    };
  });
}

/** A run whose storage fails in these ways, a re-run where it failed, and another one that must find nothing to do. */
export async function tryStorageFaults(
  deployer: Deployer,
  time: VirtualTime,
  faults: readonly FaultRule[],
  expected: Picture,
): Promise<LossVerdict> {
  return await onFreshGround(time, async (ground) => {
    const { storage, simulator } = ground;
    const problems: string[] = [];
    for (const rule of faults) storage.addFault(rule);
    const first = await deploy(deployer, time, ground).catch((error: unknown) => {
      // Before there is a run, its caller is told.
      if (error instanceof UserError && error.hint) return error;
      throw error;
    });
    const isMet = storage.faultsMet() > 0;
    storage.clearFaults();
    const error = first instanceof UserError ? first : first.summary.error;
    const isDone = !(first instanceof UserError) && first.summary.status === 'succeeded';
    if (!isDone) {
      if (!(first instanceof UserError)) problems.push(...unclear(first));
      const second = await deploy(deployer, time, ground);
      if (second.summary.status !== 'succeeded')
        problems.push(`the re-run ended as ${second.summary.status}: ${JSON.stringify(second.summary.error)}`);
    }
    const before = simulator.requests().length;
    const last = await deploy(deployer, time, ground);
    problems.push(...notAtRest(last, simulator.requests().slice(before)));
    problems.push(...differences(expected, pictureOf(simulator, last.state)));
    const ending = !isMet ? 'not met' : isDone ? 'succeeded' : 'repaired';
    return { ending: problems.length > 0 ? 'broken' : ending, ...(error && { code: error.code }), problems };
  });
}

/** @returns false: it ended before */
async function killedRun(deployer: Deployer, time: VirtualTime, ground: Place, writes: number): Promise<boolean> {
  const { storage } = ground;
  const reached = new Promise<true>((resolve) =>
    storage.onWrite((count) => {
      if (count === writes) resolve(true);
    }),
  );
  const run = await time.during(deployer.begin(ground));
  const isReached = await time.during(Promise.race([reached, run.ended.then(() => false)]));
  storage.onWrite(undefined);
  if (isReached) await time.during(run.kill());
  return isReached;
}

async function prepare(deployer: Deployer, time: VirtualTime, scene: Scene, place: Place): Promise<void> {
  await scene.prepare?.(place, async (more = {}) => await deploy(deployer, time, { ...place, ...more }));
}

function groundOf({ application, options }: Scene): Pick<Ground, 'application' | 'options'> {
  return { ...(application && { application }), ...(options && { options }) };
}

async function deploy(deployer: Deployer, time: VirtualTime, ground: Ground): Promise<Outcome> {
  const { ended } = await time.during(deployer.begin(ground));
  const outcome = await time.during(ended);
  if (!outcome) throw new Error('a run ended without a summary');
  return outcome;
}

async function onFreshGround<Value>(
  time: VirtualTime,
  work: (place: Place & { readonly simulator: Simulator }) => Promise<Value>,
): Promise<Value> {
  time.reset();
  const simulator = await startSimulator({ profile: 'instant' });
  const storage = await startBlobService();
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-storage-'));
  try {
    return await work({ simulator, storage, directory });
  } finally {
    await simulator.close();
    await storage.close();
    await rm(directory, { recursive: true, force: true });
  }
}
