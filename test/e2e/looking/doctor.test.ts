import { describe, expect, it } from 'vitest';
import { RESOURCE_KINDS } from '../../../src/resources/registry.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { bench, CONFIG, changing, deployed, doctor } from './doctor-bench.ts';
import { FAULTS, GROUP, only, resource } from './seeded-faults.ts';

describe('doctor', () => {
  it('finds nothing where a deployment can start, and changes nothing', async () => {
    const one = await bench();
    const { result, found } = await doctor(one);
    expect(found.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(changing(one)).toEqual([]);
    await deployed(one);
    expect((await doctor(one)).found.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it.each(FAULTS)('finds $title, and names the repair', async ({ seed, check, text, repair }) => {
    const one = await bench();
    await seed(one);
    const before = changing(one).length;
    const { result, found } = await doctor(one);
    const failures = found.filter(({ status }) => status === 'failed');
    expect(failures).toContainEqual({
      check,
      status: 'failed',
      text: expect.stringMatching(text),
      repair: expect.stringMatching(repair),
      ...(failures.find((failure) => failure.check === check)?.code !== undefined && { code: expect.any(String) }),
    });
    expect(result.exitCode).toBe(1);
    expect(changing(one).slice(before)).toEqual([]);
  });

  it('tells what it may not ask who has a role on the group alone, who deploys all the same', async () => {
    const one = await bench();
    one.change((state, scope) => {
      const group = `${scope}/resourceGroups/${GROUP}`;
      state.resources[group.toLowerCase()] = resource(group, 'Microsoft.Resources/resourceGroups', 'eastus');
      for (const { provider } of RESOURCE_KINDS) {
        if (provider) state.providers[provider.toLowerCase()] = '2026-01-01T00:00:00.000Z';
      }
      state.behaviour.deployerRoles = only('Owner', group);
    });
    const deploy = await one.sandbox.run(['--auto-approve', '--adopt', ...CONFIG], { env: one.env });
    expect(
      deploy.exitCode,
      deploy.stdout
        .split('\n')
        .filter((line) => line.includes('failed'))
        .join('\n')
        .slice(0, 1500),
    ).toBe(0);
    const { result, found } = await doctor(one);
    expect(result.exitCode).toBe(0);
    const unknown = found.filter(({ status }) => status !== 'ok').map(({ check, status }) => `${check} ${status}`);
    expect(new Set(unknown)).toEqual(new Set(['providers unknown', 'offers unknown']));
  });

  it('says plainly that it looks from this machine', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.run(['doctor', '--config', 'app/config.yaml', '--remote', 'http://127.0.0.1:9']);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('doctor has no --remote');
  });
});
