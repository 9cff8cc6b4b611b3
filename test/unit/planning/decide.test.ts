import { describe, expect, it } from 'vitest';
import { type Dependencies, fingerprint } from '../../../src/domain/fingerprint.ts';
import type { StepState } from '../../../src/domain/state.ts';
import { decideStep } from '../../../src/planning/decide.ts';

const BEFORE: Dependencies = { 'config:postgresql.sku': { hash: 'h1', value: '"Standard_B1ms"' } };

function completed(dependencies: Dependencies, outputs: Record<string, string> = {}): StepState {
  return {
    status: 'completed',
    timestamp: 't',
    dependency_hash: fingerprint(dependencies),
    dependencies,
    outputs,
    metadata: {},
  };
}

function decide(changes: Partial<Parameters<typeof decideStep>[0]>) {
  return decideStep({ previous: completed(BEFORE), dependencies: BEFORE, forced: false, missing: [], ...changes });
}

describe('the decision about a step', () => {
  const changed = (dependencies: Dependencies) => decide({ dependencies: { ...BEFORE, ...dependencies } }).reason;

  it('is to skip what is unchanged', () => {
    expect(decide({})).toMatchObject({ action: 'skip', reason: 'unchanged', changed: [] });
  });

  it('is to run what a run has begun and not ended, although nothing differs any more', () => {
    const previous: StepState = { ...completed(BEFORE), begun_by: 'default-01' };
    expect(decide({ previous })).toMatchObject({
      action: 'run',
      reason: 'run default-01 has begun it, and not ended it',
      forced: false,
    });
  });

  it('names a changed setting with both values', () => {
    const dependencies = { 'config:postgresql.sku': { hash: 'h2', value: '"Standard_B2s"' } };
    expect(decide({ dependencies })).toMatchObject({
      action: 'run',
      reason: 'postgresql.sku: Standard_B1ms → Standard_B2s',
      changed: ['config:postgresql.sku'],
    });
  });

  it('says settings as the user writes them, and what appeared or went', () => {
    expect(changed({ 'config:postgresql.storageSizeInGb': { hash: 'x', value: '64' } })).toBe(
      'postgresql.storage_size: (none) → 64',
    );
    expect(decide({ dependencies: {} }).reason).toBe('postgresql.sku: Standard_B1ms → (none)');
  });

  it('quotes the names of variables unchanged, and each key once', () => {
    const at = (name: string) => `config:services.application.web.env.Logging__LogLevel.${name}`;
    const plain = { [at('kind')]: { hash: 'p', value: '"plain"' }, [at('value')]: { hash: 'i', value: '"info"' } };
    expect(changed(plain)).toBe('services.web.env.Logging__LogLevel: (none) → info');
    const secret = { [at('kind')]: { hash: 's', value: '"secret"' }, [at('name')]: { hash: 'n', value: '"LEVEL"' } };
    expect(decide({ previous: completed(plain), dependencies: secret }).reason).toBe(
      'services.web.env.Logging__LogLevel: info → LEVEL',
    );
  });

  it('still says what changed when no key of the file did', () => {
    expect(changed({ 'config:docker.platform.os': { hash: 'x', value: '"Linux"' } })).toBe(
      'docker.platform.os: (none) → Linux',
    );
  });

  it('names sources, secrets, outputs and the principal without values', () => {
    expect(changed({ 'file:api_gateway': { hash: 'x' } })).toBe('source of api_gateway changed');
    expect(changed({ 'secret:GEMINI-API-KEY': { hash: 'x' } })).toBe('secret GEMINI-API-KEY changed');
    expect(changed({ 'output:create_databases.postgresHost': { hash: 'x' } })).toBe(
      'output create_databases.postgresHost changed',
    );
    expect(changed({ principal: { hash: 'x' } })).toBe('the deploying principal changed');
  });

  it('does not repeat a body that only follows from a setting', () => {
    expect(changed({ 'resource:postgresql': { hash: 'x' }, 'file:a': { hash: 'y' } })).toBe('source of a changed');
    expect(changed({ 'resource:postgresql': { hash: 'x' } })).toBe('what is sent for postgresql changed');
  });

  it('is to run what never ran, failed, is missing, or is forced', () => {
    expect(decide({ previous: undefined }).reason).toBe('never run');
    expect(
      decide({ previous: { ...completed(BEFORE), status: 'failed', error: { code: 'QuotaExceeded', message: '' } } })
        .reason,
    ).toBe('failed last time: QuotaExceeded');
    expect(decide({ missing: ['postgresql'] }).reason).toBe('postgresql is missing on Azure');
    expect(decide({ forced: '--force-all' })).toMatchObject({ reason: 'forced by --force-all', forced: true });
    expect(decide({ previous: { ...completed(BEFORE), dependency_hash: null } }).reason).toContain('original script');
  });
});
