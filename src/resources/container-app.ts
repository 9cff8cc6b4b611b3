import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import type { FieldSettings } from '../domain/ownership/owner.ts';
import { resourceTags } from '../domain/tags.ts';
import type { JsonObject } from '../shared/json.ts';
import { REGISTRIES } from './app/registries.ts';
import { SECRETS } from './app/secrets.ts';
import {
  environmentVariables,
  imageOf,
  imageSource,
  probes,
  secretReferences,
  usedSecrets,
  workloadIdentity,
} from './app/workload.ts';
import type { ResourceKind } from './kind.ts';

/** Azure computes these and refuses them in a request. */
const READ_ONLY = [
  'properties.provisioningState',
  'properties.runningStatus',
  'properties.managedEnvironmentId',
  'properties.latestRevisionName',
  'properties.latestReadyRevisionName',
  'properties.latestRevisionFqdn',
  'properties.customDomainVerificationId',
  'properties.outboundIpAddresses',
  'properties.eventStreamEndpoint',
  'properties.delegatedIdentities',
  'properties.configuration.ingress.fqdn',
  'properties.template.containers.resources.ephemeralStorage',
  'properties.template.initContainers.resources.ephemeralStorage',
  'identity.principalId',
  'identity.tenantId',
];

/** A suffix that stays would keep the old revision, whatever else of the template changes. */
const RENEWED = { 'properties.template': 'revisionSuffix' };

export const CONTAINER_APP: ResourceKind<'Microsoft.App/containerApps'> = {
  type: 'Microsoft.App/containerApps',
  apiVersion: '2026-07-01',
  fingerprintVersion: '2026-01-01',
  provider: 'Microsoft.App',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.containerApp,
  uniqueName: null,
  // The region is its environment's, which is asked about.
  availability: [],
  permission: null,
  holdsData: false,
  update: 'patch',
  readOnly: READ_ONLY,
  renewed: RENEWED,
  immutable: ['location', 'properties.environmentId'],
  createOnly: [],
  // An older revision may still read a secret that the newest does not, and others may have some of their own.
  openArrays: [SECRETS],
  toldArrays: [SECRETS],
  settings: { location: 'locations.container_apps', 'properties.configuration.maxInactiveRevisions': 'release.keep' },
  invariants: {
    // https://learn.microsoft.com/azure/container-apps/revisions#revision-modes
    'properties.configuration.activeRevisionsMode':
      'a new revision has traffic before it is judged, or two share what only one may have',
    'properties.configuration.ingress.traffic': 'requests do not come to the newest revision alone',
  },
  defaults: ['properties.workloadProfileName', 'properties.configuration.ingress.allowInsecure'],
  computed: [
    'tags',
    'identity',
    'properties.environmentId',
    'properties.configuration.ingress.transport',
    'properties.configuration.registries',
    'properties.configuration.secrets',
    'properties.configuration.identitySettings',
    'properties.template.revisionSuffix',
    'properties.template.containers.name',
    'properties.template.containers.image',
    'properties.template.containers.env',
    'properties.template.containers.probes',
  ],
  nestedMembers: ['properties.template.containers', 'properties.template.initContainers'],
  wholeMembers: [REGISTRIES],
  timeoutInSeconds: 900,
  deletion: { how: 'request', softDeleted: null },
  portalPage: (id) => `${id}/containerapp`,
};

type App = DesiredResource<typeof CONTAINER_APP>;

/**
 * Whether new revisions of a service get their traffic only once they are judged. Infrastructure and consumers of queues
 * are replaced: two of them at a time would share the work or the data. So is what has no http traffic to hold back.
 */
export function isSideBySide({ kind, consumer, ingress, transport }: ServiceConfig): boolean {
  return kind === 'application' && !consumer && ingress !== 'none' && transport === 'http';
}

/**
 * The container app of a service, variables and all: one write makes one revision. Side by side the traffic and the
 * revision's name are not part of it: a release decides them (release/release.ts).
 */
export function containerApp(input: DesireInput, service: ServiceConfig): App {
  const { config } = input;
  const sideBySide = isSideBySide(service);
  const { identity, identitySettings } = workloadIdentity(input);
  const { registries, secrets } = imageSource(input, service);
  const references = secretReferences(input, [...new Set([...usedSecrets(service), ...secrets])].sort());
  return {
    kind: CONTAINER_APP,
    key: `app:${service.key}`,
    title: `container app ${service.name}`,
    id: resourceId(input, CONTAINER_APP.type, service.name),
    settings: serviceSettings(service),
    // What RabbitMQ and Qdrant keep lies in their containers, and is gone with them.
    holdsData: service.kind === 'infrastructure',
    body: {
      location: config.locations.containerApps,
      tags: resourceTags(input),
      identity,
      properties: {
        environmentId: input.outputs.read('environmentId'),
        workloadProfileName: 'Consumption',
        configuration: {
          activeRevisionsMode: sideBySide ? 'Multiple' : 'Single',
          maxInactiveRevisions: config.release.keep,
          ...ingress(service, sideBySide),
          registries: [...registries],
          secrets: references,
          identitySettings,
        },
        template: {
          containers: [
            {
              name: service.name,
              image: imageOf(input, service),
              resources: { cpu: service.cpu, memory: service.memory },
              env: environmentVariables(input, service),
              probes: probes(service),
            },
          ],
          scale: { minReplicas: service.minReplicas, maxReplicas: service.maxReplicas },
        },
      },
    },
  };
}

/** Fields that the service's own section of the file decides. */
function serviceSettings({ key }: ServiceConfig): FieldSettings {
  const section = `services.${key}`;
  return {
    'properties.configuration.ingress.external': `${section}.ingress`,
    'properties.configuration.ingress.targetPort': `${section}.port`,
    'properties.configuration.ingress.exposedPort': `${section}.port`,
    // Azure takes certain pairs of these only.
    'properties.template.containers.resources': [`${section}.cpu`, `${section}.memory`],
    'properties.template.scale.minReplicas': `${section}.min_replicas`,
    // Never fewer than the least.
    'properties.template.scale.maxReplicas': [`${section}.max_replicas`, `${section}.min_replicas`],
  };
}

function ingress({ ingress: kind, transport, port }: ServiceConfig, sideBySide: boolean): { ingress?: JsonObject } {
  if (kind === 'none') return {};
  const traffic: JsonObject = sideBySide ? {} : { traffic: [{ latestRevision: true, weight: 100 }] };
  if (transport === 'tcp')
    return { ingress: { external: false, targetPort: port, exposedPort: port, transport: 'tcp', ...traffic } };
  return {
    ingress: { external: kind === 'external', targetPort: port, transport: 'auto', allowInsecure: false, ...traffic },
  };
}
