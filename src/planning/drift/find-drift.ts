import type { ArmResource, Azure, RevisionView } from '../../azure/ports.ts';
import type { DeploymentConfig, ServiceConfig } from '../../domain/config/model.ts';
import type { StepResource } from '../../domain/desired.ts';
import { type Drift, driftOf } from '../../domain/drift.ts';
import { overlay, withoutPaths } from '../../domain/merge.ts';
import { outputSymbol, recordedFamily, recordedOutput, recordedOutputs } from '../../domain/outputs.ts';
import type { Ownership } from '../../domain/ownership/ownership.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { trafficStep } from '../../domain/steps.ts';
import { leavingNeeded, ownParts } from '../../engine/dependents.ts';
import { liveResource } from '../../engine/live-resource.ts';
import { settleAll } from '../../engine/settle.ts';
import type { Step } from '../../engine/step.ts';
import { plainSecrets } from '../../release/leftovers.ts';
import { revisionsOf } from '../../release/revisions.ts';
import { targetOf } from '../../release/serving-revision.ts';
import { withLeftovers } from '../../resources/app/leftovers.ts';
import type { SecretValues } from '../../resources/app/plain-secrets.ts';
import { isOurRevision, isSecretsMark, templateOf } from '../../resources/app/revision.ts';
import { latestRevision, type Shares, sameShares, sharesOf, sharesText } from '../../resources/app/traffic.ts';
import { isSideBySide } from '../../resources/container-app.ts';
import { recordedParts } from '../../resources/templates/template-part.ts';
import { storedValues } from '../../secrets/known-values.ts';
import type { JsonObject } from '../../shared/json.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { once } from '../../shared/once.ts';
import { foreignChildren, foreignDrift } from '../foreign/foreign-children.ts';
import { neededByOthers } from '../foreign/needed-by-others.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';
import { desiredNow } from '../step-basis.ts';
import { fieldDrift } from './field-drift.ts';

export interface DriftSources {
  readonly azure: Azure;
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
}

/**
 * Resources that we made, children included, as they are against how we left them. Reads nothing but
 * Azure and writes nothing.
 *
 * @param owned see `ownedResources`
 */
export async function findDrift(sources: DriftSources, owned: readonly StepResource[]): Promise<readonly Drift[]> {
  const values = once(() => recordedValues(sources));
  const ours = new Set(owned.map(({ id }) => id.toLowerCase()));
  const found = await mapLimited(owned, READS_AT_A_TIME, async (resource) => {
    const live = await liveResource(sources.azure.arm, resource);
    if (!live) return [driftOf(resource, { path: '', expected: 'present', found: 'absent' })];
    const [own, beside] = await settleAll([
      driftOfResource({ ...sources, values }, resource, live),
      foreignChildren({ arm: sources.azure.arm, config: sources.config, ours }, resource),
    ] as const);
    return [...own, ...beside.map(foreignDrift)];
  });
  return found.flat();
}

/** What the configuration wants and the state knows to be made, once each. */
export function ownedResources(sources: DriftSources, steps: readonly Step[]): readonly StepResource[] {
  const { state, environment } = sources;
  const config = withKnownRedis(sources);
  const desired = [
    ...steps.flatMap((step) => desiredNow(step, environment, config, recordedOutputs(state, outputSymbol))),
    ...recordedParts(config, state),
  ];
  const once = new Map<string, StepResource>();
  for (const resource of desired) {
    if (!once.has(resource.key) && isMade(resource, state)) once.set(resource.key, resource);
  }
  return [...once.values()];
}

/** What Azure makes with its parent is there with it, recorded or not. */
function isMade({ key, id, asFound }: StepResource, { resources }: EnvironmentState): boolean {
  const isRecorded = (known: string): boolean =>
    Object.values(resources).some((record) => record.id.toLowerCase() === known.toLowerCase());
  if (resources[key]?.id.toLowerCase() === id.toLowerCase()) return true;
  return asFound === true && isRecorded(id.split('/').slice(0, -2).join('/'));
}

/** `auto` came to what is recorded. */
function withKnownRedis({ config, state }: DriftSources): DeploymentConfig {
  const isClassic = recordedOutput(state, 'redisKind') === 'classic';
  return isClassic ? { ...config, redis: { ...config.redis, kind: 'classic' } } : config;
}

interface AppDriftSources extends DriftSources {
  readonly values: () => Promise<SecretValues>;
}

