import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { appProblem, defaultProfile, environmentId } from './app-rules.ts';
import type { Cloud } from './cloud.ts';
import { issuedFor } from './domains/certificate.ts';
import { customDomainsProblem } from './domains/custom-domain-rules.ts';
import { appAddress, regionName } from './environment.ts';
import { identityProblem, principalId } from './identity.ts';
import { pullImages } from './image-pull.ts';
import { inUseProblem } from './in-use.ts';
import { externalPortProblem } from './ingress-rules.ts';
import { type Configuration, type ManagedEnvironment, refusal, type Template, type Workload } from './model.ts';
import { normaliseConfiguration, normaliseTemplate } from './normalise.ts';
import {
  latestReadyRevision,
  nextRevisionName,
  prune,
  type RevisionRecord,
  type RevisionSet,
  retire,
} from './revision.ts';
import { storagesProblem } from './rules/storage-rules.ts';
import { secretReferenceProblem } from './secret-references.ts';
import { volumeFailures } from './volumes/mounts.ts';

/**
 * How long Container Apps takes, in seconds of the real Azure, by the recordings of azd's tests:
 * https://github.com/Azure/azure-dev/tree/main/cli/azd/test/functional/testdata/recordings
 */
export const APP_CREATE_SECONDS = 20;
export const APP_UPDATE_SECONDS = 14;
/** From the end of the operation until the containers of a new revision answer. */
export const REVISION_START_SECONDS = 5;
/** How long a revision without requests keeps its last replica; https://learn.microsoft.com/azure/container-apps/scale-app. */
const COOLDOWN_SECONDS = 300;

/** What the simulator keeps of an app beside its body; plain JSON. */
export interface AppState {
  revisions: RevisionRecord[];
  /** The revision that the last write made, if it made one. */
  newest?: string;
  /** The configuration that serves while the operation of the last write runs, and after it failed. */
  serving?: JsonObject;
}

/**
 * Everything that makes Azure refuse this PUT or PATCH (its merged body) at once.
 *
 * @param before the body until now; undefined for a new app
 */
export function appWriteProblem(
  cloud: Cloud,
  id: string,
  body: JsonObject,
  state: AppState,
  before?: JsonObject,
): Refusal | undefined {
  const app = body as unknown as Workload;
  const name = id.slice(id.lastIndexOf('/') + 1);
  return (
    appProblem(
      name,
      app,
      environmentOf(cloud, app),
      state.revisions.map((revision) => revision.name),
    ) ??
    externalPortProblem(configurationOf(body).ingress, otherIngresses(cloud, id, app)) ??
    (before && inUseProblem(name, revisionSet(cloud, before, state), configurationOf(body))) ??
    storagesProblem(cloud, app) ??
    identityProblem(cloud, id, app) ??
    secretReferenceProblem(cloud, app, environmentOf(cloud, app)) ??
    customDomainsProblem(cloud, id, app, environmentOf(cloud, app))
  );
}

/** How the other apps of its environment are reached. */
function otherIngresses(cloud: Cloud, id: string, app: Workload): readonly Configuration['ingress'][] {
  const environment = environmentId(app)?.toLowerCase();
  return cloud
    .resourcesOfType('Microsoft.App/containerApps')
    .filter(
      (other) =>
        other.id.toLowerCase() !== id.toLowerCase() &&
        environmentId(other.body as unknown as Workload)?.toLowerCase() === environment,
    )
    .map(({ body }) => configurationOf(body).ingress);
}

/**
 * Carries out an accepted write: makes a revision when the template asks for one. The failure is the operation's, when
 * an image cannot be pulled or a suffix is used again: Azure accepts the request and fails later.
 *
 * @param before the body until now; undefined for a new app
 * @param endsAt when the operation ends, in ms since 1970
 */
export function writeApp(
  cloud: Cloud,
  id: string,
  body: JsonObject,
  state: AppState,
  endsAt: number,
  before?: JsonObject,
): Refusal | undefined {
  const app = body as unknown as Workload;
  const name = id.slice(id.lastIndexOf('/') + 1);
  if (before) {
    state.revisions = retire(revisionSet(cloud, before, state));
    state.serving ??= configurationOf(before) as unknown as JsonObject;
  }
  const template =
    isJsonObject(body.properties) && isJsonObject(body.properties.template) ? body.properties.template : {};
  const revisionName = nextRevisionName(name, template, state.revisions);
  delete state.newest;
  if (revisionName === undefined) return undefined;
  if (state.revisions.some((revision) => revision.name === revisionName)) return suffixUsed(name, template as Template);
  const { containers, initContainers } = template as Template;
  // Behaviours are those of the containers first: what keeps an init container from its end keeps the revision from starting.
  const pulled = pullImages(cloud, 'container app', name, app, [...(containers ?? []), ...(initContainers ?? [])]);
  if ('failure' in pulled) return pulled.failure;
  state.revisions.push({
    name: revisionName,
    createdAt: new Date(cloud.now).toISOString(),
    provisionedAt: new Date(endsAt).toISOString(),
    startedAt: new Date(endsAt + cloud.duration(cloud.varied(REVISION_START_SECONDS))).toISOString(),
    active: true,
    template,
    behaviours: pulled.images.map(({ behaviour }) => behaviour),
    digests: pulled.images.map(({ digest }) => digest),
  });
  state.newest = revisionName;
  state.revisions = [...prune(revisionSet(cloud, body, state))];
  return undefined;
}

