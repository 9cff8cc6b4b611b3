import { randomInt } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../shared/json.ts';
import type { ImageBehaviour } from '../registry/image.ts';
import { healthProblem } from './health.ts';
import type { Configuration, Template } from './model.ts';
import { normaliseTemplate } from './normalise.ts';

/** A revision as it is stored: facts and times only, its states are computed when they are asked for. */
export interface RevisionRecord {
  readonly name: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  /** When the operation that made it ends. */
  readonly provisionedAt: string;
  /** When its containers have started (or failed to). Moves with activation and restart. */
  readonly startedAt: string;
  /** Cleared by deactivation. */
  readonly active: boolean;
  /** As it was sent. */
  readonly template: JsonObject;
  /** Per container, in the order of the template. */
  readonly behaviours: readonly ImageBehaviour[];
  /** `sha256:…` of each container's image where it is known. */
  readonly digests: readonly (string | null)[];
}

export type RevisionPhase = 'provisioning' | 'starting' | 'healthy' | 'unhealthy' | 'stopped';

/** All revisions of one app at one moment, oldest first. */
export interface RevisionSet {
  readonly records: readonly RevisionRecord[];
  readonly configuration: Configuration;
  readonly now: number;
  /** Digests that were told to fail their probes. */
  readonly unhealthyDigests: readonly string[];
}

/** Why this revision is not, or will not become, healthy. */
export function revisionProblem(set: RevisionSet, record: RevisionRecord): string | undefined {
  const told = record.digests.find((digest) => digest !== null && set.unhealthyDigests.includes(digest));
  if (told) return `Container was terminated with exit code '1' and reason 'ProbeFailure' (image ${told}).`;
  const containers = (record.template as Template).containers ?? [];
  const running = containers.flatMap((container, index) => {
    const behaviour = record.behaviours[index];
    return behaviour ? [{ container, behaviour }] : [];
  });
  return healthProblem(running, set.configuration.ingress ?? undefined);
}

export function revisionPhase(set: RevisionSet, record: RevisionRecord): RevisionPhase {
  if (set.now < Date.parse(record.provisionedAt)) return 'provisioning';
  if (!isActive(set, record)) return 'stopped';
  if (set.now < Date.parse(record.startedAt)) return 'starting';
  return revisionProblem(set, record) === undefined ? 'healthy' : 'unhealthy';
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

/** Share of the requests to the app's own address that each revision gets, in percent. */
export function trafficWeights(set: RevisionSet): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  // Traffic for "the latest" waits for the newest revision to be ready.
  const latest = latestReadyRevision(set)?.name ?? set.records.at(-1)?.name;
  const rules = isMultiple(set.configuration) ? (set.configuration.ingress?.traffic ?? []) : [];
  for (const { revisionName, latestRevision, weight = 0 } of rules.length > 0
    ? rules
    : [{ latestRevision: true, weight: 100 }]) {
    const name = latestRevision ? latest : revisionName;
    if (name !== undefined) weights.set(name, (weights.get(name) ?? 0) + weight);
  }
  return weights;
}

/** The revision behind a label, in multiple mode only. */
export function labelledRevision(set: RevisionSet, label: string): RevisionRecord | undefined {
  const rule = isMultiple(set.configuration)
    ? set.configuration.ingress?.traffic?.find((entry) => entry.label === label)
    : undefined;
  if (!rule) return undefined;
  return rule.latestRevision ? latestReadyRevision(set) : set.records.find(({ name }) => name === rule.revisionName);
}

/**
 * The name of the revision that this template makes; undefined when it makes none: the template did not change, or its
 * suffix was used before, in which case Azure silently keeps what is there (microsoft/azure-container-apps #650).
 */
export function nextRevisionName(
  app: string,
  template: JsonObject,
  records: readonly RevisionRecord[],
): string | undefined {
  const suffix = (template as Template).revisionSuffix;
  if (suffix) {
    const name = `${app}--${suffix}`;
    return records.some((record) => record.name === name) ? undefined : name;
  }
  const latest = records.at(-1);
  if (latest && sameTemplate(latest.template, template)) return undefined;
  return `${app}--${randomSuffix()}`;
}

export function sameTemplate(one: JsonObject, other: JsonObject): boolean {
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
