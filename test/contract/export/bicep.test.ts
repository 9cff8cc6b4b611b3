import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { infraFiles } from '../../../scripts/infra-files.ts';
import { exportFiles } from '../../../src/export/export-files.ts';
import type { ExportInput } from '../../../src/export/export-input.ts';
import { exportedApplications } from '../../helpers/export/applications.ts';
import { comparable, deployedBodies } from '../../helpers/export/compare.ts';
import { deployed, planned } from '../../helpers/export/exported.ts';
import { GIVEN, installedBodies, withoutGuids } from '../../helpers/export/installation.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { compileBicep, findBicep } from '../../helpers/templates/bicep-compiler.ts';

const bicep = findBicep();
const applications = await exportedApplications();

async function written(input: ExportInput): Promise<string> {
  const folder = await tempDirectory();
  await writeTree(folder, Object.fromEntries(exportFiles(input, 'bicep').files));
  return folder;
}

// There is a compiler where `dotnet restore scripts/bicep` could fetch it.
describe.skipIf(bicep === undefined)('exported Bicep, compiled by Microsoft', () => {
  it.each(Object.keys(applications))('has no warning, and the bodies that the plan of %s has', async (name) => {
    const input = deployed(applications[name] ?? '');
    const { template, parameters, said } = await compileBicep(
      bicep ?? '',
      join(await written(input), 'main.bicepparam'),
    );
    expect(said).toBe('');
    expect(deployedBodies(template, parameters)).toEqual(comparable(input));
  });

  it('has no warning for an environment that was never deployed', async () => {
    const folder = await written(planned(applications['of any type'] ?? ''));
    expect((await compileBicep(bicep ?? '', join(folder, 'main.bicepparam'))).said).toBe('');
  });

  it('has no warning for infra, and the bodies that install sends', async () => {
    const folder = await tempDirectory();
    const main = [...infraFiles()].filter(([path]) => path.startsWith('infra/'));
    const given = Object.entries({ ...GIVEN, deployerPrincipalType: 'ServicePrincipal' });
    const parameters = ["using 'infra/main.bicep'", ...given.map(([name, value]) => `param ${name} = '${value}'`)];
    await writeTree(folder, { ...Object.fromEntries(main), 'main.bicepparam': parameters.join('\n') });
    const compiled = await compileBicep(bicep ?? '', join(folder, 'main.bicepparam'));
    expect(compiled.said).toBe('');
    expect(withoutGuids(deployedBodies(compiled.template, compiled.parameters))).toEqual(installedBodies());
  });
});
