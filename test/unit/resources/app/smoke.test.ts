import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../../../src/domain/config/model.ts';
import { internalSmoke, smokeScript } from '../../../../src/resources/app/smoke.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const run = promisify(execFile);

/** Runs the script with a `curl` that answers this. */
async function ask(
  requests: Parameters<typeof smokeScript>[1],
  answer: { status: number; body: string },
): Promise<{ code: number; stdout: string }> {
  const bin = await tempDirectory();
  const lines = [
    '#!/bin/sh',
    'while [ "$1" != --output ]; do shift; done',
    `printf '%s' '${answer.body}' > "$2"`,
    `printf '${answer.status}'`,
  ];
  const curl = lines.join('\n');
  await writeFile(join(bin, 'curl'), curl);
  await chmod(join(bin, 'curl'), 0o755);
  const env = { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const script = smokeScript('https://api--r1.internal.example', requests);
  return await run('/bin/sh', ['-c', script], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

describe('smokeScript', () => {
  it('ends well when every answer is as expected', async () => {
    const requests = [
      { path: '/ready', method: 'GET' },
      { path: "/it's?a=b&c", method: 'POST', status: 201, contains: "it's $fine" },
    ] as const;
    expect(await ask(requests.slice(0, 1), { status: 204, body: '' })).toEqual({ code: 0, stdout: '' });
    expect(await ask(requests.slice(1), { status: 201, body: "so it'\\''s $fine" })).toEqual({ code: 0, stdout: '' });
  });

  it('tells the wrong status and the missing text', async () => {
    expect(await ask([{ path: '/ready', method: 'GET' }], { status: 500, body: '' })).toEqual({
      code: 1,
      stdout: 'GET https://api--r1.internal.example/ready answers 500, not 2xx\n',
    });
    expect(await ask([{ path: '/', method: 'GET', contains: 'ok' }], { status: 200, body: 'no' })).toEqual({
      code: 1,
      stdout: 'GET https://api--r1.internal.example/ does not contain "ok"\n',
    });
  });
});

it('only internal http services are asked from within; one that may sleep at least for its health', () => {
  const service = { ingress: 'internal', transport: 'http', minReplicas: 1, healthPath: '/health' } as ServiceConfig;
  const smoke = [{ path: '/ready', method: 'GET' as const }];
  expect(internalSmoke(service)).toEqual([]);
  expect(internalSmoke({ ...service, smoke })).toEqual(smoke);
  expect(internalSmoke({ ...service, minReplicas: 0 })).toEqual([{ path: '/health', method: 'GET' }]);
  expect(internalSmoke({ ...service, ingress: 'external', smoke })).toEqual([]);
  expect(internalSmoke({ ...service, transport: 'tcp', minReplicas: 0 })).toEqual([]);
});
