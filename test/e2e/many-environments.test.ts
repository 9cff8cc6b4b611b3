import { describe, expect, it } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import { prebuiltConfig } from '../helpers/example-config.ts';
import { serve } from '../helpers/http/served-app.ts';

describe('many environments', () => {
  it('are deployed at the same time, all fifty of them', async () => {
    const app = await serve();
    const names = Array.from({ length: 50 }, (_, index) => `e${index}`);
    const started = await Promise.all(
      names.map(async (name) => await app.deploy(name, { body: await prebuiltConfig(name) })),
    );
    expect(started.map(({ status }) => status)).toEqual(names.map(() => 202));
    const ended = await Promise.all(started.map(({ body }) => app.ended((body as RunView).runId)));
    expect(ended.map(({ status, error }) => error ?? status)).toEqual(names.map(() => 'succeeded'));
    const { body } = await app.request('GET', '/api/environments');
    expect(body).toEqual({ environments: [...names].sort() });
    // The work of fifty tests.
  }, 900_000);
});
