import { expect, onTestFinished } from 'vitest';
import { checkPrerequisites } from '../../../src/activities/check-prerequisites.ts';
import { createContainerAppsEnv } from '../../../src/activities/create-container-apps-env.ts';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { createMonitoring } from '../../../src/activities/create-monitoring.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { ArmReply, Azure } from '../../../src/azure/ports.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { fingerprint } from '../../../src/domain/fingerprint.ts';
import { actualOutputs } from '../../../src/domain/outputs.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { type StepName, stepDefinition } from '../../../src/domain/steps.ts';
import type { Step } from '../../../src/engine/step.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { type Contents, contentsBelow, writeContents } from '../../helpers/files.ts';
import { type ContextOptions, runIdOf, stepContext, type TestContext } from '../../helpers/step-context.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const MAKING: readonly Step[] = [
  createResourceGroup,
  createMonitoring,
  createContainerRegistry,
  createKeyVault,
  createDatabases,
  storeSecrets,
  createContainerAppsEnv,
];

/** Steps 1 to 8, in an order that the graph allows. */
export const FIRST_STEPS: readonly Step[] = [checkPrerequisites(MAKING), ...MAKING];

/** One environment on a simulator of its own: steps run against it as a run would run them, one run per `runStep`. */
export interface SimulatedEnvironment {
  readonly simulator: Simulator;
  readonly azure: Azure;
  /** As the last run left it. */
  readonly state: EnvironmentState;
  readonly clock: Clock;
  config: DeploymentConfig;
  /** Calls the step until it has completed, and records it; a run of its own, unless `runId` names one. */
  runStep(step: Step, overrides?: ContextOptions, between?: Between): Promise<TestContext>;
  /** The state then knows nothing of it any more. */
  forgetStep(name: StepName): Promise<void>;
  /** As another version of the program, or somebody, would have left it. */
  changeState(change: (state: EnvironmentState) => EnvironmentState): Promise<void>;
  runAll(until?: Step): Promise<void>;
  /** Writes that reached the simulator since the last call: `PUT …/vaults/shop-kv`, secrets included. */
  newWrites(): readonly string[];
  /** Waits for the end of a write that a test makes by hand. */
  finish(reply: ArmReply): Promise<void>;
  /** Everything that it is by now, for others that begin where it is. */
  snapshot(): EnvironmentSnapshot;
}

/** An environment at one moment. */
export interface EnvironmentSnapshot {
  /** Whether it was closed since makes no difference, as long as nobody used it. */
  readonly simulator: Simulator;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  /** Of its storage, by path. */
  readonly files: Contents;
  readonly now: number;
  readonly runs: number;
  readonly seen: number;
}

/** Told after each call of a step that waits. */
export type Between = (context: TestContext) => void;

const MAX_CALLS = 500;

/**
 * @param options.pace `instant`, or as long as Azure takes, on a clock that a waiting step moves by the seconds it asks for
 */
export async function simulatedEnvironment(
  options: { readonly config?: DeploymentConfig; readonly pace?: 'instant' | 'azure' } = {},
): Promise<SimulatedEnvironment> {
  const { config = deploymentConfig(), pace = 'instant' } = options;
  const start = { config, now: Date.now(), state: emptyState('default'), runs: 0, seen: 0, files: {} };
  return await environmentFrom(start, (clock) =>
    startSimulator(pace === 'instant' ? { profile: 'instant' } : { profile: 'realistic', speed: 1, clock }),
  );
}

/** Another environment that begins where that one was; at the pace `instant`. */
export async function environmentAt(snapshot: EnvironmentSnapshot): Promise<SimulatedEnvironment> {
  return await environmentFrom(snapshot, () => snapshot.simulator.copy());
}

async function environmentFrom(
  start: Omit<EnvironmentSnapshot, 'simulator'>,
  begin: (clock: Clock) => Promise<Simulator>,
): Promise<SimulatedEnvironment> {
  let { now, state, runs, seen } = start;
  const clock: Clock = { now: () => new Date(now) };
  const simulator = await begin(clock);
  onTestFinished(() => simulator.close());
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  const azure = connectAzure({ cloud, credential, transport });
  const directory = await tempDirectory();
  writeContents(directory, start.files);
  const stores = fileStorage(directory, clock).environment('default');

  const environment: SimulatedEnvironment = {
    simulator,
    azure,
    get state() {
      return state;
    },
    clock,
    config: start.config,

    async runStep(step, overrides = {}, between = () => undefined) {
      runs += 1;
      const context = await stepContext(azure, {
        step: step.name,
        stores,
        config: environment.config,
        outputs: actualOutputs(state),
        runId: runIdOf(runs),
        clock,
        ...overrides,
      });
      try {
        for (let call = 0; call < MAX_CALLS; call += 1) {
          const result = await step.run(context);
          if (result.kind === 'completed') {
            expect(undeclaredOutputs(step, result.outputs), `outputs of ${step.name}`).toEqual([]);
            await context.ledger.complete(result, {}, fingerprint);
            return context;
          }
          await context.ledger.wait(result.retryAfterInSeconds);
          now += result.retryAfterInSeconds * 1000;
          between(context);
        }
      } finally {
        state = (await stores.state.read()).value;
      }
      throw new Error(`${step.name} did not complete in ${MAX_CALLS} calls`);
    },

    async forgetStep(name) {
      state = await updateState(stores.state, ({ steps: { [name]: _, ...steps }, ...rest }) => ({ ...rest, steps }));
    },

    async changeState(change) {
      state = await updateState(stores.state, change);
    },

    async runAll(until) {
      for (const step of FIRST_STEPS) {
        await environment.runStep(step);
        if (step === until) return;
      }
    },

    newWrites() {
      const requests = simulator.requests();
      const fresh = requests.slice(seen);
      seen = requests.length;
      return fresh.filter(isWrite).map(({ method, path }) => `${method} ${path}`);
    },

    async finish(reply) {
      if (reply.kind === 'done') return;
      for (let look = 0; look < MAX_CALLS; look += 1) {
        if ((await azure.arm.poll(reply.operation)).kind === 'succeeded') return;
      }
      throw new Error('the operation did not end');
    },

    snapshot: () => ({
      simulator,
      config: environment.config,
      state,
      files: contentsBelow(directory),
      now,
      runs,
      seen,
    }),
  };
  return environment;
}

/** Not a write: asking for keys, names or tokens by POST, and the first request of a vault client, which has no token. */
function isWrite({ method, path, status }: { method: string; path: string; status: number }): boolean {
  if (method === 'GET' || method === 'HEAD' || status === 401) return false;
  return !/listKeys|checkNameAvailability|oauth2/i.test(path);
}

/** What a step leaves although its definition does not say so. */
function undeclaredOutputs({ name }: Step, left: Readonly<Record<string, string>>): readonly string[] {
  const { outputs = [], families = {} } = stepDefinition(name);
  const prefixes = Object.values(families).map((prefix) => `${prefix}.`);
  return Object.keys(left).filter(
    (output) => !outputs.includes(output) && !prefixes.some((prefix) => output.startsWith(prefix)),
  );
}