async function driftOfResource(
  sources: AppDriftSources,
  desired: StepResource,
  live: ArmResource,
): Promise<readonly Drift[]> {
  const service = sources.config.services.application.find(({ key }) => desired.key === `app:${key}`);
  if (service && isSideBySide(service)) return await driftOfRelease(sources, service, desired, live);
  const ownership = lastApplied(sources, desired);
  const wanted = await withoutPlainSecrets(sources, desired, live);
  return fieldDrift(await leavingNeededFields(sources, wanted, live), ownership, live, sources.config)
    .filter(({ path }) => !isVolatile(desired, path))
    .map((one) => driftOf(desired, one, one.isRepaired));
}

/** The same, with references for secrets that stand in it in plain text. */
async function withoutPlainSecrets(
  { config, state, values }: AppDriftSources,
  desired: StepResource,
  live: JsonObject,
): Promise<StepResource> {
  if (isVolatile(desired, 'properties.template')) return desired;
  const { applied } = lastApplied({ state }, desired);
  const outputs = recordedOutputs(state, outputSymbol);
  const { variables } = await plainSecrets({ config, desired, live, applied, outputs, values });
  const leftovers = { kept: [], dropped: [], entries: [], registries: [], variables };
  return withLeftovers(desired, leftovers, (secret) => outputs.read('secret', secret));
}

async function recordedValues({ azure, state }: DriftSources): Promise<SecretValues> {
  const vaultUri = recordedOutput(state, 'vaultUri');
  if (vaultUri === undefined) return new Map();
  return await storedValues(azure.vault(vaultUri), vaultUri, recordedFamily(state, 'secret'));
}

/** A repair does not cut others off either. */
async function leavingNeededFields(
  { azure, state }: DriftSources,
  desired: StepResource,
  live: ArmResource,
): Promise<StepResource> {
  const ours = ownParts(Object.values(state.resources).map(({ id }) => id));
  const { fields } = await neededByOthers(
    { azure, subscriptionId: recordedOutput(state, 'subscriptionId'), ours },
    [desired],
    new Map([[desired.id.toLowerCase(), live]]),
  );
  return leavingNeeded(desired, fields.get(desired.id.toLowerCase()) ?? []);
}

/** What was recorded of fields; states of before they were know none. */
function lastApplied({ state }: Pick<DriftSources, 'state'>, { key }: StepResource): Ownership {
  const { applied, accepted = [], respelled } = state.resources[key] ?? {};
  return { applied, accepted, respelled };
}

function isVolatile({ kind, volatile = kind.volatile ?? [] }: StepResource, path: string): boolean {
  return volatile.some((part) => path.startsWith(part));
}

/** An app whose revisions stand side by side: its settings, the revision that is to serve, and who has the traffic. */
async function driftOfRelease(
  sources: AppDriftSources,
  service: ServiceConfig,
  desired: StepResource,
  live: ArmResource,
): Promise<readonly Drift[]> {
  const { azure, config, state } = sources;
  const outputs = recordedOutputs(state, () => '');
  const target = targetOf({ state, outputs }, service);
  const revisions = await revisionsOf({ azure, config, outputs }, service);
  const serving = revisions.find(({ name }) => name === target);
  const latest = latestRevision(live);
  // A newer revision of ours that was taken back is no change by hand; then the one that serves is looked at.
  const isTakenBack = latest !== undefined && latest !== target && isOurRevision(latest);
  const app = isTakenBack && serving ? withTemplate(live, serving.template) : live;
  // A revision that was gone back to has the mark of the secrets of its time.
  const { applied, accepted } = lastApplied(sources, desired);
  // What was applied last is the revision that was taken back; the one that serves is held against what is wanted.
  const before = applied && isTakenBack ? withTemplate(applied, templateOf(desired.body)) : applied;
  const wanted = await withoutPlainSecrets(sources, desired, app);
  const own = fieldDrift(wanted, { applied: before, accepted }, app, config)
    .filter(({ path }) => !isSecretsMark(path))
    .map((one) => driftOf(desired, one, one.isRepaired));
  return [...own, ...driftOfTraffic(desired, sharesOf(live), target, serving)];
}

/** Whether the revision that is to serve has all the traffic and runs; for the step that moves it to repair. */
function driftOfTraffic(
  desired: StepResource,
  shares: Shares,
  target: string,
  serving: RevisionView | undefined,
): readonly Drift[] {
  const traffic = { ...desired, step: trafficStep().name };
  const wanted = { [target]: 100 };
  return [
    ...(sameShares(shares, wanted)
      ? []
      : [
          driftOf(traffic, {
            path: 'properties.configuration.ingress.traffic',
            expected: sharesText(wanted),
            found: sharesText(shares),
          }),
        ]),
    ...(serving && !serving.active
      ? [driftOf(traffic, { path: `revisions[${target}].active`, expected: true, found: false })]
      : []),
  ];
}

function withTemplate(app: JsonObject, template: JsonObject): JsonObject {
  return overlay(withoutPaths(app, ['properties.template']), { properties: { template } });
}
