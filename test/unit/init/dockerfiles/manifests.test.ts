import { expect, it } from 'vitest';
import { readManifest } from '../../../../src/init/dockerfiles/manifests.ts';

const POM = `<project><parent><artifactId>parent</artifactId></parent>
<!-- <artifactId>old</artifactId> --><artifactId>orders</artifactId>
<dependencies><dependency><artifactId>junit</artifactId></dependency></dependencies></project>`;

it.each([
  ['package.json', '{"name":"@shop/web","scripts":{"start":"PORT=3000 node ."}}', { name: 'web', port: 3000 }],
  ['package.json', 'no json', {}],
  ['package.json', '[]', {}],
  ['pyproject.toml', '[build-system]\nname = "no"\n[project]\nname = "shop-api"\n', { name: 'shop-api' }],
  ['pyproject.toml', "[tool.poetry]\nname = 'books'\n", { name: 'books' }],
  ['go.mod', 'module example.com/shop/ledger/v2\n\ngo 1.24\n', { name: 'ledger' }],
  ['Cargo.toml', '[dependencies]\nname = "x"\n[package]\nname = "tally"\n', { name: 'tally' }],
  ['pom.xml', POM, { name: 'orders' }],
  ['Basket.API.csproj', '<Project/>', { name: 'Basket.API' }],
  ['Basket.API.csproj', '<AssemblyName>basket</AssemblyName>', { name: 'basket' }],
  ['composer.json', '{"name":"shop/admin"}', { name: 'admin' }],
])('a %s of %j', async (file, text, expected) => {
  const manifest = await readManifest(
    'apps/a',
    ['README.md', `apps/a/${file}`, 'apps/a/b/package.json'],
    async (path) => (path === `apps/a/${file}` ? text : 'never'),
  );
  expect(manifest).toEqual({ path: `apps/a/${file}`, ...expected });
});

it('of a folder without one there is none', async () => {
  expect(await readManifest('', ['apps/a/package.json'], async () => '{}')).toBeUndefined();
});
