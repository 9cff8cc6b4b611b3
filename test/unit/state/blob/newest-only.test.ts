import { expect, it } from 'vitest';
import { openBlobStorage } from '../../../../src/state/blob/storage.ts';
import type { EnvironmentStores } from '../../../../src/state/ports.ts';
import { scriptedServer } from '../../../helpers/http/scripted-server.ts';

const RUN = 'shop-01M8434Z00VB7SSV72CDKWWDXY';

/** How long the page is that a storage is asked for. */
async function pageAskedFor(ask: (stores: EnvironmentStores) => Promise<unknown>): Promise<number> {
  const { url, requests } = await scriptedServer((response) => {
    const text = '<?xml version="1.0"?><EnumerationResults><Blobs/><NextMarker/></EnumerationResults>';
    response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
  });
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=${url}/a;`;
  await ask(openBlobStorage({ connectionString }).environment('shop'));
  const pages = requests.map(({ path }) => new URL(path, url).searchParams.get('maxresults'));
  expect(pages).toHaveLength(1);
  return Number(pages[0]);
}

it.each<[what: string, ask: (stores: EnvironmentStores) => Promise<unknown>, page: number]>([
  ['the newest run', ({ runs }) => runs.runs({ limit: 1 }), 1],
  ['the newest runs', ({ runs }) => runs.runs({ limit: 20 }), 20],
  ['no run at all', ({ runs }) => runs.runs({ limit: 0 }), 1],
  ['who asked last', ({ runs }) => runs.audit({ limit: 5 }), 5],
  ['what is kept last', ({ state }) => state.history({ limit: 1 }), 1],
  ['what is kept before a run', ({ state }) => state.history({ limit: 2, before: RUN }), 3],
  ['the runs before one', ({ runs }) => runs.runs({ limit: 20, before: RUN }), 21],
])('a storage is asked for %s, and not for the names of all that there ever were', async (_, ask, page) => {
  expect(await pageAskedFor(ask)).toBe(page);
});