/**
 * A suffix that another revision has, with another template or not the newest. Measured on Azure in August 2026 by a
 * public project: 202, then the operation fails and nothing changes. Azure/terraform-azurerm-avm-res-app-containerapp
 * #115 has the words; in 2023 it failed silently (microsoft/azure-container-apps #650).
 */
function suffixUsed(app: string, { revisionSuffix }: Template): Refusal {
  return refusal(
    'ContainerAppOperationError',
    `Failed to provision revision for container app '${app}'. Error details: The following field(s) are either invalid or missing. Field 'template.revisionsuffix' is invalid with details: 'Invalid value: "${revisionSuffix}": revision with suffix ${revisionSuffix} already exists.';.`,
  );
}

export function revisionSet(cloud: Cloud, body: JsonObject, state: AppState): RevisionSet {
  return {
    records: state.revisions,
    configuration: state.serving ? (state.serving as unknown as Configuration) : configurationOf(body),
    now: cloud.now,
    cooldownInMs: cloud.duration(COOLDOWN_SECONDS),
    unhealthy: cloud.unhealthy,
    volumeFailures: volumeFailures(cloud, environmentId(body as unknown as Workload) ?? '', state.revisions),
  };
}

/** The properties, identity and location that GET answers, as recorded (`containerApp.get`). */
export function appView(cloud: Cloud, id: string, body: JsonObject, state: AppState): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const name = id.slice(id.lastIndexOf('/') + 1);
  const environment = environmentOf(cloud, body as unknown as Workload);
  const domain = environment?.properties.defaultDomain ?? '';
  const configuration = configurationOf(body);
  const external = configuration.ingress?.external ?? false;
  const provisioned = state.revisions.filter((revision) => Date.parse(revision.provisionedAt) <= cloud.now);
  const latest = provisioned.at(-1)?.name ?? '';
  // A template that was refused changed nothing, so the template is that of the newest revision, not what was sent.
  const template = state.revisions.at(-1)?.template ?? (isJsonObject(properties.template) ? properties.template : {});
  return {
    runningStatus: 'Running',
    managedEnvironmentId: environmentId(body as unknown as Workload) ?? null,
    environmentId: environmentId(body as unknown as Workload) ?? null,
    workloadProfileName: properties.workloadProfileName ?? defaultProfile(environment),
    outboundIpAddresses: ['203.0.113.1'],
    latestRevisionName: latest,
    latestReadyRevisionName: latestReadyRevision(revisionSet(cloud, body, state))?.name ?? '',
    latestRevisionFqdn: latest && configuration.ingress ? appAddress(latest, domain, external) : '',
    customDomainVerificationId: cloud.customDomainVerificationId,
    configuration: normaliseConfiguration(
      isJsonObject(properties.configuration) ? properties.configuration : {},
      configuration.ingress ? appAddress(name, domain, external) : undefined,
      (custom) => boundCertificate(cloud, environment, custom),
    ),
    template: normaliseTemplate(template),
    eventStreamEndpoint: eventStreamEndpoint('containerApps', id, String(body.location ?? '')),
    delegatedIdentities: [],
  };
}

/** The certificate that a name is bound to; `Auto` binds the managed one once it is issued. */
function boundCertificate(
  cloud: Cloud,
  environment: ManagedEnvironment | undefined,
  { name, bindingType, certificateId }: JsonObject,
): string | undefined {
  if (typeof certificateId === 'string') return certificateId;
  const isAuto = String(bindingType).toLowerCase() === 'auto';
  return isAuto && environment ? issuedFor(cloud, environment.id, String(name))?.id : undefined;
}

/** Where the logs of an app or job are streamed from. */
export function eventStreamEndpoint(kind: 'containerApps' | 'jobs', id: string, location: string): string {
  const [, subscription = '', group = ''] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const name = id.slice(id.lastIndexOf('/') + 1);
  return `https://${regionName(location)}.azurecontainerapps.dev/subscriptions/${subscription}/resourceGroups/${group}/${kind}/${name}/eventstream`;
}

/** The identity as it comes back: ids with `resourcegroups` in lower case, each with its principal and client. */
export function identityView(cloud: Cloud, body: JsonObject): JsonObject {
  const identity = isJsonObject(body.identity) ? body.identity : { type: 'None' };
  const assigned = isJsonObject(identity.userAssignedIdentities) ? Object.keys(identity.userAssignedIdentities) : [];
  if (assigned.length === 0) return { type: identity.type ?? 'None' };
  return {
    type: identity.type ?? 'None',
    userAssignedIdentities: Object.fromEntries(
      assigned.map((id) => {
        const properties = cloud.resource(id)?.body.properties;
        const clientId = isJsonObject(properties) ? (properties.clientId ?? null) : null;
        return [
          id.replace(/\/resourceGroups\//i, '/resourcegroups/'),
          { principalId: principalId(cloud, id) ?? null, clientId },
        ];
      }),
    ),
  };
}

export function environmentOf(cloud: Cloud, workload: Workload): ManagedEnvironment | undefined {
  const resource = cloud.resource(environmentId(workload) ?? '');
  return resource ? ({ ...resource.body, id: resource.id } as unknown as ManagedEnvironment) : undefined;
}

function configurationOf(body: JsonObject): Configuration {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return (isJsonObject(properties.configuration) ? properties.configuration : {}) as unknown as Configuration;
}
