import { describe, expect, it } from 'vitest';
import { createCodeDeployment } from '../../../src/azure/functions/code-deployment.ts';
import { type Answer, answering, connectionOver } from './recording-transport.ts';

const HOST = 'shop.scm.azurewebsites.net';
const over = (...answers: readonly Answer[]) => {
  const transport = answering(...answers);
  return { transport, code: createCodeDeployment(connectionOver(transport), HOST) };
};

describe('the code of an app', () => {
  it('is sent to the host of its deployments, which says where it is told of', async () => {
    const location = `https://${HOST}/api/deployments/0f1e2d3c-aaaa-bbbb-cccc-0123456789ab`;
    const { transport, code } = over({ status: 202, headers: { location } });
    expect(await code.publish(Buffer.from('zip'))).toBe('0f1e2d3c-aaaa-bbbb-cccc-0123456789ab');
    expect(transport.requests).toMatchObject([
      {
        method: 'POST',
        url: `https://${HOST}/api/publish?RemoteBuild=false`,
        headers: { authorization: 'Bearer TOKEN', 'content-type': 'application/zip' },
      },
    ]);
    expect(await over({ status: 202, body: '"0f1e2d3c"' }).code.publish(Buffer.from('zip'))).toBe('0f1e2d3c');
    expect(await over({ status: 202 }).code.publish(Buffer.from('zip'))).toBe('latest');
  });

  it.each([
    [{ status: 0 }, { kind: 'running' }],
    [{ status: 4, complete: true }, { kind: 'succeeded' }],
    [
      { status: 3, status_text: 'no such container' },
      { kind: 'failed', why: 'Failed: no such container' },
    ],
    [{ status: -1 }, { kind: 'failed', why: 'Cancelled' }],
    [{ status: 5 }, { kind: 'busy' }],
  ])('%j is told as %j', async (body, progress) => {
    expect(await over({ status: 200, body }).code.progress('1')).toEqual(progress);
  });

  it('is unknown to a host that has not begun it yet, or is another worker by now', async () => {
    expect(await over({ status: 404 }).code.progress('1')).toEqual({ kind: 'unknown' });
    expect(await over({ status: 404 }).code.isBusy()).toBe(false);
    const { transport, code } = over({ status: 200, body: { status: 2 } });
    expect(await code.isBusy()).toBe(true);
    expect(transport.requests).toMatchObject([{ url: `https://${HOST}/api/deployments/latest` }]);
  });

  it('is not asked for anywhere else, and an answer of another kind is an error', async () => {
    const { transport } = over({ status: 200, body: {} });
    const elsewhere = createCodeDeployment(connectionOver(transport), 'shop.scm.example.org');
    await expect(elsewhere.publish(Buffer.from('zip'))).rejects.toMatchObject({ name: 'AzureError' });
    expect(transport.requests).toEqual([]);
    await expect(over({ status: 200, body: {} }).code.progress('1')).rejects.toMatchObject({
      code: 'UnexpectedAnswer',
    });
  });
});
