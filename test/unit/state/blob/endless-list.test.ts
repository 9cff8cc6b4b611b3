import { describe, expect, it } from 'vitest';
import { createTransport } from '../../../../src/outbound/transport.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { openContainer } from '../../../../src/state/blob/container.ts';
import { type ScriptedAnswer, scriptedServer } from '../../../helpers/http/scripted-server.ts';

/** A page of one blob that leads to another. */
function page(name: string, marker: string): ScriptedAnswer {
  const blob = `<Blob><Name>${name}</Name><Properties><Etag>1</Etag></Properties></Blob>`;
  const text = `<?xml version="1.0"?><EnumerationResults><Blobs>${blob}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
  };
}

async function containerAt(...answers: readonly ScriptedAnswer[]) {
  const { url } = await scriptedServer(...answers);
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=${url}/a;`;
  return openContainer({ connectionString }, 'deployment-state', { clock: systemClock, transport: createTransport() });
}

describe('a storage that lists without an end', () => {
  it('is not followed where a page leads back', async () => {
    const endless = { code: 'list_endless', message: expect.stringContaining('leads back to one before it') };
    const listed = (await containerAt(page('a', 'x'))).list('a');
    const names: string[] = [];
    const all = async (): Promise<void> => {
      for await (const name of listed) names.push(name);
    };
    await expect(all()).rejects.toMatchObject(endless);
    expect(names).toEqual(['a']);
    await expect((await containerAt(page('a', 'x'))).level('a')).rejects.toMatchObject(endless);
  });

  it('is followed as far as it has pages', async () => {
    const container = await containerAt(page('a', 'x'), page('b', ''));
    const names: string[] = [];
    for await (const name of container.list('')) names.push(name);
    expect(names).toEqual(['a', 'b']);
  });
});
