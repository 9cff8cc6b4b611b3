import { describe, expect, it } from 'vitest';
import { connectAzure } from '../../../src/azure/connect.ts';
import { connectionOver, type RecordingTransport, respondingTo } from './recording-transport.ts';

const CHALLENGE = {
  'www-authenticate': 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"',
};

/** Every page leads to itself. */
function circle(): RecordingTransport {
  return respondingTo(({ url, headers }) =>
    headers.authorization === undefined
      ? { status: 401, headers: CHALLENGE }
      : { status: 200, body: { value: [], nextLink: url } },
  );
}

describe('a list of the SDKs that leads in a circle is an error:', () => {
  it.each<[string, (transport: RecordingTransport) => Promise<unknown>]>([
    ['revisions', (transport) => connectAzure(connectionOver(transport)).apps.revisions('s', 'g', 'a')],
    ['executions', (transport) => connectAzure(connectionOver(transport)).apps.executions('s', 'g', 'j')],
    ['secrets', (transport) => connectAzure(connectionOver(transport)).vault('https://kv.vault.azure.net/').list()],
  ])('%s', async (_what, list) => {
    await expect(list(circle())).rejects.toMatchObject({ code: 'EndlessList' });
  });
});
