import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageTypes } from '../../../scripts/page-types.ts';

it('the types of the page are those of the HTTP interface', async () => {
  const kept = readFileSync(new URL('../../../src/page/http-interface.d.ts', import.meta.url), 'utf8');
  expect(kept, 'run: npm run page-types').toBe(await pageTypes());
});
