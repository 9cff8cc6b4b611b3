import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../../src/shared/errors.ts';
import { parseRecord } from '../../../src/state/parse-record.ts';
import { parseState } from '../../../src/state/parse-state.ts';

const parse = (value: unknown): unknown => z.object({ id: z.string() }).parse(value);

describe('a record of a run', () => {
  it('is read', () => {
    expect(parseRecord('{"id":"x"}', parse, 'x')).toEqual({ id: 'x' });
  });

  it.each(['{"id":', '{"id":3}', '[]', '', '['.repeat(100_000)])(
    'that is torn or wrong is refused by its place',
    (text) => {
      try {
        parseRecord(text, parse, 'runs/x/events.ndjson at byte 120');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({ code: 'record_corrupt' });
        expect((error as Error).message).toContain('runs/x/events.ndjson at byte 120');
        expect((error as Error).message.length).toBeLessThan(500);
        return;
      }
      expect.fail('it was read');
    },
  );
});

it('a record with a wrong member is refused by the member, too', () => {
  expect(() => parseRecord('{"id":3}', parse, 'runs/x/request.json')).toThrow(
    /request\.json cannot be read: id: .*string/,
  );
});

describe('a state that nests without end', () => {
  it.each(['{"version":"1.0","resources":', '{"version":"2.0","steps":'])('is refused: %s', (start) => {
    const text = `${start}${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(() => parseState(text, 'default', 'state.json')).toThrow(/state\.json.*nests deeper/);
  });
});
