import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ACTION_BUNDLE, bundleAction } from '../../../scripts/bundle.ts';
import { bundledPackages } from '../../../scripts/bundled-packages.ts';

/** What the bundle has of each file, by esbuild's own lines between them. */
function partsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^\/\/ (?=(?:action|src|node_modules)\/\S+$)/m).slice(1);
  const found = new Map<string, string>();
  for (const part of parts) {
    const end = part.indexOf('\n');
    const file = part.slice(0, end);
    found.set(file, `${found.get(file) ?? ''}${part.slice(end).trim()}\n`);
  }
  return found;
}

/** Files of the product that it uses change more often, and are compared before each release. */
const COMPARED = /^(?:action|node_modules)\//;

it('the action in the repository is made of its sources and packages as they are: npm run action', async () => {
  const committed = partsOf(readFileSync(new URL(`../../../${ACTION_BUNDLE}/run.mjs`, import.meta.url), 'utf8'));
  const { text } = await bundleAction();
  const compared = [...partsOf(text)].filter(([file]) => COMPARED.test(file));
  expect(compared.map(([file]) => file)).toEqual(
    expect.arrayContaining(['action/run.ts', 'node_modules/tar-stream/pack.js']),
  );
  for (const [file, part] of compared) expect(committed.get(file), file).toBe(part);
});

it('the action reads an archive, and brings the packages for that alone: a runner loads it for every command', async () => {
  const { files } = await bundleAction();
  const needed = ['b4a', 'events-universal', 'fast-fifo', 'streamx', 'tar-stream', 'text-decoder'];
  expect(bundledPackages(files).map(({ name }) => name)).toEqual(needed);
});
