import { describe, expect, it } from 'vitest';
import { parseState } from '../../../src/state/parse-state.ts';

const SECRETS = ['postgresql://u:pa55w0rd@h/db', 'acr-pass-1', 'redis-key-2'];

const ORIGINAL = {
  version: '1.0',
  last_updated: '2024-01-15T10:30:00',
  steps: {
    create_databases: { status: 'completed', timestamp: '2024-01-15T10:25:00', dependency_hash: 'a1b2', metadata: {} },
    build_and_push_images: { status: 'failed', timestamp: '2024-01-15T10:26:00', dependency_hash: 'c3', error: 'boom' },
    no_such_step: { status: 'completed' },
  },
  resources: {
    postgresql: { server_name: 'pg', connection_string: SECRETS[0] },
    container_registry: { name: 'acr', password: SECRETS[1] },
    redis: { primary_key: SECRETS[2], host: 'redis.example' },
  },
};

describe('the state of the original script', () => {
  it('keeps statuses and times, and trusts none of its hashes', () => {
    const { state } = parseState(JSON.stringify(ORIGINAL), 'default', 'state.json');
    expect(state.steps.create_databases).toMatchObject({
      status: 'completed',
      timestamp: '2024-01-15T10:25:00',
      dependency_hash: null,
    });
    expect(state.steps.build_and_push_images).toMatchObject({ status: 'failed' });
    expect(Object.keys(state.steps)).toHaveLength(2);
  });

  it('loses every secret, with a warning that names the field and not the value', () => {
    const { state, warnings } = parseState(JSON.stringify(ORIGINAL), 'default', 'state.json');
    const told = warnings.join('\n');
    for (const field of [
      'resources.postgresql.connection_string',
      'resources.container_registry.password',
      'resources.redis.primary_key',
    ])
      expect(told).toContain(field);
    for (const secret of SECRETS) expect(JSON.stringify(state) + told).not.toContain(secret);
    expect(told).not.toContain('redis.host');
  });

  it('is read in its oldest form too', () => {
    const oldest = {
      completed_steps: ['create_resource_group', 'odd'],
      created_resources: { redis: { access_key: SECRETS[2] } },
    };
    const { state, warnings } = parseState(JSON.stringify(oldest), 'default', 'state.json');
    expect(Object.keys(state.steps)).toEqual(['create_resource_group']);
    expect(warnings.join('\n')).toContain('created_resources.redis.access_key');
  });
});
