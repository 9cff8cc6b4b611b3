import type { Azure, Principal } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { NO_OPTIONS } from '../domain/run.ts';
import { withKeptSections } from '../domain/sections/kept-sections.ts';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { preflightTarget } from '../preflight/target.ts';
import type { Clock } from '../shared/clock.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import { AZURE_CHECKS, examineAzure, examineCredential, examinePlace } from './azure.ts';
import { examinePlan, examineSources, examineVault } from './deployment.ts';
import { type Examination, type Examined, ok, see, waitsFor } from './examination.ts';
import { examineNetwork } from './network.ts';
import { examineState, withoutStores } from './stored.ts';

/** A deployer that is looked at, as far as it can be put together; whatever cannot throws a UserError. */
export interface Patient<Stores extends EnvironmentStores = EnvironmentStores> {
  readonly environment: string;
  readonly clock: Clock;
  readonly steps: readonly Step[];
  /** Where the configuration is, for people. */
  readonly configPath: string;
  config(): Promise<DeploymentConfig>;
  /** What must be installed here. */
  tools(): readonly Examination[];
  azure(): Promise<Azure>;
  proxyFor(address: URL): string | undefined;
  /** Creates nothing. */
  stores(): Promise<Stores>;
  /** Whether the run that holds the lock stopped here, so that the next deployment goes on with it. */
  isParked(stores: Stores, lock: Lock): Promise<boolean>;
  /** Throws UserError `secret_missing`. */
  services(stores: Stores): Promise<Services>;
  /** The application's source tree. */
  source(config: DeploymentConfig): Promise<string | null>;
}

/** Looks at everything that a deployment needs, one line after the other. Nothing is written to Azure. */
export async function* examine<Stores extends EnvironmentStores>(
  patient: Patient<Stores>,
): AsyncGenerator<Examination> {
  const { value: config, failure } = await see('configuration', () => patient.config());
  yield failure ?? ok('configuration', patient.configPath);
  yield* patient.tools();
  const azure = yield* reach(patient);
  if (!config) {
    yield* missing(['credential', 'subscription', 'storage', 'state', 'lock', 'secrets'], 'configuration');
    yield* missing([...AZURE_CHECKS, 'sources', 'vault', 'plan'], 'configuration');
    return;
  }
  const place = yield* signIn(azure, config);
  const { stores, state } = yield* open(patient);
  if (state && place) yield* await examinePlace(state, place.subscriptionId, config);
  const services = stores && (yield* equip(patient, stores));
  if (!stores) yield waitsFor('secrets', 'storage');

  if (azure && place) {
    const options = NO_OPTIONS;
    const { environment, steps } = patient;
    const wanted = state ? withKeptSections(config, state) : config;
    yield* examineAzure(preflightTarget({ azure, config: wanted, environment, options }, place, steps));
  } else {
    yield* missing(AZURE_CHECKS, 'subscription');
  }
  const source = await patient.source(config);
  if (services) yield* await examineSources(services, config, source);
  else yield waitsFor('sources', 'secrets');
  if (azure && place && state) yield* await examineVault({ azure, config, state }, patient.clock.now());
  else yield waitsFor('vault', 'subscription', 'state');
  if (services && place && state) {
    yield* await examinePlan(services, patient.steps, { environment: patient.environment, config, state, source });
  } else {
    yield waitsFor('plan', 'subscription', 'state', 'secrets');
  }
}

function* missing(checks: readonly Examined[], need: Examined): Generator<Examination> {
  for (const check of checks) yield waitsFor(check, need);
}

type Examining<Value> = AsyncGenerator<Examination, Value>;

/** @returns undefined when nobody answers */
async function* reach({
  azure: connect,
  proxyFor,
  clock,
}: Pick<Patient, 'azure' | 'proxyFor' | 'clock'>): Examining<Azure | undefined> {
  const { value: azure, failure } = await see('network', connect);
  if (failure) {
    yield failure;
    yield waitsFor('clock', 'network');
    return undefined;
  }
  const { lines, isReachable } = await examineNetwork(azure, proxyFor, clock);
  yield* lines;
  if (isReachable) return azure;
  yield waitsFor('clock', 'network');
  return undefined;
}

interface Place {
  readonly principal: Principal;
  readonly subscriptionId: string;
}

async function* signIn(azure: Azure | undefined, config: DeploymentConfig): Examining<Place | undefined> {
  if (!azure) {
    yield* missing(['credential', 'subscription'], 'network');
    return undefined;
  }
  const { lines, principal, subscriptionId } = await examineCredential(azure, config);
  yield* lines;
  if (!principal) yield waitsFor('subscription', 'credential');
  return principal && subscriptionId !== undefined ? { principal, subscriptionId } : undefined;
}

interface Opened<Stores> {
  readonly stores?: Stores;
  readonly state?: EnvironmentState | undefined;
}

async function* open<Stores extends EnvironmentStores>(patient: Patient<Stores>): Examining<Opened<Stores>> {
  const { value: stores, failure } = await see('storage', () => patient.stores());
  if (failure) {
    yield* withoutStores(failure);
    return {};
  }
  const { lines, state } = await examineState(stores.state, (lock) => patient.isParked(stores, lock));
  yield* lines;
  return { stores, state };
}

async function* equip<Stores extends EnvironmentStores>(
  patient: Patient<Stores>,
  stores: Stores,
): Examining<Services | undefined> {
  const { value: services, failure } = await see('secrets', () => patient.services(stores));
  yield failure ?? ok('secrets', 'every variable that secrets are taken from is set, or there is none');
  return services;
}
