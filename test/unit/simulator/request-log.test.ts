import { readFileSync } from 'node:fs';
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

it('grows to its limits, in memory and in the file', async () => {
  const file = join(await tempDirectory(), 'requests.ndjson');
  const log = createRequestLog(file, {}, { keptInMemory: 10, fileBytes: 2000 });
  for (let count = 1; count <= 500; count += 1) log.add(request(`/${count}`), OK, AT);
  expect(log.requests.length).toBeLessThan(20);
  expect(log.requests.at(-1)).toMatchObject({ seq: 500, path: '/500' });
  const kept = [`${file}.1`, file].map((one) => readFileSync(one, 'utf8').trim().split('\n'));
  expect(kept.flat().map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
    Array.from({ length: kept.flat().length }, (_, index) => 501 - kept.flat().length + index),
  );
  for (const lines of kept) expect(lines.join('\n').length).toBeLessThan(2300);
});
