import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { infraFiles } from '../../../scripts/infra-files.ts';
import { deployedBodies } from '../../helpers/export/compare.ts';
import { GIVEN, installedBodies, withoutGuids } from '../../helpers/export/installation.ts';

const ROOT = new URL('../../../', import.meta.url);
const files = infraFiles();

describe('infra', () => {
  it('is as `npm run infra` writes it, and has nothing else but what people read', () => {
    for (const [path, text] of files) expect(readFileSync(new URL(path, ROOT), 'utf8'), path).toBe(text);
    const there = readdirSync(new URL('infra', ROOT), { recursive: true, encoding: 'utf8' });
    const written = [...files.keys()]
      .filter((path) => path.startsWith('infra/'))
      .map((path) => path.slice('infra/'.length));
    expect(there.sort()).toEqual([...written, 'README.md', 'modules'].sort());
  });

  it('deploys, under any name, what install sends under that name', () => {
    const template = JSON.parse(files.get('infra/azuredeploy.json') ?? '');
    const given = Object.fromEntries(Object.entries(GIVEN).map(([name, value]) => [name, { value }]));
    // The type is told by who is signed in.
    const parameters = { ...given, deployerPrincipalType: { value: 'ServicePrincipal' } };
    expect(withoutGuids(deployedBodies(template, { parameters }))).toEqual(installedBodies());
  });

  it('is given no more by azd than what the template asks for', () => {
    const { parameters } = JSON.parse(files.get('infra/azuredeploy.json') ?? '');
    const { parameters: given } = JSON.parse(files.get('infra/main.parameters.json') ?? '');
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
    const asked = Object.entries(parameters as Record<string, object>).filter(([, one]) => !('defaultValue' in one));
    expect(Object.keys(given)).toEqual(expect.arrayContaining(asked.map(([name]) => name)));
  });

  it('has an azure.yaml whose app and group are those of the template', () => {
    const { services, resourceGroup, infra } = parse(files.get('azure.yaml') ?? '');
    expect(infra).toEqual({ provider: 'bicep', path: 'infra', module: 'main' });
    const main = files.get('infra/main.bicep') ?? '';
    expect([resourceGroup, services.app.resourceName]).toEqual(['${AZURE_ENV_NAME}-rg', '${AZURE_ENV_NAME}']);
    expect(main).toContain("param resourceGroupName string = '${name}-rg'");
    expect(main).toContain('param appName string = name');
    expect(services.app).toMatchObject({ host: 'function', language: 'js', project: '.' });
  });
});
