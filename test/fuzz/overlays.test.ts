import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type ConfigResult, parseConfig } from '../../src/domain/config/parse.ts';
import { differences } from '../../src/domain/config/resolved/differences.ts';
import { isJsonObject } from '../../src/shared/json.ts';
import { mutatedDocument } from './mutations.ts';
import { feed } from './run.ts';

const BASE = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-kv }
postgresql: { databases: [reports], backup_retention_days: 7 }
redis: {}
monitoring: {}
secrets: { api_key: "env:API_KEY", jwt_secret: "" }
services:
  web:
    image: "web:\${TAG}"
    port: 80
    ingress: external
    env: { LEVEL: info, URL: "http://\${HOST:-a}", DB: { secret: jwt_secret } }
    sidecars: [{ name: log, image: "log:1" }, { name: proxy, image: "proxy:1" }]
    max_replicas: 3
    scale: { http: 20 }
    depends_on: [cache]
  cache: { image: "redis:7", port: 6379, transport: tcp }
jobs: { nightly: { image: "job:1", schedule: "0 3 * * *" } }
tags: { team: shop }
`;
const DOCUMENT: unknown = parse(BASE);
/** Stands for the tag, which plain data has not. */
const TAKEN_AWAY = 'taken-away-here';

/** What people write into overlays, beside what nobody would. */
const value = fc.constantFrom<unknown>(
  ...['debug', 'web:2', '${TAG:-x}', '${UNSET}', '${{environment.name}}', 'env:OTHER', TAKEN_AWAY, null, true, false],
  ...[
    0,
    1,
    2,
    0.5,
    81,
    99999,
    [],
    {},
    { image: 'more:1' },
    [
      { name: 'log', cpu: 0.5 },
      { name: 'new', image: 'n:1' },
    ],
  ],
);

/** A part of the configuration, in which some values are others. */
const part: fc.Arbitrary<unknown> = fc
  .tuple(fc.infiniteStream(fc.integer({ min: 0, max: 9 })), fc.infiniteStream(value))
  .map(([dice, values]) => {
    const taken = (of: unknown, depth: number): unknown => {
      if (!isJsonObject(of)) return Number(dice.next().value) < 2 ? values.next().value : of;
      const kept = Object.entries(of).filter(() => Number(dice.next().value) < (depth === 0 ? 3 : 6));
      return Object.fromEntries(kept.map(([key, member]) => [key, taken(member, depth + 1)]));
    };
    return taken(DOCUMENT, 0);
  });

const overlay = fc.oneof(
  { weight: 3, arbitrary: part },
  { weight: 1, arbitrary: part.chain(mutatedDocument) },
  { weight: 1, arbitrary: mutatedDocument(DOCUMENT) },
);

const asYaml = (document: unknown): string => stringify(document).replaceAll(TAKEN_AWAY, '!reset');
const VARIABLES: Readonly<Record<string, string>> = { TAG: '1.2' };
const read = (text: string, environment: string, separate?: string): ConfigResult =>
  parseConfig(text, {
    environment,
    variables: (name) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined),
    ...(separate !== undefined && { overlay: { file: 'c.staging.yaml', text: separate } }),
  });

const plain = read(BASE, 'default');
const counts = { accepted: 0, refused: 0 };

function check(document: unknown): void {
  const separate = asYaml(document);
  const inline = `${BASE}${asYaml({ environments: { staging: document } })}`;
  const staging = read(inline, 'staging');
  requireOutcome(staging, inline);
  counts[staging.ok ? 'accepted' : 'refused'] += 1;
  leavesOthersAlone(read(inline, 'default'), staging);
  if (!isJsonObject(document) || Object.keys(document).length === 0) return;
  const beside = read(BASE, 'staging', separate);
  requireOutcome(beside, separate);
  expect(beside.ok).toBe(staging.ok);
  if (!staging.ok || !beside.ok) return;
  expect(beside.parsed.config).toEqual(staging.parsed.config);
  losesNothing(document, beside);
}

/** Read, or refused at a line that there is. */
function requireOutcome(result: ConfigResult, overlaid: string): void {
  if (result.ok) return;
  const lines = Math.max(overlaid.split('\n').length, BASE.split('\n').length);
  expect(result.problems.length).toBeGreaterThan(0);
  for (const { message, line = 0, column = 0 } of result.problems) {
    expect(message).not.toBe('');
    expect(line >= 1 && line <= lines && column >= 1, `${line}:${column} of ${lines}`).toBe(true);
  }
}

/** An environment that an overlay does not name is as without it; where the file cannot be read the overlay is to blame. */
function leavesOthersAlone(other: ConfigResult, staging: ConfigResult): void {
  if (!plain.ok) throw new Error(JSON.stringify(plain.problems));
  if (other.ok) expect(other.parsed.digest).toBe(plain.parsed.digest);
  else {
    expect(staging.ok).toBe(false);
    for (const { path } of other.problems) expect(path).toMatch(/^(?:environments|$)/);
  }
}

/** Every value of an overlay that was accepted is a value of its environment, unless it takes one away. */
function losesNothing(document: object, staging: ConfigResult & { readonly ok: true }): void {
  const { source, parsed } = staging;
  const mine = { file: parsed, source };
  expect(differences(mine, mine)).toEqual([]);
  for (const path of leavesOf(document)) {
    const { layer } = source.document.placeOf(path);
    expect(layer === source.document.overlay, path.join('.')).toBe(true);
    const found = path.reduce<unknown>((one, key) => (one as Record<string, unknown> | undefined)?.[key], source.raw);
    expect(found === undefined, path.join('.')).toBe(false);
  }
}

/** Lists are one value; what is free, and what is taken away, stands nowhere. */
function leavesOf(of: object): readonly (readonly string[])[] {
  return Object.entries(of).flatMap(([key, member]): (readonly string[])[] => {
    if (member === TAKEN_AWAY || key.startsWith('x-') || key === 'interpolate') return [];
    if (!isJsonObject(member)) return [[key]];
    return leavesOf(member).map((path) => [key, ...path]);
  });
}

describe('an overlay', () => {
  it('is laid over the rest or refused at a line, whatever it says, and changes no other environment', async () => {
    await feed('overlays', { sample: 250, full: 10_000 }, overlay, check);
    process.stdout.write(`fuzz: overlays: ${counts.accepted} accepted, ${counts.refused} refused\n`);
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });
});
