import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HttpRequest } from '../../../src/simulator/http.ts';
import { createRequestLog, type LogMark } from '../../../src/simulator/request-log.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const OK = { status: 200, headers: {} };
const AT = '2026-01-01T00:00:00Z';

function request(path: string): HttpRequest {
  return {
    method: 'GET',
    host: 'a',
    authority: 'a',
    path,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
  };
}

it('a request whose effect a kill took away never happened; what the saved cloud knows of stays', async () => {
  const file = join(await tempDirectory(), 'requests.ndjson');
  const cloud: { requestLog?: LogMark } = {};
  const log = createRequestLog(file, cloud);
  log.add(request('/kept'), OK, AT);
  const saved = structuredClone(cloud);
  log.add(request('/lost'), OK, AT);
  createRequestLog(file, saved).add(request('/next'), OK, AT);
  const text = await readFile(file, 'utf8');
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { path: string }).path),
  ).toEqual(['/kept', '/next']);
});

it('another file than the saved one is left as it is', async () => {
  const file = join(await tempDirectory(), 'requests.ndjson');
  createRequestLog(file, {}).add(request('/theirs'), OK, AT);
  createRequestLog(file, { requestLog: { file: '/elsewhere', bytes: 0 } }).add(request('/ours'), OK, AT);
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
});
