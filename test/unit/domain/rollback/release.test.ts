import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { isSameRelease, leftAlone, replacedData, withReleaseOf } from '../../../../src/domain/rollback/release.ts';
import { emptyState } from '../../../../src/domain/state.ts';

const NOW = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
tags: { team: shop }
postgresql: { server_name: shop-db, storage_size: 64 }
services:
  cache: { image: "redis:8-alpine", port: 6379, transport: tcp }
  web: { image: "nginx:1.27", port: 80, env: { LOG_LEVEL: debug } }
`;
const THEN = NOW.replace('redis:8', 'redis:7')
  .replace('storage_size: 64', 'version: 15')
  .replace('team: shop', 'team: store')
  .concat('jobs: { tidy: { image: "busybox:1.37" } }\n');

function parsed(text: string): DeploymentConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

describe('what a rollback brings back', () => {
  const [now, then] = [parsed(NOW), parsed(THEN)];
  const back = withReleaseOf(now, then);

  it('are all services and the jobs of then, with what is written of them, and nothing else', () => {
    expect(back).toMatchObject({
      services: then.services,
      jobs: then.jobs,
      tags: now.tags,
      postgresql: now.postgresql,
    });
    expect(withReleaseOf(then, now).jobs).toBeUndefined();
    expect(back.written).toEqual(expect.arrayContaining(['jobs.tidy.image', 'postgresql.storage_size']));
    expect(back.written).not.toContain('postgresql.version');
    const { written: _, ...old } = then;
    expect(withReleaseOf(now, old).written?.some((key) => key.startsWith('services.'))).toBe(false);
    expect(withReleaseOf(old, now).written).toBeUndefined();
  });

  it('is the same release whatever else changed', () => {
    expect(isSameRelease(now, parsed(NOW.replace('64', '128').replace('team: shop', 'team: store')))).toBe(true);
    expect(isSameRelease(now, back)).toBe(false);
    expect(isSameRelease(then, back)).toBe(true);
  });

  it('leaves the rest alone, and names it as the file does', () => {
    expect(leftAlone(back, then)).toEqual(['postgresql.storage_size', 'postgresql.version', 'tags.team']);
    expect(leftAlone(now, now)).toEqual([]);
  });
});

it('names what holds data and is replaced on the way back', () => {
  const resource = { id: '/x', type: 'Microsoft.App/containerApps', step: 'deploy_infrastructure_services' as const };
  const record = { ...resource, holds_data: true, immutable: {} };
  const state = {
    ...emptyState('default'),
    resources: { 'app:cache': record, 'app:web': { ...record, holds_data: false } },
  };
  const image = { path: 'properties.template.containers[cache].image', from: '8', to: '7', owner: 'setting' as const };
  const update = (key: string, path = image.path) => ({
    ...resource,
    key,
    action: 'update' as const,
    changes: [{ ...image, path }],
  });
  expect(replacedData([update('app:cache'), update('app:web')], state)).toEqual([
    expect.stringContaining('app:cache holds data and is replaced'),
  ]);
  expect(replacedData([update('app:cache', 'tags.team')], state)).toEqual([]);
});
