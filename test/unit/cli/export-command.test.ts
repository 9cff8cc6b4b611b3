import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { exportedApplications } from '../../helpers/export/applications.ts';
import { deployed } from '../../helpers/export/exported.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const applications = await exportedApplications();
const CONFIG = 'config.yaml';
const STATE = '.azure-deployment-state-v1.json';

let before: string;
let folder: string;

beforeEach(async () => {
  before = process.cwd();
  folder = await tempDirectory();
  process.chdir(folder);
  await writeFile(CONFIG, applications.parcels ?? '');
});
// Back before the folder is removed.
afterEach(() => process.chdir(before));

const run = (...args: readonly string[]) => runInProcess(['export', '--config', CONFIG, ...args]);

describe('export', () => {
  it('writes what would be deployed, and how that is done by other means', async () => {
    const { exitCode, stdout } = await run('--format', 'bicep', 'code');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+ files in code;/) });
    expect(await readdir('code')).toEqual(['README.md', 'main.bicep', 'main.bicepparam', 'modules']);
    expect(await readFile('code/README.md', 'utf8')).toContain('--parameters main.bicepparam');
  });

  it('writes what the state knows to be deployed, with no value of a secret', async () => {
    await writeFile(STATE, JSON.stringify(deployed(applications.parcels ?? '').state));
    const { exitCode } = await run('--format', 'terraform', 'code');
    expect(exitCode).toBe(0);
    const values = await readFile('code/terraform.tfvars', 'utf8');
    expect(values).toContain('"RABBITMQ-URL" = "secrets/RABBITMQ-URL/0123456789abcdef"');
    expect(await readFile('code/imports.tf', 'utf8')).toContain('/resourceGroups/parcels-rg/');
    expect(values).not.toContain('postgres_password');
  });

  it('says by which command the vault gives secrets to a deployment', async () => {
    await writeFile(STATE, JSON.stringify(deployed(applications.parcels ?? '').state));
    await run('--format', 'arm', 'code');
    const command = 'az keyvault update --name parcels-vault-1 --enabled-for-template-deployment true';
    expect(await readFile('code/README.md', 'utf8')).toContain(command);
  });

  it('overwrites nothing', async () => {
    await mkdir('code');
    await writeFile(join('code', 'main.bicep'), 'mine');
    const { exitCode, stderr } = await run('--format', 'bicep', 'code');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('export_exists') });
    expect(await readFile('code/main.bicep', 'utf8')).toBe('mine');
  });

  it('says where it cannot write', async () => {
    await writeFile('file', '');
    const { exitCode, stderr } = await run('--format', 'arm', 'file/code');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('export_unwritable') });
  });

  it('prints for programs what it wrote', async () => {
    const { stdout } = await run('--format', 'arm', '--output', 'json', 'code');
    expect(JSON.parse(stdout)).toEqual({
      ...{ type: 'export', format: 'arm', folder: 'code', notes: [] },
      files: ['azuredeploy.json', 'azuredeploy.parameters.json', 'README.md'],
    });
  });
});
