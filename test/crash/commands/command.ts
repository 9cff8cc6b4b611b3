import { createActivities, createSteps } from '../../../src/activities/activities.ts';
import { prepareWork } from '../../../src/cli/local/prepare-work.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { NO_OPTIONS, type RunOptions, type RunSummary } from '../../../src/domain/run.ts';
import type { Services } from '../../../src/engine/services.ts';
import { reportDrift } from '../../../src/planning/drift/drift-report.ts';
import type { DeploymentWork } from '../../../src/runs/deployments.ts';
import type { ExclusiveEngine } from '../../../src/runs/engine.ts';
import type { StartEngine } from '../../../src/runs/start-request.ts';
import { type StartedRun, startRun } from '../../../src/runs/start-run.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { type Bench, EXAMPLE } from '../copies/bench.ts';
import { createGate, type Gate } from '../copies/gate.ts';
import { orchestrate, type Surroundings } from './orchestrations.ts';

const ENVIRONMENT = 'default';

/** What a person asks for at the command line. */
export interface Command {
  readonly name: string;
  readonly work: 'deploy' | 'repair' | 'rollback' | 'destroy';
  readonly config: DeploymentConfig;
  readonly options?: Partial<RunOptions>;
  /** A folder of the application; absent: the example's. */
  readonly source?: string;
  /** Of a deletion: where databases are dumped first. */
  readonly dumpTo?: string;
}

/** How it ended: with a run, or with an error before there was one. */
export interface Ended {
  readonly runId?: string;
  readonly resumed?: boolean;
  readonly summary?: RunSummary;
  readonly refusal?: UserError;
}

/** A machine with the command line, or an app: its engine outlives its processes, as its journal does. */
export interface Machine {
  /** One command, by a process of its own that is killed at the n-th thing that it asks; `undefined`: it was. */
  run(command: Command, killAt?: number): Promise<Ended | undefined>;
  /** What the last process asked for. */
  readonly asked: () => number;
  /** Processes that were thought to be killed go on where they stood, and come to their end. */
  wake(): Promise<void>;
}

/**
 * @param own what is otherwise in its processes
 * @param kind `shared`: an app, which drives the runs of several callers
 */
export function createMachine(
  bench: Bench,
  own: Partial<Services> = {},
  kind: StartEngine['kind'] = 'exclusive',
): Machine {
  const unfinished = new Set<string>();
  const engine = engineOf(unfinished);
  const where: StartEngine =
    kind === 'exclusive'
      ? { kind, engine }
      : { kind, engine, storage: { keyedCall: async (_environment, _key, call) => call } };
  const asleep: { readonly gate: Gate; readonly work: Promise<unknown> }[] = [];
  let last: Gate = createGate(0);
  return {
    asked: () => last.asked.length,
    async wake() {
      for (const { gate } of asleep) gate.open();
      await Promise.allSettled(asleep.splice(0).map(({ work }) => work));
    },
    async run(command, killAt = 0) {
      const gate = createGate(killAt);
      last = gate;
      // Ids of runs sort by their time.
      bench.pass(1);
      const services = await bench.services(gate, {
        holder: 'me@here',
        engine: 'local:here',
        activitiesMayOverlap: false,
        ...own,
      });
      const work = perform(bench, services, where, command);
      const ended = await Promise.race([work, gate.held.then(() => undefined)]);
      if (!ended) asleep.push({ gate, work });
      if (ended?.runId !== undefined) unfinished.delete(ended.runId);
      return ended;
    },
  };
}

/** An engine that remembers its runs, and drives none. */
function engineOf(unfinished: Set<string>): ExclusiveEngine {
  return {
    start: async ({ runId }) => void unfinished.add(runId),
    isAlive: async (runId) => unfinished.has(runId),
    decide: async () => undefined,
    unfinished: () => [...unfinished],
    terminate: async (runId) => void unfinished.delete(runId),
    isOnlyTelling: async () => false,
  };
}

/** Prepares a command as the command line does, and starts its run: the engine has it, and nothing of it is carried out. */
async function begin(
  services: Services,
  where: StartEngine,
  command: Command,
): Promise<Pick<StartedRun, 'runId' | 'resumed'>> {
  const {
    config,
    source,
    options,
    isNew = false,
  } = await prepareWork(workOf(command), services.stores(ENVIRONMENT), {
    file: command.config,
    autoApprove: true,
    drift: () => reportDrift(services, createSteps(), ENVIRONMENT),
  });
  return await startRun(services, where, {
    ...{ environment: ENVIRONMENT, config, source, isNew },
    options: { ...NO_OPTIONS, autoApprove: true, ...command.options, ...options },
    ...{ waits: false, resetsState: false, trigger: 'cli', by: services.holder },
  });
}

async function perform(bench: Bench, services: Services, where: StartEngine, command: Command): Promise<Ended> {
  try {
    const { runId, resumed } = await begin(services, where, command);
    const activities = createActivities(services);
    const call: Surroundings['call'] = (activity, input) => activities[activity](input as never);
    return { runId, resumed, summary: await toItsEnd(bench, services, runId, { call }) };
  } catch (error) {
    if (error instanceof UserError) return { refusal: error };
    throw error;
  }
}

/** Carries a command out, each activity by the caller, one after the other. */
export async function carryOut(bench: Bench, command: Command, call: Surroundings['call']): Promise<RunSummary> {
  const services = await bench.services(createGate(0));
  const { runId } = await begin(services, { kind: 'exclusive', engine: engineOf(new Set()) }, command);
  return await toItsEnd(bench, services, runId, { call, inTurn: true });
}

async function toItsEnd(
  bench: Bench,
  { clock, stores }: Services,
  runId: string,
  how: Pick<Surroundings, 'call' | 'inTurn'>,
): Promise<RunSummary> {
  const pass = async (seconds: number): Promise<void> => bench.pass(seconds);
  await orchestrate({ ...how, now: () => clock.now(), pass }, { environment: ENVIRONMENT, runId });
  const summary = await stores(ENVIRONMENT).runs.summary(runId);
  if (!summary) throw new Error(`the run ${runId} has no summary`);
  return summary;
}

function workOf({ work, config, source = EXAMPLE, dumpTo }: Command): DeploymentWork {
  switch (work) {
    case 'deploy': {
      const path = `${EXAMPLE}/config.yaml`;
      const file = { path, config, text: '', warnings: [], allowUnknownKeys: false, overlay: undefined, variables: {} };
      return { kind: 'deploy', config: file as never, source };
    }
    case 'repair':
      return { kind: 'repair' };
    case 'rollback':
      return { kind: 'rollback', to: undefined };
    case 'destroy':
      return {
        ...{ kind: 'destroy', keepData: false, include: [], confirm: ENVIRONMENT, expired: false },
        ...(dumpTo !== undefined && { dumpTo }),
      };
  }
}
