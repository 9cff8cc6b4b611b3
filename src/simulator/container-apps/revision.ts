import { randomInt } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../shared/json.ts';
import type { ImageBehaviour } from '../registry/image.ts';
import type { Sickness, SicknessOrders } from '../sickness.ts';
import { healthProblem, sicknessProblem } from './health.ts';
import type { Configuration, Template } from './model.ts';
import { normaliseTemplate } from './normalise.ts';
import type { VolumeFailure } from './volumes/mounts.ts';

/** A revision as it is stored: facts and times only, its states are computed when they are asked for. */
export interface RevisionRecord {
  readonly name: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  /** When the operation that made it ends. */
  readonly provisionedAt: string;
  /** When it was last activated or restarted; absent: never, and its containers began to start when it was provisioned. */
  readonly begunAt?: string;
  /** When its containers have started (or failed to). Moves with activation and restart. */
  readonly startedAt: string;
  /** Its replicas got their shares when they started; what happens to these later is noticed by new replicas only. */
  readonly mounted?: true;
  /** Cleared by deactivation. */
  readonly active: boolean;
  /** As it was sent. */
  readonly template: JsonObject;
  /** Per container, in the order of the template. */
  readonly behaviours: readonly ImageBehaviour[];
  /** `sha256:…` of each container's image where it is known. */
  readonly digests: readonly (string | null)[];
}

export type RevisionPhase = 'provisioning' | 'starting' | 'healthy' | 'unhealthy' | 'failed' | 'stopped';

/** All revisions of one app at one moment, oldest first. */
export interface RevisionSet {
  readonly records: readonly RevisionRecord[];
  readonly configuration: Configuration;
  readonly now: number;
  /** From the last request until the last replica goes. */
  readonly cooldownInMs: number;
  /** Who was told to be unhealthy: digests, apps, revisions. */
  readonly unhealthy: SicknessOrders;
  /** Revision → why its replicas wait for a volume. */
  readonly volumeFailures?: Readonly<Record<string, VolumeFailure>>;
}

/** How the containers of this revision were made or told to fail. */
export function sicknessOf(set: RevisionSet, { name, digests, behaviours }: RevisionRecord): Sickness | undefined {
  const [app = ''] = name.split('--');
  const digest = digests.find((one) => one !== null && set.unhealthy[one] !== undefined);
  return (
    set.unhealthy[name] ??
    set.unhealthy[app] ??
    (digest ? set.unhealthy[digest] : undefined) ??
    behaviours.find(({ sickness }) => sickness)?.sickness ??
    undefined
  );
}

/** Why this revision is not, or will not become, healthy. */
export function revisionProblem(set: RevisionSet, record: RevisionRecord): string | undefined {
  // The words: https://github.com/microsoft/azure-container-apps/issues/1062 and others of revisions that never get ready.
  if (set.volumeFailures?.[record.name]) return 'Deployment Progress Deadline Exceeded. 0/1 replicas ready.';
  const containers = (record.template as Template).containers ?? [];
  const sickness = sicknessOf(set, record);
  const problem = sickness && sicknessProblem(sickness, containers, set.configuration.ingress ?? undefined);
  if (problem) return problem;
  const running = containers.flatMap((container, index) => {
    const behaviour = record.behaviours[index];
    return behaviour ? [{ container, behaviour }] : [];
  });
  return healthProblem(running, set.configuration.ingress ?? undefined);
}

export function revisionPhase(set: RevisionSet, record: RevisionRecord): RevisionPhase {
  if (set.now < Date.parse(record.provisionedAt)) return 'provisioning';
  if (!isActive(set, record)) return 'stopped';
  if (set.now < Date.parse(record.startedAt) || sicknessOf(set, record) === 'never-ready') return 'starting';
  if (set.volumeFailures?.[record.name]?.isOverdue === false) return 'starting';
  if (revisionProblem(set, record) === undefined) return 'healthy';
  return sicknessOf(set, record) === 'crash' ? 'failed' : 'unhealthy';
}

/** In single mode an older revision goes on only until a newer one is healthy. */
export function isActive(set: RevisionSet, record: RevisionRecord): boolean {
  if (!record.active) return false;
  if (isMultiple(set.configuration)) return true;
  const newer = set.records.slice(set.records.indexOf(record) + 1);
  return !newer.some((candidate) => candidate.active && hasStartedHealthy(set, candidate));
}

export function latestReadyRevision(set: RevisionSet): RevisionRecord | undefined {
  return set.records.findLast((record) => hasStartedHealthy(set, record));
}

function hasStartedHealthy(set: RevisionSet, record: RevisionRecord): boolean {
  return set.now >= Date.parse(record.startedAt) && revisionProblem(set, record) === undefined;
}

/** What is past stays so: a revision that gave way in single mode does not come back when its successor fails later. */
export function retire(set: RevisionSet): RevisionRecord[] {
  return set.records.map((record) => (record.active && !isActive(set, record) ? { ...record, active: false } : record));
}

/** The name of the revision that this template makes; undefined when it makes none, because it did not change. */
export function nextRevisionName(
  app: string,
  template: JsonObject,
  records: readonly RevisionRecord[],
): string | undefined {
  const suffix = (template as Template).revisionSuffix;
  const latest = records.at(-1);
  const isNamedAlike = !suffix || latest?.name === `${app}--${suffix}`;
  if (latest && isNamedAlike && sameTemplate(latest.template, template)) return undefined;
  return `${app}--${suffix || randomSuffix()}`;
}

function sameTemplate(one: JsonObject, other: JsonObject): boolean {
  const comparable = (template: JsonObject) => canonicalJson({ ...normaliseTemplate(template), revisionSuffix: '' });
  return comparable(one) === comparable(other);
}

export function isMultiple(configuration: Configuration): boolean {
  return configuration.activeRevisionsMode?.toLowerCase() === 'multiple';
}

/** Drops the oldest inactive revisions beyond what the app keeps. */
export function prune(set: RevisionSet): readonly RevisionRecord[] {
  const inactive = set.records.filter((record) => !isActive(set, record));
  const excess = new Set(
    inactive.slice(0, Math.max(0, inactive.length - (set.configuration.maxInactiveRevisions ?? 100))),
  );
  return set.records.filter((record) => !excess.has(record));
}

/** Seven characters, as Container Apps makes them: `app--5zj2t4y`. */
export function randomSuffix(): string {
  return Array.from({ length: 7 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[randomInt(36)]).join('');
}
