import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../src/simulator/log-analytics/kql/parse-query.ts';
import { QueryError } from '../../../../src/simulator/log-analytics/kql/query-error.ts';
import { runQuery, type Table } from '../../../../src/simulator/log-analytics/kql/run-query.ts';
import { parseTimespan } from '../../../../src/simulator/log-analytics/timespan.ts';

const NOW = Date.parse('2026-04-09T20:00:00Z');
const MINUTE = 60_000;

const LOGS: Table = {
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'App', type: 'string' },
    { name: 'Log_s', type: 'string' },
    { name: 'Weight_d', type: 'real' },
  ],
  rows: [
    [NOW - 5 * MINUTE, 'api', 'GET /health 200', 1],
    [NOW - 90 * MINUTE, 'api', 'it\'s "done"', 2.5],
    [NOW - 2 * MINUTE, 'Web', 'error: no route', 3],
    [NOW - MINUTE, 'worker', 'errors=0', 4],
  ],
};

function run(query: string): Table {
  return runQuery(parseQuery(query), (name) => (name === 'Logs' ? LOGS : undefined), { now: NOW });
}

function values(query: string): unknown[] {
  return run(query).rows.map(([first]) => first);
}

function refusal(query: string): QueryError {
  try {
    run(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was taken`);
}

describe('a query', () => {
  it.each([
    ["Logs | where App == 'api' | project Weight_d", [1, 2.5]],
    ['Logs | where App =~ "web" | project Weight_d', [3]],
    ["Logs | where App != 'api' and Weight_d < 4 | project Weight_d", [3]],
    ["Logs | where App in ('api', 'worker') | project Weight_d", [1, 2.5, 4]],
    ["Logs | where App !in ('api', 'worker') | project Weight_d", [3]],
    ["Logs | where App in~ ('WEB') | project Weight_d", [3]],
    // A term is whole: `errors` is another one.
    ["Logs | where Log_s has 'ERROR' | project Weight_d", [3]],
    ["Logs | where Log_s !has 'error' | project Weight_d", [1, 2.5, 4]],
    ["Logs | where Log_s contains 'error' | project Weight_d", [3, 4]],
    ["Logs | where Log_s contains_cs 'Error' | project Weight_d", []],
    ["Logs | where Log_s startswith 'get' or Log_s endswith '=0' | project Weight_d", [1, 4]],
    ["Logs | where Log_s has_any ('health', 'route') | project Weight_d", [1, 3]],
    ['Logs | where Log_s == "it\'s \\"done\\"" | project Weight_d', [2.5]],
    ['Logs | where Log_s == @"it\'s ""done""" | project Weight_d', [2.5]],
    ['Logs | where TimeGenerated > ago(10m) | project Weight_d', [1, 3, 4]],
    ['Logs | where TimeGenerated >= datetime(2026-04-09T19:58:00Z) | project Weight_d', [3, 4]],
    ['Logs | where TimeGenerated < now() - 1h | project Weight_d', [2.5]],
    ['Logs | where not(isempty(App)) | count', [4]],
    ["Logs | where column_ifexists('Nothing', 'none') == 'none' | count", [4]],
    // Without a word the greatest comes first.
    ['Logs | order by Weight_d | project Weight_d', [4, 3, 2.5, 1]],
    ['Logs | sort by App asc, Weight_d desc | project Weight_d', [3, 2.5, 1, 4]],
    ['Logs | sort by TimeGenerated asc | take 2 | project Weight_d', [2.5, 1]],
    ['Logs | top 1 by Weight_d asc | project Weight_d', [1]],
    ['Logs | distinct App', ['api', 'Web', 'worker']],
    ['Logs | limit 2 // the first two\n| count;', [2]],
  ])('%s', (query, found) => {
    expect(values(query)).toEqual(found);
  });

  it('names and types what it answers', () => {
    expect(run('Logs | project Time=TimeGenerated, Log_s, Same=Weight_d | take 0')).toEqual({
      columns: [
        { name: 'Time', type: 'datetime' },
        { name: 'Log_s', type: 'string' },
        { name: 'Same', type: 'real' },
      ],
      rows: [],
    });
    expect(run('Logs | summarize count(), Last=max(TimeGenerated) by App')).toEqual({
      columns: [
        { name: 'App', type: 'string' },
        { name: 'count_', type: 'long' },
        { name: 'Last', type: 'datetime' },
      ],
      rows: [
        ['api', 2, NOW - 5 * MINUTE],
        ['Web', 1, NOW - 2 * MINUTE],
        ['worker', 1, NOW - MINUTE],
      ],
    });
    expect(run("Logs | extend App = tolower(App), Kind = 'log' | project App, Kind | top 1 by App").rows).toEqual([
      ['worker', 'log'],
    ]);
  });

  it.each([
    ['Logs | where App == "a', '"', [1, 20]],
    ["Logs\n| wher App == 'a'", 'wher', [2, 2]],
    ['completely invalid syntax', 'invalid', [1, 11]],
    ["Logs | where App == 'a' | join (Other) on App", 'join', [1, 26]],
    ["Logs | where App == 'a' union (Secrets)", 'union', [1, 24]],
    ['Logs | take many', 'many', [1, 12]],
    ['', '', [1, 0]],
  ])('that is no query is refused with its place: %s', (query, token, [line, pos]) => {
    expect(refusal(query)).toMatchObject({
      kind: 'SyntaxError',
      code: 'SYN0002',
      message: `Query could not be parsed at '${token}' on line [${line},${pos}]`,
      place: { line, pos, token },
    });
  });

  it.each([
    ['Other | take 1', 'SEM0100', "'take' operator: Failed to resolve table or column expression named 'Other'"],
    ['Logs | project Level', 'SEM0100', "'project' operator: Failed to resolve scalar expression named 'Level'"],
    ['Logs | where bag(App)', 'SEM0260', "Unknown function: 'bag'."],
    [
      "Logs | where TimeGenerated > '2026-01-01'",
      'SEM0064',
      'Cannot compare values of types datetime and string. Try adding explicit casts',
    ],
    [
      "Logs | where App > 'a'",
      'SEM0064',
      'Cannot compare values of types string and string. Try adding explicit casts',
    ],
  ])('that means nothing is refused: %s', (query, code, message) => {
    expect(refusal(query)).toMatchObject({ kind: 'SemanticError', code, message, place: undefined });
  });
});

describe('a timespan', () => {
  it.each([
    ['PT1H', NOW - 60 * MINUTE, NOW],
    ['P1DT30M', NOW - 1470 * MINUTE, NOW],
    ['2026-04-09T19:00:00Z/2026-04-09T19:30:00Z', NOW - 60 * MINUTE, NOW - 30 * MINUTE],
    ['2026-04-09T19:00:00Z/PT10M', NOW - 60 * MINUTE, NOW - 50 * MINUTE],
    ['PT10M/2026-04-09T19:00:00Z', NOW - 70 * MINUTE, NOW - 60 * MINUTE],
  ])('%s', (text, from, to) => {
    expect(parseTimespan(text, NOW)).toEqual({ from, to });
  });

  it.each(['1h', 'P', 'PT', 'yesterday/today', ''])('is none: %j', (text) => {
    expect(parseTimespan(text, NOW)).toBeUndefined();
  });
});
