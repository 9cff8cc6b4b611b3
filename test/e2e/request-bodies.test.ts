import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../helpers/cli.ts';
import { sharedDirectory, sharedMissing } from '../helpers/shared.ts';

interface SchemaEntry {
  readonly file: string;
  readonly type: string;
  readonly kind: string;
}

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

if (sharedDirectory === undefined) process.stdout.write(`request-bodies.test.ts: ${sharedMissing}\n`);

describe.skipIf(sharedDirectory === undefined)('bodies sent in a run', () => {
  it('all fit the schemas of their types', async () => {
    const folder = `${sharedDirectory}/azure/schemas`;
    const { schemas } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as {
      schemas: readonly SchemaEntry[];
    };
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
      const entry = schemas.find((one) => one.kind === 'put' && one.type.toLowerCase() === type.toLowerCase());
      if (!entry) {
        problems.push(`${type}: no schema`);
        continue;
      }
      types.add(entry.type);
      const validate =
        ajv.getSchema(entry.file) ??
        ajv.addSchema(JSON.parse(readFileSync(`${folder}/${entry.file}`, 'utf8')), entry.file).getSchema(entry.file);
      validate?.(body);
      // A PATCH holds a part of the body: what it lacks is no mistake.
      const errors = (validate?.errors ?? []).filter(({ keyword }) => method === 'PUT' || keyword !== 'required');
      problems.push(...errors.map(({ instancePath, message }) => `${method} ${type}${instancePath}: ${message}`));
    }
    expect(problems).toEqual([]);
    expect(types.size).toBeGreaterThanOrEqual(14);
  });
});
