import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ParsedConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { leaves } from '../../../../src/domain/config/paths.ts';
import { contentDigest, isWritten } from '../../../../src/domain/config/provenance.ts';
import { STEPS } from '../../../../src/domain/steps.ts';
import { hashJson } from '../../../../src/shared/json.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';

const SMALL = `
azure: { resource_group: shop-rg, location: eastus }
container_registry: { name: shopregistry, sku: }
key_vault: { name: shop-kv }
tags: { team: a, owner: "" }
x-own: { key: 1 }
services:
  web:
    port: 8080
    health_path: false
    env: { LOG_LEVEL: debug, EMPTY: "", OFF: null, KEY: { secret: db_password } }
    smoke: [{ path: / }]
secrets: { db_password: "env:DB", other: "" }
postgresql: { storage_size: 64, admin_password: }
docker: { dockerfiles: { web: Dockerfile } }
`;

function parsed(text: string): ParsedConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

describe('what the file writes', () => {
  it('are the keys with a value, sorted', () => {
    expect(parsed(SMALL).config.written).toEqual([
      'azure.location',
      'azure.resource_group',
      'container_registry.name',
      'docker.dockerfiles.web',
      'key_vault.name',
      'postgresql.storage_size',
      'secrets.db_password',
      'services.web.env.EMPTY',
      'services.web.env.KEY.secret',
      'services.web.env.LOG_LEVEL',
      'services.web.health_path',
      'services.web.port',
      'services.web.smoke',
      'tags.team',
    ]);
  });

  it('is asked by key, for what is below it, and under its other names', () => {
    const { config } = parsed(SMALL);
    const asked = (keys: readonly string[]): readonly string[] => keys.filter((key) => isWritten(config, key));
    const written = [
      'postgresql.storage_size',
      'postgresql',
      'services.web.env.KEY',
      'services.web.dockerfile',
      'locations.postgresql',
      'locations.monitoring',
    ];
    expect(asked(written)).toEqual(written);
    expect(asked(['postgresql.sku', 'postgresql.storage', 'services.we', 'tags.owner', 'redis', 'x-own'])).toEqual([]);
    expect(isWritten(parsed(`${SMALL}locations: { default: westeurope }`).config, 'azure.location')).toBe(true);
  });

  it('is nothing where a configuration does not know it', () => {
    expect(isWritten(deploymentConfig(), 'azure.resource_group')).toBe(false);
  });

  it('is no part of any fingerprint', () => {
    const { config } = parsed(SMALL);
    const paths = STEPS.flatMap(({ configKeys }) => configKeys.flatMap((key) => leaves(config, key)));
    expect(paths.filter(([path]) => path.startsWith('written'))).toEqual([]);
    expect(STEPS.flatMap(({ configKeys }) => configKeys)).not.toContain('written');
  });

  it('makes no other content', () => {
    const { config } = parsed(SMALL);
    expect(contentDigest(parsed(SMALL.replace('sku: }', 'sku: Basic }')).config)).toBe(contentDigest(config));
    expect(contentDigest(parsed(SMALL.replace('sku: }', 'sku: Standard }')).config)).not.toBe(contentDigest(config));
  });
});

describe('a configuration that names nothing new', () => {
  const example = readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');
  const template = readFileSync(new URL('../../../fixtures/configs/draftgenie.template.yaml', import.meta.url), 'utf8');

  // The digests that commit fdef2f9 gave to them.
  it.each([
    ['example', example, '1518f821011f66c78a658a9f7269c1a0228a83a8f8bd8ede82e5124294852ef7'],
    [
      'template',
      template.replace('gemini_api_key: ""', 'gemini_api_key: "env:KEY"'),
      '8a02edb13293bcfb776e059bbfa2b56fd166332de33628e0867a927f7f5ddcbf',
    ],
  ])('is what it was before, but for what is written: the %s', (_name, text, digest) => {
    const { written, unasked, ...config } = parsed(text).config;
    expect(unasked).toEqual({});
    expect(written?.length).toBeGreaterThan(0);
    expect(hashJson(config)).toBe(digest);
  });
});
