import { mkdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scopeOf } from '../../../src/domain/api/scoped-key.ts';
import { isAuthorized, loadKeys } from '../../../src/runtime/http/keys.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { tempDirectory } from '../../helpers/temp.ts';

describe('key', () => {
  it('makes another key each time, which opens what was asked for, and says how an app gets it', async () => {
    const made = async () => await runInProcess(['key', 'ci', '--allow', 'deploy', '--only', 'staging']);
    const [one, other] = [await made(), await made()];
    expect(one.exitCode).toBe(0);
    expect(one.stdout).not.toBe(other.stdout);
    expect(scopeOf(one.stdout.trim())).toEqual({ name: 'ci', roles: ['Deployment.Deployer'], environment: 'staging' });
    expect(one.stderr).toContain('az functionapp keys set');
    expect(one.stderr).not.toContain(one.stdout.trim());
  });

  it.each([
    [['ci'], '--allow'],
    [['ci', '--allow', 'all'], 'Allowed choices are read, deploy, approve'],
    [['CI.x', '--allow', 'read'], 'lower-case letter'],
    [['ci', '--allow', 'read', '--only', '_'], 'lower-case letter'],
  ])('is not made of %j', async (args, why) => {
    const { exitCode, stdout, stderr } = await runInProcess(['key', ...args]);
    expect([exitCode, stdout, stderr]).toEqual([64, '', expect.stringContaining(why)]);
  });

  it('gives it to the app that is served from here, beside the keys that it has', async () => {
    const [directory, before] = [await tempDirectory(), process.cwd()];
    await mkdir(directory, { recursive: true });
    process.chdir(directory);
    onTestFinished(() => process.chdir(before));
    const home = '.draftgenie-deploy/serve';
    const { keys: old } = await loadKeys(home);
    const { stdout } = await runInProcess(['key', 'ci', '--allow', 'read', '--serve', '--output', 'json']);
    const { key } = JSON.parse(stdout) as { key: string };
    const { keys, isNew } = await loadKeys(home);
    expect([isNew, keys]).toEqual([false, { ...old, named: { ci: key } }]);
    const opens = (header: string, level: 'function' | 'admin' | 'system') =>
      isAuthorized({ header, query: new URLSearchParams() }, level, keys);
    expect([opens(key, 'function'), opens(key, 'admin'), opens(key, 'system')]).toEqual([true, false, false]);
    // No other scope makes a key of it.
    expect(opens(key.replace('.read.', '.deploy.'), 'function')).toBe(false);
    expect(opens(old.function, 'function')).toBe(true);
  });
});
