import type { EnvironmentState } from '../../src/domain/state.ts';
import type { Json } from '../../src/shared/json.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

/** What a deployment left behind, without what is made up each time: two that ended alike have equal pictures. */
export interface Picture {
  /** Resource → its body; also revisions with traffic are in there. */
  readonly resources: Readonly<Record<string, string>>;
  /** Names of secrets, with how many values each ever had. */
  readonly secrets: Readonly<Record<string, number>>;
  /** Images that builds made, and executions of jobs that succeeded, by job. */
  readonly images: Readonly<Record<string, number>>;
  readonly executions: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, string>>;
  readonly owned: readonly string[];
}

export function pictureOf(simulator: Simulator, state: EnvironmentState): Picture {
  const { resources, secrets, registries } = simulator.state();
  const all = Object.values(resources);
  const jobs = all.filter(({ type }) => type.toLowerCase() === 'microsoft.app/jobs');
  const builds = Object.values(registries).flatMap(({ runs }) => runs);
  return {
    resources: Object.fromEntries(
      all.map(({ id, body }) => [masked(id.toLowerCase()), masked(JSON.stringify(sorted(body)))]),
    ),
    secrets: Object.fromEntries(
      Object.values(secrets).flatMap((vault) =>
        Object.values(vault).map(({ name, versions }) => [name, new Set(versions.map(({ value }) => value)).size]),
      ),
    ),
    images: tally(
      builds.filter(({ outcome }) => outcome === 'Succeeded').map(({ images }) => images[0]?.repository ?? ''),
    ),
    executions: tally(jobs.flatMap(({ name, extra }) => executionsOf(extra.job).map(() => name))),
    steps: Object.fromEntries(
      Object.entries(state.steps).map(([name, record]) => [
        name,
        masked(JSON.stringify({ status: record?.status, outputs: record?.outputs })),
      ]),
    ),
    owned: Object.keys(state.resources).toSorted(),
  };
}

function executionsOf(job: Json | undefined): readonly unknown[] {
  const { executions } = job as unknown as { readonly executions: readonly { readonly status?: string }[] };
  return executions;
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Ids, versions, hashes over them, runs, revisions, domains, addresses and times. */
const MADE_UP: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'id'],
  [/default-[0-9A-HJKMNP-TV-Z]{26}/g, 'run'],
  [/(?<=--|")(r[0-9a-z]{10}-\d+|[0-9a-z]{7}(?="))/g, 'revision'],
  [/[a-z]+-[0-9a-f]{8}(?=\.[a-z0-9]+\.azurecontainerapps)/g, 'domain'],
  [/\b([0-9a-f]{32}|[0-9A-F]{64})\b/g, 'version'],
  [/\b[0-9a-f]{16}\b/g, 'hash'],
  [/\b20(\.\d+){3}\b/g, 'address'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'],
];

function masked(text: string): string {
  return MADE_UP.reduce((result, [pattern, word]) => result.replaceAll(pattern, word), text);
}

/** What Azure adds where nothing is said comes back to it with the next write of the body. */
const ADDED: Readonly<Record<string, Json>> = {
  allowInsecure: false,
  cooldownPeriod: 300,
  exposedPort: 0,
  pollingInterval: 30,
};

/** Keys in one order, since a body that was patched has another one than a body that was put; without defaults. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => ADDED[key] !== inner || ADDED[key] === undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Where the two differ, in words; empty when they are equal. */
export function differences(expected: Picture, actual: Picture): readonly string[] {
  const found: string[] = [];
  for (const part of ['resources', 'secrets', 'images', 'executions', 'steps'] as const) {
    const [wanted, seen] = [expected[part], actual[part]] as readonly Readonly<Record<string, string | number>>[];
    for (const key of new Set([...Object.keys(wanted ?? {}), ...Object.keys(seen ?? {})])) {
      const [before, after] = [wanted?.[key], seen?.[key]];
      if (before !== after) found.push(`${part} ${key}: ${firstDifference(String(before), String(after))}`);
    }
  }
  if (expected.owned.join() !== actual.owned.join()) found.push(`owned: ${actual.owned.join(', ')}`);
  return found;
}

const AROUND = 40;

function firstDifference(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const part = (text: string): string => text.slice(Math.max(0, at - AROUND), at + AROUND);
  return `'${part(before)}' became '${part(after)}'`;
}
