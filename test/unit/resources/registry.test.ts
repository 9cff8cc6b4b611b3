import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { Desire, DesiredResource } from '../../../src/domain/desired.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { nameFindings } from '../../../src/preflight/resource-names.ts';
import type { ResourceKind } from '../../../src/resources/kind.ts';
import { kindOf, RESOURCE_KINDS, type RegisteredKind } from '../../../src/resources/registry.ts';
import { exampleConfig } from '../../helpers/example-config.ts';
import { resourceKind } from '../../helpers/resource-kind.ts';

const FOLDER = new URL('../../../src/resources/', import.meta.url);

async function kindsInFiles(): Promise<readonly unknown[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && name !== 'registry.ts',
  );
  const modules = await Promise.all(files.map((name) => import(new URL(name, FOLDER).href)));
  return modules.flatMap((module: object) =>
    Object.values(module).filter((value) => typeof value === 'object' && value !== null && 'portalPage' in value),
  );
}

describe('the registry of kinds', () => {
  it('has each kind that a file describes, once', async () => {
    const described = new Set(await kindsInFiles());
    expect(new Set(RESOURCE_KINDS)).toEqual(described);
    expect(RESOURCE_KINDS).toHaveLength(described.size);
    expect(new Set(RESOURCE_KINDS.map(({ type }) => type)).size).toBe(RESOURCE_KINDS.length);
  });

  it('finds a kind by its type, in any case', () => {
    for (const kind of RESOURCE_KINDS) expect(kindOf(kind.type.toUpperCase())).toBe(kind);
    expect(kindOf('Microsoft.Unknown/things')).toBeUndefined();
  });

  it('has the columns of every kind: a missing one does not compile', () => {
    const { deletion: _, ...withoutDeletion } = resourceKind();
    // @ts-expect-error: a kind says how it is deleted
    const incomplete: ResourceKind = withoutDeletion;
    expect(incomplete).not.toHaveProperty('deletion');
  });

  it('has every kind that a step wants: another one does not compile', () => {
    type Unregistered = ResourceKind<'Microsoft.Unknown/things'>;
    const desire: Desire<Unregistered> = () => [];
    // @ts-expect-error: the kind is not in the registry
    const wanted: Desire<RegisteredKind> = desire;
    expect(wanted).toBe(desire);
  });

  it('names a provider that is the one of the type', () => {
    for (const { type, provider } of RESOURCE_KINDS) expect([null, type.split('/')[0]]).toContain(provider);
  });

  it('takes children to be what belongs to a resource and carries no tags', () => {
    for (const { type, ownership, listing } of RESOURCE_KINDS) {
      const isBelow = RESOURCE_KINDS.some((other) => type.startsWith(`${other.type}/`));
      if (isBelow) expect({ type, ownership }).toEqual({ type, ownership: 'child' });
      expect({ type, isAbsent: listing === 'absent' }).toEqual({ type, isAbsent: ownership === 'child' });
    }
  });
});

describe('the resources of the example', async () => {
  const result = parseConfig(await exampleConfig());
  if (!result.ok) throw new Error('the example does not parse');
  const { config } = result.parsed;
  const { reader: outputs } = symbolicOutputs();
  const all = createSteps().flatMap(({ desire }) => desire({ environment: 'default', config, outputs }));

  it('have names that Azure takes', () => {
    expect(all.length).toBeGreaterThan(20);
    expect(nameFindings({ desired: all })).toEqual({ problems: [], unseen: [] });
  });

  it('have ids that end with their type and name', () => {
    for (const { id, kind } of all as readonly DesiredResource[]) {
      if (kind.listing === 'group') continue;
      const [namespace, ...parts] = kind.type.split('/');
      const [own = ''] = id.split('/providers/').slice(-1);
      expect(own.split('/').filter((_, index) => index % 2 === 1 || index === 0)).toEqual([namespace, ...parts]);
    }
  });

  it('have pages in the portal: their own, or one of what they belong to', () => {
    const pages = new Map(all.map(({ key, id, kind }) => [key, kind.portalPage(id)]));
    const group = '/subscriptions/${check_prerequisites.subscriptionId}/resourceGroups/draftgenie-example-rg';
    expect(pages.get('resource-group')).toBe(`${group}/overview`);
    expect(pages.get('postgresql:firewall')).toBe(
      `${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg/networking`,
    );
    expect(pages.get('role:acr-pull')).toBe(
      `${group}/providers/Microsoft.ContainerRegistry/registries/draftgenieexampleacr/users`,
    );
    expect(pages.get('environment:diagnostics')).toBe(
      `${group}/providers/Microsoft.App/managedEnvironments/draftgenie-env/diagnostics`,
    );
  });
});
