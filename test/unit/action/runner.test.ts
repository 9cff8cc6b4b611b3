import { describe, expect, it } from 'vitest';
import { readInputs } from '../../../action/inputs.ts';
import { createRunner } from '../../../action/runner.ts';
import { summaryOf } from '../../../action/summary.ts';

function written(act: (runner: ReturnType<typeof createRunner>) => void): string {
  let text = '';
  act(createRunner({}, (piece) => (text += piece)));
  return text;
}

describe('what the action says to the runner', () => {
  it('shows what a terminal would obey in the text of others', () => {
    const written: string[] = [];
    const runner = createRunner({}, (text) => void written.push(text));
    runner.log('a\u001b[2J');
    runner.error('b\rc');
    expect(written.join('')).toContain('a\\u001b[2J');
    expect(written.join('')).toContain('::error::b\\u000dc');
  });

  it('keeps the text of others from being taken for commands', () => {
    const lines = written(({ log }) => log('::set-output name=x::y')).split('\n');
    const [, token = ''] = /^::stop-commands::(.+)$/.exec(lines[0] ?? '') ?? [];
    expect(token).not.toBe('');
    expect(lines.slice(1)).toEqual(['::set-output name=x::y', `::${token}::`, '']);
  });

  it('escapes what would end a message or its place', () => {
    const place = { file: 'a,b:c.yaml', line: 3 };
    expect(written(({ error }) => error('50%\nof it', place))).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=3::50%25%0Aof it\n',
    );
  });
});

describe('the inputs of the action', () => {
  const given = { DEPLOY_URL: 'https://app.example/', DEPLOY_KEY: 'k', DEPLOY_ENVIRONMENT: 'x', DEPLOY_CONFIG: 'c' };

  it('are options as on the command line', () => {
    const { query, waits, url, source } = readInputs({
      ...given,
      DEPLOY_OPTIONS: ' force-all --force-step=run_migrations\nallow-replace=a=b ',
      DEPLOY_WAIT: 'false',
    });
    expect(String(query)).toBe('forceAll=true&forceStep=run_migrations&allowReplace=a%3Db');
    expect({ waits, url, source }).toEqual({ waits: false, url: 'https://app.example', source: undefined });
  });

  it.each([
    [{ DEPLOY_KEY: '' }, /input key is missing/],
    [{ DEPLOY_KEY: 'a b' }, /characters/],
    [{ DEPLOY_URL: 'http://app.example' }, /https/],
    [{ DEPLOY_URL: 'https://app.example/?code=c4n4ry' }, /without a key/],
  ])('%j are refused, and no key is repeated', (wrong, message) => {
    const read = (): unknown => readInputs({ ...given, ...wrong });
    expect(read).toThrow(message);
    expect(read).not.toThrow(/c4n4ry/);
  });
});

describe('the summary of a job', () => {
  it('shows no text as markup', () => {
    const text = summaryOf({
      runId: 'x-1',
      environment: 'x',
      status: 'failed',
      durationInMs: 1000,
      plan: null,
      error: { code: 'c', message: '<img src=x> | `a`\nb' },
      steps: [],
      removals: [],
      addresses: {},
    } as unknown as Parameters<typeof summaryOf>[0]);
    expect(text).toContain('> &lt;img src=x> \\| \\`a\\` b');
  });
});
