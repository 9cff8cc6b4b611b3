import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../../../helpers/cli/in-process.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const NAMED = ['--name', 'shop-deployer', '--location', 'westeurope'];

async function printed(path: string, ...args: readonly string[]) {
  return await runInProcess(['install', '--print', '--config', path, ...args]);
}

describe('install --print', () => {
  it('prints what any command takes, writes nothing, and knows what was told before', async () => {
    const path = join(await tempDirectory(), 'deployer.yaml');
    const first = await printed(path, ...NAMED, '--secret', 'KEY=keyvault:key');
    await expect(readFile(path, 'utf8')).rejects.toThrow('ENOENT');
    await writeFile(path, first.stdout);
    const config = await runInProcess(['config', '--config', path, '--environment', 'deployer']);
    expect([config.exitCode, config.stderr]).toEqual([0, '']);
    const later = await printed(path, '--allow', '203.0.113.0/24');
    expect(later.stdout).toContain('DRAFTGENIE_SECRET_KEY');
    expect(later.stdout).toContain('AzureEventGrid');
    expect(await printed(path)).toEqual(first);
  });

  it('asks for a name and a region', async () => {
    const { exitCode, stderr } = await printed(join(await tempDirectory(), 'deployer.yaml'));
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('error: install_incomplete')]);
  });

  it('never writes over what somebody else wrote', async () => {
    const path = join(await tempDirectory(), 'deployer.yaml');
    await writeFile(path, 'azure: {}\n');
    const { exitCode, stderr } = await runInProcess(['install', '--config', path, ...NAMED, '--dry-run', '--simulate']);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('error: install_edited')]);
    expect(await readFile(path, 'utf8')).toBe('azure: {}\n');
  });
});
