import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { leaves } from '../../../../src/domain/config/paths.ts';
import { configSchema } from '../../../../src/domain/config/schema.ts';
import { unknownKeys } from '../../../../src/domain/config/unknown-keys.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';
import { STEPS } from '../../../../src/domain/steps.ts';

const SERVICE = 'services.application.api_gateway';

describe('the key of a setting, as the user writes it', () => {
  it.each([
    ['postgresql.storageSizeInGb', 'postgresql.storage_size'],
    ['release.bakeTimeInSeconds', 'release.bake_time'],
    ['advanced.stateBlob.account', 'advanced.state_blob_account'],
    ['docker.registry.username', 'docker.registry_username'],
    [`${SERVICE}.probes.startup.initialDelayInSeconds`, 'services.api_gateway.probes.startup.initial_delay'],
    [`${SERVICE}.migration.command`, 'services.api_gateway.migration.command'],
    ['services.infrastructure.rabbitmq.maxReplicas', 'services.rabbitmq.max_replicas'],
    ['redis.kind', 'redis.kind'],
  ])('of %s is %s', (path, expected) => {
    expect(userKey(path)).toBe(expected);
  });

  it.each([
    [`${SERVICE}.env.LOG_LEVEL.value`, 'services.api_gateway.env.LOG_LEVEL'],
    [`${SERVICE}.env.myVar.value`, 'services.api_gateway.env.myVar'],
    [`${SERVICE}.env.Logging__LogLevel.value`, 'services.api_gateway.env.Logging__LogLevel'],
    [`${SERVICE}.env.Logging.LogLevel.name`, 'services.api_gateway.env.Logging.LogLevel'],
    [`${SERVICE}.env.kind.key`, 'services.api_gateway.env.kind'],
    ['services.application.myService.healthPath', 'services.myService.health_path'],
    ['services.application.my.Service.healthPath', 'services.my.Service.health_path'],
    ['services.infrastructure.env.env.env.value', 'services.env.env.env'],
    ['tags.costCenter', 'tags.costCenter'],
    ['tags.billing.costCenter', 'tags.billing.costCenter'],
  ])('of %s is %s: names are the text of the user', (path, expected) => {
    expect(userKey(path)).toBe(expected);
  });

  it('is that of a setting whose model has more than one part', () => {
    expect(userKey('docker.registry.server')).toBe('docker.registry');
  });

  it('is not there for what follows from other settings', () => {
    const ofService = ['kind', 'key', 'migration.isDefault', 'env.A.kind'].map((name) => `${SERVICE}.${name}`);
    expect(['docker.platform.os', ...ofService].flatMap((path) => userKey(path) ?? [])).toEqual([]);
  });

  it('is one that the schema knows, for every setting a step depends on', () => {
    const result = parseConfig(
      readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8'),
    );
    if (!result.ok) throw new Error('the example was refused');
    const { config } = result.parsed;
    const paths = STEPS.flatMap(({ configKeys }) => configKeys).flatMap((key) => leaves(config, key));
    const keys = paths.flatMap(([path]) => userKey(path) ?? []).filter((key) => !key.startsWith('secret '));
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.flatMap((key) => unknownKeys(configSchema, nested(key.split('.'))))).toEqual([]);
  });

  it('of a secret is its name in the vault, which is all that is kept of it', () => {
    expect(userKey('secrets.GEMINI-API-KEY.source')).toBe('secret GEMINI-API-KEY');
  });

  it('of what a template says is the file that is named', () => {
    expect(userKey('templates.queue.template.parameters.sku.type')).toBe('templates.queue.file');
    expect(userKey('templates.queue.parameters.sku')).toBe('templates.queue.parameters.sku');
    expect(userKey('templates.queue.onDestroy')).toBe('templates.queue.on_destroy');
  });
});

function nested([key, ...rest]: readonly string[]): unknown {
  return key === undefined ? 'value' : { [key]: nested(rest) };
}
