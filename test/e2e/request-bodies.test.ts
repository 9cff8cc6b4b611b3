import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../helpers/cli.ts';
import { resourceSchema } from '../helpers/recorded/resource-schemas.ts';

/** `Microsoft.App/containerApps` of a resource's path. */
function typeOf(path: string): string {
  if (!/\/providers\//i.test(path)) return 'Microsoft.Resources/resourceGroups';
  const [namespace = '', ...rest] =
    path
      .split(/\/providers\//i)
      .at(-1)
      ?.split('/') ?? [];
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}

describe('bodies sent in a run', () => {
  it('all fit the schemas of their types', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.deploy()).exitCode).toBe(0);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const sent = (await sandbox.requests()).filter(
      ({ method, host, body }) =>
        host === 'management.azure.com' && ['PUT', 'PATCH'].includes(method) && body !== undefined,
    );
    const types = new Set<string>();
    const problems: string[] = [];
    for (const { method, path, body } of sent) {
      const type = typeOf(path);
      const schema = resourceSchema(type);
      if (!schema) {
        problems.push(`${type}: no schema`);
        continue;
      }
      types.add(schema['x-arm'].type);
      const validate = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
      validate(body);
      // A PATCH holds a part of the body: what it lacks is no mistake.
      const errors = (validate.errors ?? []).filter(({ keyword }) => method === 'PUT' || keyword !== 'required');
      problems.push(...errors.map(({ instancePath, message }) => `${method} ${type}${instancePath}: ${message}`));
    }
    expect(problems).toEqual([]);
    expect(types.size).toBeGreaterThanOrEqual(14);
  });
});
