import type {
  BackingService,
  DriftedVariable,
  RevisionStatus,
  ServiceHealth,
  ServiceStatus,
  ServicesView,
} from '../../domain/api/service-views.ts';
import { imageReference } from '../../domain/images/image-reference.ts';
import { countOf } from '../../text/words.ts';
import { hanging, wrapped } from '../../text/wrapped.ts';

/** Icon and words of each: never told by colour alone. */
const HEALTH: Readonly<
  Record<ServiceHealth | BackingService['health'], { readonly icon: string; readonly word: string }>
> = {
  healthy: { icon: '✓', word: 'healthy' },
  ready: { icon: '✓', word: 'ready' },
  scaled_to_zero: { icon: '✓', word: 'scaled to zero' },
  starting: { icon: '▶', word: 'starting' },
  degraded: { icon: '✗', word: 'degraded' },
  unhealthy: { icon: '✗', word: 'unhealthy' },
  stopped: { icon: '✗', word: 'stopped' },
  not_ready: { icon: '✗', word: 'not ready' },
  missing: { icon: '✗', word: 'missing' },
  unknown: { icon: '?', word: 'unknown' },
};

const INDENT = '      ';

/** The services of an environment, and what they use besides, for people. @param columns what lines are wrapped to */
export function servicesText({ at, services, backing }: ServicesView, columns: number): readonly string[] {
  if (services.length === 0 && backing.length === 0) return ['No services are deployed'];
  return [
    ...wrapped(`Services, as Azure says at ${at.slice(0, 19)}Z`, columns).split('\n'),
    ...services.flatMap((one) => serviceLines(one, columns)),
    ...backing.flatMap((one) => backingLines(one, columns)),
  ];
}

function serviceLines(service: ServiceStatus, columns: number): readonly string[] {
  const { key, health, replicas, address, ingress, domains, image, revisions, portal, unread } = service;
  const count = replicas ? `${countOf(replicas.now, 'replica')} of ${replicas.min}–${replicas.max}` : '';
  const where = address === null ? [] : [`${address}${ingress === 'internal' ? ' (internal)' : ''}`];
  const line = (label: string, text: string): readonly string[] => detail(label, text, columns);
  return [
    ...head(key, health, count, columns),
    ...[...where, ...domains.map((name) => `https://${name}`)].flatMap((one) => line('address', one)),
    ...(image === null ? [] : line('image', shortImage(image))),
    ...revisions.flatMap((one) => line('revision', revisionText(one))),
    ...changedLines(service, columns),
    ...(unread === null ? [] : line('unread', unread)),
    ...line('portal', portal),
  ];
}

function backingLines(
  { key, health, state, address, portal, unread }: BackingService,
  columns: number,
): readonly string[] {
  return [
    ...head(key, health, health === 'not_ready' ? (state ?? '') : '', columns),
    ...(address === null ? [] : detail('address', address, columns)),
    ...(unread === null ? [] : detail('unread', unread, columns)),
    ...detail('portal', portal, columns),
  ];
}

function head(key: string, health: keyof typeof HEALTH, more: string, columns: number): readonly string[] {
  const { icon, word } = HEALTH[health];
  return hanging(`  ${icon} ${key.padEnd(24)}`, `${word.padEnd(16)}${more}`.trimEnd(), columns);
}

function changedLines({ driftedVariables, otherDrift }: ServiceStatus, columns: number): readonly string[] {
  const variables = (driftedVariables ?? []).map(changeText);
  const others = otherDrift ?? 0;
  return [
    ...(variables.length === 0 ? [] : detail('changed', `variables ${variables.join(', ')}`, columns)),
    ...(others === 0
      ? []
      : detail('changed', `${countOf(others, 'other field')}, see draftgenie-deploy drift`, columns)),
  ];
}

function changeText({ name, change }: DriftedVariable): string {
  return change === 'changed' ? name : `${name} (${change})`;
}

function revisionText({ name, traffic, replicas, healthState, runningState }: RevisionStatus): string {
  return `${name}  ${traffic} % of the traffic, ${countOf(replicas, 'replica')}, ${healthState}, ${runningState}`;
}

/** `api-gateway:1.2`, `rabbitmq@0123456789ab`. */
function shortImage(image: string): string {
  const { repository, version } = imageReference(image);
  const name = repository.replace(/^library\//, '');
  return version.startsWith('sha256:') ? `${name}@${version.slice(7, 19)}` : `${name}:${version}`;
}

function detail(label: string, text: string, columns: number): readonly string[] {
  return hanging(`${INDENT}${label.padEnd(9)} `, text, columns);
}
