import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSteps } from '../../../src/activities/activities.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { configSchema } from '../../../src/domain/config/schema.ts';
import { unwrapped } from '../../../src/domain/config/unwrapped-schema.ts';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { isWithin } from '../../../src/domain/ownership/field-path.ts';
import type { ResourceKind } from '../../../src/resources/kind.ts';
import { classicRedis } from '../../../src/resources/redis-classic.ts';
import { RESOURCE_KINDS } from '../../../src/resources/registry.ts';
import { isJsonObject, type Json } from '../../../src/shared/json.ts';
import { withChosenServices, withSharesByNfs } from '../../helpers/chosen-services.ts';
import { chosenConfig } from '../../helpers/deployment-config.ts';
import { exampleConfig } from '../../helpers/example-config.ts';

/** Plain paths of everything in a body that is no object; members of arrays are looked into. */
function leaves(value: Json, path: readonly string[] = []): readonly string[] {
  if (Array.isArray(value) && value.some(isJsonObject)) return value.flatMap((member) => leaves(member, path));
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
  return [path.join('.')];
}

/** What a resource says of itself comes before the columns of its kind. */
function columnsOf({ kind, settings = {}, invariants = {} }: DesiredResource, leaf: string): readonly string[] {
  if (isWithin(leaf, Object.keys(settings))) return ['settings'];
  const columns = {
    settings: Object.keys(kind.settings),
    invariants: Object.keys({ ...kind.invariants, ...invariants }),
    defaults: kind.defaults,
    computed: kind.computed,
    createOnly: kind.createOnly,
  };
  return Object.entries(columns).flatMap(([name, paths]) =>
    paths.filter((path) => isWithin(leaf, [path])).map(() => name),
  );
}

function isKnown(schema: z.ZodType, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return inner.options.some((option) => isKnown(option as z.ZodType, path));
  if (inner instanceof z.ZodRecord) return isKnown(inner.valueType as z.ZodType, rest);
  const below = inner instanceof z.ZodObject && Object.hasOwn(inner.shape, key) ? inner.shape[key] : undefined;
  return below !== undefined && isKnown(below as z.ZodType, rest);
}

async function everyResource(): Promise<readonly DesiredResource[]> {
  const parsed = parseConfig(await exampleConfig());
  if (!parsed.ok) throw new Error('the example configuration is wrong');
  const { config } = parsed.parsed;
  const inputs = [config, chosenConfig(config), withChosenServices(config), withSharesByNfs(config)].map((each) => ({
    ...{ environment: 'default', config: each, outputs: symbolicOutputs().reader },
  }));
  return inputs.flatMap((input) => [...createSteps().flatMap((step) => step.desire(input)), classicRedis(input)]);
}

describe('the columns that say whose a field is', () => {
  it('have each field of each body, of every kind, exactly once', async () => {
    const resources = await everyResource();
    const wrong = resources.flatMap((resource) =>
      [...new Set(leaves(resource.body))].flatMap((leaf) => {
        const columns = columnsOf(resource, leaf);
        return columns.length === 1 ? [] : [`${resource.key} ${leaf}: ${columns.join(', ') || 'nowhere'}`];
      }),
    );
    expect(wrong).toEqual([]);
    expect(new Set(resources.map(({ kind }) => kind.type))).toEqual(new Set(RESOURCE_KINDS.map(({ type }) => type)));
  });

  it('say of each field of the closed list what its danger is, in a few words', () => {
    const dangers = RESOURCE_KINDS.flatMap(({ invariants }) => Object.values<string>(invariants));
    expect(dangers.length).toBeGreaterThan(10);
    expect(dangers.filter((danger) => !/^[a-z][^.]{15,100}$/.test(danger))).toEqual([]);
  });

  it('have late fields that are of the closed list, which say what ends with them', () => {
    const kinds: readonly ResourceKind[] = RESOURCE_KINDS;
    const late = kinds.flatMap(({ invariants, late = {} }) =>
      Object.entries(late).map(([path, ended]) => ({ isListed: path in invariants, ended })),
    );
    expect(late).toEqual([
      { isListed: true, ended: 'admin user' },
      { isListed: true, ended: 'access policies' },
    ]);
  });

  it('name keys that the configuration has', async () => {
    const keys = (await everyResource()).flatMap(({ kind, settings = {} }) =>
      Object.values({ ...kind.settings, ...settings }).flat(),
    );
    expect([...new Set(keys)].filter((key) => !isKnown(configSchema, key.split('.')))).toEqual([]);
  });
});
