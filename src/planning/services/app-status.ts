import type { ArmResource, RevisionView } from '../../azure/ports.ts';
import {
  type RevisionStatus,
  SERVICE_HEALTHS,
  type ServiceHealth,
  type ServiceStatus,
} from '../../domain/api/service-views.ts';
import { latestRevision, sharesOf } from '../../resources/app/traffic.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

type AppFacts = Pick<ServiceStatus, 'health' | 'address' | 'ingress' | 'domains' | 'image' | 'replicas' | 'revisions'>;

export const MISSING: AppFacts = {
  health: 'missing',
  address: null,
  ingress: 'none',
  domains: [],
  image: null,
  replicas: null,
  revisions: [],
};

/** Where no `scale` is said: https://learn.microsoft.com/azure/container-apps/scale-app#scale-definition */
const AZURE_SCALE = { min: 0, max: 10 };

/**
 * What an app and its revisions say of a service.
 * @param revisions undefined: they may not be read
 */
export function appStatus(app: ArmResource, revisions: readonly RevisionView[] | undefined): AppFacts {
  const shares = sharesOf(app);
  const active = [...(revisions ?? [])]
    .filter((one) => one.active)
    .sort((one, other) => (other.createdTime ?? '').localeCompare(one.createdTime ?? ''));
  const serving = servingOf(app, active, Object.keys(shares));
  const [first] = serving;
  return {
    // An app whose revisions are all inactive serves nobody.
    health: revisions === undefined ? 'unknown' : (worstOf(serving.map(healthOf)) ?? 'stopped'),
    ...reached(app),
    image: first?.image ?? imageOf(app),
    replicas: revisions === undefined ? null : replicasOf(app, serving),
    revisions: active.map((one) => revisionStatus(one, shares[one.name] ?? 0)),
  };
}

/** Those with traffic, the one with the most of it first; without any the newest. */
function servingOf(
  app: ArmResource,
  active: readonly RevisionView[],
  shared: readonly string[],
): readonly RevisionView[] {
  const withTraffic = active.filter(({ name }) => shared.includes(name));
  if (withTraffic.length > 0) return withTraffic.toSorted((one, other) => other.trafficWeight - one.trafficWeight);
  const latest = active.find(({ name }) => name === latestRevision(app)) ?? active[0];
  return latest ? [latest] : [];
}

/**
 * In one word. States: https://learn.microsoft.com/azure/container-apps/revisions#lifecycle and
 * https://learn.microsoft.com/rest/api/resource-manager/containerapps/container-apps-revisions/get-revision
 */
export function healthOf({
  active,
  healthState,
  runningState,
  provisioningState,
  replicas,
}: RevisionView): ServiceHealth {
  if (!active || runningState === 'Stopped') return 'stopped';
  if (provisioningState === 'Failed' || ['Failed', 'ActivationFailed'].includes(runningState)) return 'unhealthy';
  if (runningState === 'Degraded') return 'degraded';
  if (healthState === 'Unhealthy') return 'unhealthy';
  if (runningState === 'ScaledToZero') return 'scaled_to_zero';
  if (provisioningState !== 'Provisioned' || ['Processing', 'Activating'].includes(runningState)) return 'starting';
  if (healthState === 'Healthy') return 'healthy';
  // Of what has no replica nothing is probed.
  return replicas === 0 ? 'scaled_to_zero' : 'unknown';
}

export function worstOf(healths: readonly ServiceHealth[]): ServiceHealth | undefined {
  return SERVICE_HEALTHS.find((one) => healths.includes(one));
}

function reached(app: ArmResource): Pick<AppFacts, 'address' | 'ingress' | 'domains'> {
  const ingress = jsonAt(app, 'properties.configuration.ingress');
  if (!isJsonObject(ingress)) return { address: null, ingress: 'none', domains: [] };
  const fqdn = scalarText(ingress.fqdn);
  const isTcp = scalarText(ingress.transport).toLowerCase() === 'tcp';
  const port = scalarText(ingress.exposedPort, scalarText(ingress.targetPort));
  const domains = Array.isArray(ingress.customDomains) ? ingress.customDomains.filter(isJsonObject) : [];
  return {
    address: fqdn === '' ? null : isTcp ? `${fqdn}:${port}` : `https://${fqdn}`,
    ingress: ingress.external === true ? 'external' : 'internal',
    domains: domains.map(({ name }) => scalarText(name)),
  };
}

/** Of the revisions that serve; what else is active has its own. */
function replicasOf(app: ArmResource, serving: readonly RevisionView[]): AppFacts['replicas'] {
  const template = serving[0]?.template ?? (jsonAt(app, 'properties.template') as JsonObject | undefined) ?? {};
  const limit = (name: string, otherwise: number): number => {
    const value = jsonAt(template, `scale.${name}`);
    return typeof value === 'number' ? value : otherwise;
  };
  return {
    now: serving.reduce((sum, { replicas }) => sum + replicas, 0),
    min: limit('minReplicas', AZURE_SCALE.min),
    max: limit('maxReplicas', AZURE_SCALE.max),
  };
}

function imageOf(app: ArmResource): string | null {
  const containers = jsonAt(app, 'properties.template.containers');
  const [first] = Array.isArray(containers) ? containers.filter(isJsonObject) : [];
  return scalarText(first?.image) || null;
}

function revisionStatus(revision: RevisionView, traffic: number): RevisionStatus {
  const { name, healthState, runningState, replicas, image, createdTime } = revision;
  return { name, healthState, runningState, replicas, traffic, image: image ?? null, createdAt: createdTime ?? null };
}
