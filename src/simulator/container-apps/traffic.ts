import type { Scale } from './model.ts';
import { isActive, isMultiple, latestReadyRevision, type RevisionRecord, type RevisionSet } from './revision.ts';
import { keepsReplica } from './rules/scale-rules.ts';

/** Share of the requests to the app's own address that each revision gets, in percent. */
export function trafficWeights(set: RevisionSet): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const latest = latestServing(set)?.name;
  const rules = isMultiple(set.configuration) ? (set.configuration.ingress?.traffic ?? []) : [];
  for (const { revisionName, latestRevision, weight = 0 } of rules.length > 0
    ? rules
    : [{ latestRevision: true, weight: 100 }]) {
    const name = latestRevision ? latest : revisionName;
    if (name !== undefined) weights.set(name, (weights.get(name) ?? 0) + weight);
  }
  return weights;
}

/** Traffic for "the latest" waits for the newest revision to be ready. */
function latestServing(set: RevisionSet): RevisionRecord | undefined {
  const active = set.records.filter((record) => isActive(set, record));
  return latestReadyRevision({ ...set, records: active }) ?? active.at(-1) ?? set.records.at(-1);
}

/** The revision behind a label, in multiple mode only. */
export function labelledRevision(set: RevisionSet, label: string): RevisionRecord | undefined {
  const rule = isMultiple(set.configuration)
    ? set.configuration.ingress?.traffic?.find((entry) => entry.label === label)
    : undefined;
  if (!rule) return undefined;
  return rule.latestRevision ? latestServing(set) : set.records.find(({ name }) => name === rule.revisionName);
}

/** The revision that a request to the app's own address reaches. `pick` is where it falls among the weights, in [0, 1). */
export function chooseRevision(set: RevisionSet, pick: number): RevisionRecord | undefined {
  let upTo = 0;
  for (const [name, weight] of trafficWeights(set)) {
    upTo += weight;
    if (pick * 100 < upTo) return set.records.find((record) => record.name === name);
  }
  return undefined;
}

/** Where the n-th request to an app falls: every 100 in a row, and every aligned 10, are spread over all of [0, 1). */
export function pickOf(n: number): number {
  const [tens, ones] = [Math.floor(n / 10) % 10, n % 10];
  return (ones * 10 + tens) / 100;
}

/** The revisions that had traffic at this moment, with their shares in percent. */
export function trafficSnapshot(set: RevisionSet): Readonly<Record<string, number>> {
  return Object.fromEntries([...trafficWeights(set)].filter(([, weight]) => weight > 0));
}

/** True when nothing asks for replicas of a revision: no traffic, no rule that keeps one, and a minimum of none. */
export function isUnasked(set: RevisionSet, record: RevisionRecord): boolean {
  const { minReplicas, rules } = (record.template.scale ?? {}) as Scale;
  if ((minReplicas ?? 0) > 0 || keepsReplica(rules ?? []) || !isActive(set, record)) return false;
  return !set.configuration.ingress || (trafficWeights(set).get(record.name) ?? 0) === 0;
}
