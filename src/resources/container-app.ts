import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import type { FieldSettings } from '../domain/ownership/owner.ts';
import { resourceTags } from '../domain/tags.ts';
import type { JsonObject } from '../shared/json.ts';
import { containers, initContainers } from './app/containers.ts';
import { CUSTOM_DOMAINS, customDomains } from './app/custom-domains.ts';
import { ingress } from './app/ingress.ts';
import { pullsOf } from './app/pulls.ts';
import { REGISTRIES } from './app/registries.ts';
import { isByConsumption, replicaUses } from './app/replica-meters.ts';
import { scaleOf } from './app/scale.ts';
import { SECRETS } from './app/secrets.ts';
import { volumesOf } from './app/volumes.ts';
import { secretReferences, usedSecrets, workloadIdentity } from './app/workload.ts';
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

const SCALE = 'properties.template.scale';
const VOLUMES = 'properties.template.volumes';
const INGRESS = 'properties.configuration.ingress';
const inIngress = (key: string): string => `${INGRESS}.${key}`;

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
    'properties.template.containers.command',
    'properties.template.containers.args',
    'properties.template.containers.env',
    'properties.template.containers.probes',
    'properties.template.containers.volumeMounts',
    'properties.template.initContainers',
  ],
  withdrawn: [
    INGRESS,
    ...['exposedPort', 'additionalPortMappings', 'corsPolicy', 'ipSecurityRestrictions'].map(inIngress),
    ...['clientCertificateMode', 'stickySessions', 'customDomains'].map(inIngress),
    'properties.template.terminationGracePeriodSeconds',
    ...['rules', 'pollingInterval', 'cooldownPeriod'].map((key) => `${SCALE}.${key}`),
    'properties.template.containers.command',
    'properties.template.containers.args',
    'properties.template.containers.volumeMounts',
    VOLUMES,
    'properties.template.initContainers',
    'properties.template.initContainers.command',
    'properties.template.initContainers.args',
    'properties.template.initContainers.volumeMounts',
  ],
  caseless: [...['clientCertificateMode', 'stickySessions.affinity'].map(inIngress)],
  nestedMembers: ['properties.template.containers', 'properties.template.initContainers'],
  // One after the other: https://learn.microsoft.com/azure/container-apps/containers#init-containers
  sequences: ['properties.template.initContainers'],
  wholeMembers: [REGISTRIES, `${SCALE}.rules`, VOLUMES],
  timeoutInSeconds: 900,
  deletion: { how: 'request', softDeleted: null },
  cost: ({ body, assumptions }) => (isByConsumption(body) ? replicaUses(body, assumptions) : []),
  portalPage: (id) => `${id}/containerapp`,
};

type App = DesiredResource<typeof CONTAINER_APP>;

/**
 * Whether new revisions of a service get their traffic only once they are judged. Infrastructure and consumers of queues
 * are replaced: two of them at a time would share the work or the data. So is what has no http traffic to hold back, and what
 * clients come back to, since Azure has session affinity for a single revision only
 * (https://learn.microsoft.com/azure/container-apps/sticky-sessions).
 */
export function isSideBySide(service: ServiceConfig): boolean {
  const { kind, ingress, transport, sessionAffinity = false } = service;
  return (
    kind === 'application' && !isConsumer(service) && ingress !== 'none' && transport !== 'tcp' && !sessionAffinity
  );
}

/** Rules for events work with one active revision only: https://learn.microsoft.com/azure/container-apps/scale-app#http */
function isConsumer({ consumer, scale }: ServiceConfig): boolean {
  return consumer || scale?.rules !== undefined;
}

/**
 * The container app of a service, variables and all: one write makes one revision. Side by side the traffic and the
 * revision's name are not part of it: a release decides them (release/release.ts).
 */
export function containerApp(input: DesireInput, service: ServiceConfig): App {
  const { config } = input;
  const { terminationGraceInSeconds: terminationGrace } = service;
  const sideBySide = isSideBySide(service);
  const { identity, identitySettings } = workloadIdentity(input);
  const { registries, secrets } = pullsOf(input, service);
  const references = secretReferences(input, [...new Set([...usedSecrets(service), ...secrets])].sort());
  return {
    kind: CONTAINER_APP,
    key: `app:${service.key}`,
    title: `container app ${service.name}`,
    id: resourceId(input, CONTAINER_APP.type, service.name),
    settings: serviceSettings(service),
    // A name is added when DNS shows it, and bound when its certificate is there.
    ...(service.domains && { later: [CUSTOM_DOMAINS] }),
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
          ...withDomains(ingress(service, sideBySide), customDomains(input, service)),
          registries: [...registries],
          secrets: references,
          identitySettings,
        },
        template: {
          containers: containers(input, service),
          ...initContainers(input, service),
          ...volumesOf(input, service),
          ...(terminationGrace !== undefined && { terminationGracePeriodSeconds: terminationGrace }),
          scale: scaleOf(input, service),
        },
      },
    },
  };
}

function withDomains(reached: { ingress?: JsonObject }, names: readonly JsonObject[]): { ingress?: JsonObject } {
  if (!reached.ingress || names.length === 0) return reached;
  return { ingress: { ...reached.ingress, customDomains: [...names] } };
}

/** Fields that the service's own section of the file decides. */
function serviceSettings({ key }: ServiceConfig): FieldSettings {
  const section = `services.${key}`;
  return {
    'properties.configuration.ingress.external': `${section}.ingress`,
    'properties.configuration.ingress.targetPort': `${section}.port`,
    'properties.configuration.ingress.exposedPort': `${section}.port`,
    [inIngress('additionalPortMappings')]: `${section}.ports`,
    [inIngress('corsPolicy')]: `${section}.cors`,
    [inIngress('ipSecurityRestrictions')]: `${section}.ip_rules`,
    [inIngress('clientCertificateMode')]: `${section}.client_certificates`,
    [inIngress('stickySessions')]: `${section}.session_affinity`,
    [CUSTOM_DOMAINS]: `${section}.domains`,
    [VOLUMES]: `${section}.volumes`,
    'properties.template.terminationGracePeriodSeconds': `${section}.termination_grace`,
    // Azure takes certain sums of these only.
    'properties.template.containers.resources': [`${section}.cpu`, `${section}.memory`, `${section}.sidecars`],
    [`${SCALE}.minReplicas`]: `${section}.min_replicas`,
    // Never fewer than the least.
    [`${SCALE}.maxReplicas`]: [`${section}.max_replicas`, `${section}.min_replicas`],
    [`${SCALE}.rules`]: `${section}.scale`,
    [`${SCALE}.pollingInterval`]: `${section}.scale.polling_interval`,
    [`${SCALE}.cooldownPeriod`]: `${section}.scale.cooldown`,
  };
}
