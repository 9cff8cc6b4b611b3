import { expect, it } from 'vitest';
import { queryResult } from '../../../../src/simulator/log-analytics/query-result.ts';

const TABLE = {
  columns: [
    { name: 'TimeGenerated', type: 'datetime' as const },
    { name: 'Log_s', type: 'string' as const },
  ],
  rows: [
    [0, 'one'],
    [1000, 'two'],
    [null, 'three'],
  ],
};

it('a result has its columns with their types, and moments as text', () => {
  expect(queryResult(TABLE)).toEqual({
    tables: [
      {
        name: 'PrimaryResult',
        columns: TABLE.columns,
        rows: [
          ['1970-01-01T00:00:00.000Z', 'one'],
          ['1970-01-01T00:00:01.000Z', 'two'],
          [null, 'three'],
        ],
      },
    ],
  });
});

it.each([
  { rows: 2, bytes: 1000 },
  { rows: 100, bytes: 80 },
])('what is more than %j is cut off, and told', (most) => {
  expect(queryResult(TABLE, most)).toMatchObject({
    tables: [
      {
        rows: [
          [expect.anything(), 'one'],
          [expect.anything(), 'two'],
        ],
      },
    ],
    error: { code: 'PartialError' },
  });
});
