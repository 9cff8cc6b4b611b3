import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_HOST_SETTINGS, parseHostSettings, readHostSettings } from '../../../src/runtime/host-settings.ts';
import { parseTimeSpan } from '../../../src/runtime/timer/time-span.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { tempDirectory } from '../../helpers/temp.ts';

describe('host.json', () => {
  it('gives prefix, time limit, task hub and version', () => {
    const document = {
      functionTimeout: '00:10:00',
      extensions: {
        http: { routePrefix: '' },
        durableTask: { hubName: 'Hub', defaultVersion: '2.0', versionMatchStrategy: 'Strict' },
      },
    };
    expect(parseHostSettings(document)).toEqual({
      routePrefix: '',
      functionTimeoutInMs: 600_000,
      taskHubName: 'Hub',
      defaultVersion: '2.0',
      versionMatchStrategy: 'Strict',
    });
  });

  it('has the defaults of the Functions host', () => {
    expect(parseHostSettings({ version: '2.0' })).toEqual(DEFAULT_HOST_SETTINGS);
    expect(parseHostSettings({ functionTimeout: '-1' }).functionTimeoutInMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('of ours gives what a host that died was working on to another one within a minute', async () => {
    const own = JSON.parse(await readFile(new URL('../../../host.json', import.meta.url), 'utf8')) as JsonObject;
    const { storageProvider } = jsonAt(own, 'extensions.durableTask') as { readonly storageProvider: JsonObject };
    for (const queue of ['controlQueueVisibilityTimeout', 'workItemQueueVisibilityTimeout']) {
      const milliseconds = parseTimeSpan(String(storageProvider[queue])) ?? Number.NaN;
      expect(milliseconds, queue).toBeLessThanOrEqual(60_000);
      // What is worked on is asked for again half a minute before its time is over, and must not be given to another one by then.
      expect(milliseconds, queue).toBeGreaterThan(30_000);
    }
  });

  it.each([
    '{',
    '[]',
    '{"functionTimeout": "ten minutes"}',
    '{"functionTimeout": 5}',
    '{"extensions": {"durableTask": {"versionMatchStrategy": "Newest"}}}',
    '{"functionTimeout": "00:00:00"}',
  ])('is refused when it is %s', async (text) => {
    const path = join(await tempDirectory(), 'host.json');
    await writeFile(path, text);
    await expect(readHostSettings(path)).rejects.toMatchObject({ code: 'host_json_invalid' });
  });
});
