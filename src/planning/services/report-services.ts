import { AzureError } from '../../azure/errors.ts';
import type { ArmResource, Azure, RevisionView } from '../../azure/ports.ts';
import type { ServiceStatus, ServicesView } from '../../domain/api/service-views.ts';
import { groupOf, nameOf } from '../../domain/ids.ts';
import type { EnvironmentState, ResourceRecord } from '../../domain/state.ts';
import type { Step } from '../../engine/step.ts';
import { CONTAINER_APP } from '../../resources/container-app.ts';
import type { Clock } from '../../shared/clock.ts';
import { UserError } from '../../shared/errors.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { type Deployed, lastDeployed } from '../drift/deployed.ts';
import { findDrift, ownedResources } from '../drift/find-drift.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';
import { portalLink } from '../portal-link.ts';
import { appStatus, MISSING, worstOf } from './app-status.ts';
import { backingServices } from './backing-status.ts';
import { knownReads } from './known-reads.ts';
import { variableDrift } from './variable-drift.ts';

export interface ServiceSources {
  readonly clock: Clock;
  stores(environment: string): EnvironmentStores;
  azure(): Promise<Azure>;
}

/**
 * The services of an environment as Azure says they are now: one list of the group's apps, the revisions of each, and one read for each
 * database and the like. Takes no lock and writes nothing. What one service does not tell hides none of the others.
 *
 * @throws UserError `nothing_deployed`
 * @throws AzureError when the apps may not be listed, or nobody answers
 */
export async function reportServices(
  sources: ServiceSources,
  steps: readonly Step[],
  environment: string,
): Promise<ServicesView> {
  const stores = sources.stores(environment);
  const { value: state, etag } = await stores.state.read();
  if (etag === null || state.closed) {
    const hint = 'Deploy first.';
    throw new UserError(`Nothing is deployed to ${environment}.`, { code: 'nothing_deployed', hint });
  }
  const deployed = await lastDeployed(stores, state);
  // Between two deployments nobody can say what was changed by hand.
  const compared = deployed?.since.unsettledBy === undefined ? deployed : undefined;
  const azure = await sources.azure();
  const records = Object.entries(state.resources).filter(([, { type }]) => type === CONTAINER_APP.type);
  const listed = await listedApps(azure, records);
  const known = knownReads(azure, listed);
  const drift = driftReader(known, steps, environment, compared);
  const read = { azure: known, state, listed, drift };
  const [services, backing] = await Promise.all([
    mapLimited(records, READS_AT_A_TIME, async ([key, record]) => await serviceOf(read, key, record)),
    backingServices(azure, state),
  ]);
  return {
    at: sources.clock.now().toISOString(),
    health: worstOf(services.map(({ health }) => health)) ?? null,
    services,
    backing: [...backing],
    comparedWith: compared?.runId ?? null,
  };
}

async function listedApps(
  { arm }: Pick<Azure, 'arm'>,
  records: readonly (readonly [string, ResourceRecord])[],
): Promise<readonly ArmResource[]> {
  const groups = new Map(records.map(([, { id }]) => [groupOf(id).toLowerCase(), groupOf(id)]));
  const lists = await Promise.all(
    [...groups.values()].map((group) => arm.list(`${group}/providers/${CONTAINER_APP.type}`, CONTAINER_APP.apiVersion)),
  );
  return lists.flat();
}

interface Read {
  readonly azure: Azure;
  readonly state: EnvironmentState;
  readonly listed: readonly ArmResource[];
  readonly drift: DriftReader;
}

async function serviceOf(
  { azure, state, listed, drift }: Read,
  key: string,
  { id }: ResourceRecord,
): Promise<ServiceStatus> {
  const live = listed.find((one) => one.id.toLowerCase() === id.toLowerCase());
  const own = { key: key.replace(/^app:/, ''), name: nameOf(id), id, portal: portalLink(azure, state, id) };
  const nothing = { driftedVariables: null, otherDrift: null };
  if (!live) return { ...own, ...MISSING, ...nothing, unread: null };
  const revisions = await orWhy(() => revisionsOf(azure, id));
  const changed = await orWhy(() => drift(key));
  return {
    ...own,
    ...appStatus(live, revisions.value),
    ...(changed.value ?? nothing),
    unread: revisions.why ?? changed.why ?? null,
  };
}

async function revisionsOf({ apps }: Azure, id: string): Promise<readonly RevisionView[]> {
  const [, , subscription = '', , group = ''] = id.split('/');
  return await apps.revisions(subscription, group, nameOf(id));
}

type Changes = Pick<ServiceStatus, 'driftedVariables' | 'otherDrift'>;
type DriftReader = (key: string) => Promise<Changes | undefined>;

/** The same comparison as `drift` makes, of one app each. */
function driftReader(
  azure: Azure,
  steps: readonly Step[],
  environment: string,
  deployed: Deployed | undefined,
): DriftReader {
  if (!deployed) return async () => undefined;
  const { config, state } = deployed;
  const sources = { azure, environment, config, state };
  const owned = ownedResources(sources, steps);
  return async (key) => {
    const app = owned.filter((one) => one.key === key);
    if (app.length === 0) return undefined;
    const { variables, others } = variableDrift(await findDrift(sources, app));
    return { driftedVariables: [...variables], otherDrift: others };
  };
}

/** What Azure refuses is told; a bug is thrown. */
async function orWhy<Value>(read: () => Promise<Value>): Promise<{ readonly value?: Value; readonly why?: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof AzureError) return { why: error.message };
    throw error;
  }
}
