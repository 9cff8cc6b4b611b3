import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/export/export-files.ts';
import { exportedApplications } from '../../helpers/export/applications.ts';
import { byId, comparable } from '../../helpers/export/compare.ts';
import { deployed, planned, WORLD } from '../../helpers/export/exported.ts';
import { terraformPlan } from '../../helpers/export/terraform.ts';

const applications = await exportedApplications();
const SECRETS = { postgres_password: '(secret)', bus_connection: '(secret)' };

function secretsOf(variables = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(SECRETS).filter(([name]) => variables.includes(`"${name}"`)));
}

describe('exported Terraform, parsed', () => {
  it.each(Object.keys(applications))(
    'has the bodies that the plan of %s has, and imports what is there',
    async (name) => {
      const input = deployed(applications[name] ?? '');
      const { files } = exportFiles(input, 'terraform');
      const { resources, imports } = await terraformPlan(files, WORLD, secretsOf(files.get('variables.tf')));
      expect(byId(resources)).toEqual(comparable(input));
      expect(imports.map(({ to, id }) => ({ to, id: id.toLowerCase() })).sort(byAddress)).toEqual(
        resources
          .map(({ address, id, apiVersion }) => ({
            to: `\${${address}}`,
            id: `${id}?api-version=${apiVersion}`.toLowerCase(),
          }))
          .sort(byAddress),
      );
    },
  );

  it('imports nothing of an environment that was never deployed', () => {
    const { files } = exportFiles(planned(applications.example ?? ''), 'terraform');
    expect([...files.keys()]).not.toContain('imports.tf');
  });
});

function byAddress(one: { readonly to: string }, other: { readonly to: string }): number {
  return one.to.localeCompare(other.to);
}
