import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../shared/json.ts';

/** Percent of the traffic by revision; revisions with none are left out. */
export type Shares = Readonly<Record<string, number>>;

/** One entry of `ingress.traffic`, as Azure keeps it. */
interface TrafficEntry {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly weight: number;
  readonly label?: string;
}

/** Who has the traffic of an app. What follows the latest revision goes to the last one that was ready. */
export function sharesOf(app: JsonObject): Shares {
  const shares: Record<string, number> = {};
  for (const { revisionName, weight } of named(app)) {
    if (weight > 0 && revisionName !== undefined) shares[revisionName] = (shares[revisionName] ?? 0) + weight;
  }
  return shares;
}

export function sameShares(one: Shares, other: Shares): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/**
 * The entries that give these shares: each names its revision, so that a new revision gets nothing by itself
 * (microsoft/azure-container-apps #497). Labels that others gave stay where they are.
 */
export function trafficEntries(app: JsonObject | undefined, shares: Shares): JsonObject[] {
  const labels = app ? named(app).filter(({ label, revisionName }) => label && revisionName) : [];
  const open = new Map(Object.entries(shares));
  const labelled = labels.map(({ revisionName = '', label = '' }): JsonObject => {
    const weight = open.get(revisionName) ?? 0;
    open.delete(revisionName);
    return { revisionName, weight, label };
  });
  return [...[...open].map(([revisionName, weight]) => ({ revisionName, weight })), ...labelled];
}

/** Whether no new revision gets traffic by itself. */
export function namesRevisions(app: JsonObject | undefined): boolean {
  const traffic = app && jsonAt(app, 'properties.configuration.ingress.traffic');
  if (!app || !isMultiple(app) || !Array.isArray(traffic) || traffic.length === 0) return false;
  return traffic.every((entry) => isJsonObject(entry) && entry.latestRevision !== true);
}

/**
 * A step from one release to the next: the target gets that much, the others what is left in their proportion, whole
 * percents all.
 */
export function movedShares(before: Shares, target: string, percent: number): Shares {
  const others = Object.entries(before).filter(([revision]) => revision !== target);
  const total = others.reduce((sum, [, weight]) => sum + weight, 0);
  if (percent >= 100 || total === 0) return { [target]: 100 };
  let left = 100 - percent;
  const rest = others.map(([revision, weight], index) => {
    const share = index === others.length - 1 ? left : Math.floor(((100 - percent) * weight) / total);
    left -= share;
    return [revision, share] as const;
  });
  return Object.fromEntries([[target, percent], ...rest.filter(([, share]) => share > 0)]);
}

/** Revisions that somebody gave a label. */
export function labelledRevisions(app: JsonObject): ReadonlySet<string> {
  return new Set(named(app).flatMap(({ label, revisionName }) => (label && revisionName ? [revisionName] : [])));
}

/** `api--r-1 90 %, api--r-2 10 %`. */
export function sharesText(shares: Shares): string {
  const parts = Object.entries(shares).map(([revision, weight]) => `${revision} ${weight} %`);
  return parts.length > 0 ? parts.sort().join(', ') : 'nowhere';
}

/** The newest revision of an app, as its template says; undefined while there is none. */
export function latestRevision(app: JsonObject): string | undefined {
  return textAt(app, 'properties.latestRevisionName');
}

export function latestReadyRevision(app: JsonObject): string | undefined {
  return textAt(app, 'properties.latestReadyRevisionName');
}

function named(app: JsonObject): readonly TrafficEntry[] {
  const traffic = jsonAt(app, 'properties.configuration.ingress.traffic');
  const entries = Array.isArray(traffic) ? traffic.filter(isJsonObject).map(entryOf) : [];
  // In single mode, and without entries, Azure sends everything to the latest ready revision.
  const effective: readonly TrafficEntry[] =
    isMultiple(app) && entries.length > 0 ? entries : [{ latestRevision: true, weight: 100 }];
  const latest = latestReadyRevision(app) ?? latestRevision(app);
  return effective.flatMap((entry) => {
    if (!entry.latestRevision) return [entry];
    return latest === undefined ? [] : [{ ...entry, revisionName: latest }];
  });
}

function isMultiple(app: JsonObject): boolean {
  return textAt(app, 'properties.configuration.activeRevisionsMode')?.toLowerCase() === 'multiple';
}

function entryOf({ revisionName, latestRevision, weight, label }: JsonObject): TrafficEntry {
  return {
    weight: Number(weight ?? 0),
    ...(latestRevision === true && { latestRevision }),
    ...(typeof revisionName === 'string' && revisionName !== '' && { revisionName }),
    ...(typeof label === 'string' && label !== '' && { label }),
  };
}

function textAt(app: JsonObject, path: string): string | undefined {
  const value: Json | undefined = jsonAt(app, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
