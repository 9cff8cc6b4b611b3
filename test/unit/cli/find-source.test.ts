import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findSource } from '../../../src/cli/load-config.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

it('the sources of builds with contexts of their own are the nearest folder that has one of them', async () => {
  const directory = await tempDirectory();
  await writeTree(directory, { 'apps/web/Dockerfile': '', 'deploy/azure/config.yaml': '', Dockerfile: '' });
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
docker: { build_context: nowhere }
services: { web: { port: 80, build: apps/web }, old: { port: 80, dockerfile: Dockerfile } }
`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(await findSource(join(directory, 'deploy/azure/config.yaml'), result.parsed.config)).toBe(directory);
});
