import { describe, expect, it } from 'vitest';
import type { ConfigProblem } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { openNeeds } from '../../../../src/domain/sections/kept-sections.ts';
import { emptyState } from '../../../../src/domain/state.ts';

const BASE = `azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
services:
  web:
    port: 8080
    dockerfile: Dockerfile
    env:
      DB: { secret: DATABASE-URL }
      CACHE: { secret: redis_url }
      PW: { secret: POSTGRES-PASSWORD }
`;

const told = (problems: readonly ConfigProblem[]): readonly string[] =>
  problems.map(({ path, line, column, message }) => `${line}:${column} ${path}: ${message}`);

/** What is refused at once, and what is where the environment does not have it. */
function found(text: string): { readonly atOnce: readonly string[]; readonly inNew: readonly string[] } {
  const result = parseConfig(text);
  if (!result.ok) return { atOnce: told(result.problems), inNew: [] };
  return { atOnce: [], inNew: told(openNeeds(result.parsed, emptyState('default'))) };
}

describe('what needs a section that is not asked for', () => {
  it('is told at its place in a new environment', () => {
    expect(found(BASE)).toEqual({
      atOnce: [],
      inNew: [
        '8:11 services.web.env.DB: the secret DATABASE-URL needs a database server, for which the file does not ask: write "postgresql: {}"',
        '9:14 services.web.env.CACHE: the secret REDIS-URL needs a cache, for which the file does not ask: write "redis: {}"',
        '10:11 services.web.env.PW: the secret POSTGRES-PASSWORD needs a database server, for which the file does not ask: write "postgresql: {}"',
        '6:17 services.web.dockerfile: its image needs a registry to build in, for which the file does not ask: write "container_registry: {name: NAME}"',
      ],
    });
  });

  it('is told of scalers and of volumes, too', () => {
    const more = `    max_replicas: 2
    mounts: { /db: db }
    volumes: { db: { secrets: { url: DATABASE-URL } } }
    scale: { rules: { q: { type: redis, metadata: { listName: q }, secrets: { address: redis_url } } } }
`;
    const paths = found(`${BASE}${more}container_registry: { name: shopacr }\n`).inNew.map((one) => one.split(' ')[1]);
    expect(paths).toContain('services.web.volumes.db.secrets.url:');
    expect(paths).toContain('services.web.scale.rules.q.secrets.address:');
  });

  it('is told at once where the file says false, whatever the environment has', () => {
    const { atOnce } = found(`${BASE}redis: false\npostgresql: {}\ncontainer_registry: { name: shopacr }\n`);
    expect(atOnce).toEqual([expect.stringMatching(/^9:14 services\.web\.env\.CACHE: .*"redis: \{\}"$/)]);
  });

  it('is nothing where secrets are given and images are taken from elsewhere', () => {
    const given = 'secrets: { database_url: "env:DB", redis_url: "env:R", postgres_password: "env:P" }\n';
    expect(found(`${BASE}${given}docker: { registry: ghcr.io/shop }\n`)).toEqual({ atOnce: [], inNew: [] });
    expect(found(BASE.replace('dockerfile: Dockerfile', 'image: "nginx:1"') + given)).toEqual({
      atOnce: [],
      inNew: [],
    });
  });

  it('finds a Dockerfile where docker.dockerfiles has it', () => {
    const text = `${BASE.replace('    dockerfile: Dockerfile\n', '')}docker:\n  dockerfiles:\n    web: Dockerfile\npostgresql: {}\nredis: {}\n`;
    expect(found(text).inNew).toEqual([expect.stringMatching(/^12:10 docker\.dockerfiles\.web: its image needs/)]);
  });

  it('is a queue for RABBITMQ-URL, with a password that is a secret', () => {
    const text = BASE.replace('redis_url', 'RABBITMQ-URL');
    expect(found(text).atOnce.join()).toMatch(
      /9:14 services\.web\.env\.CACHE: the secret RABBITMQ-URL needs a service/,
    );
    const queue =
      '  rabbitmq: { image: "rabbitmq:3", port: 5672, env: { RABBITMQ_DEFAULT_PASS: { secret: queue } } }\n';
    expect(found(`${text}${queue}secrets: { queue: "env:Q" }\n`).atOnce).toEqual([]);
  });

  it('says what is wrong within a section, at its place', () => {
    expect(found(`${BASE}redis: { sku: Huge }\n`).atOnce).toEqual([
      '11:15 redis.sku: found "Huge"; allowed: Basic, Standard, Premium',
    ]);
    expect(found(`${BASE}redis: 3\n`).atOnce).toEqual(['11:8 redis: found 3; allowed: false, keys and values']);
  });
});
