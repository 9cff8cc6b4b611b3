import { describe, expect, it } from 'vitest';
import { createWaiting, FIRST_WORD_AFTER_MS } from '../../../../src/cli/console/waiting.ts';

/** The lines that are due when somebody looks every 100 ms, with their seconds. */
function told(until: number, { tellsFirst = true, happens = {} }: { tellsFirst?: boolean; happens?: Happens } = {}) {
  const waiting = createWaiting(0, tellsFirst);
  waiting.begin('planning', 0);
  const lines: string[] = [];
  for (let now = 0; now <= until * 1000; now += 100) {
    happens[now / 1000]?.(waiting, now);
    const line = waiting.due(now);
    if (line !== undefined) lines.push(`${now / 1000} ${line}`);
  }
  return lines;
}

type Happens = Readonly<Record<number, (waiting: ReturnType<typeof createWaiting>, now: number) => void>>;

describe('what is waited for', () => {
  it('is told before a second is over, then after 10, 30 and 60 seconds, and every five minutes', () => {
    expect(FIRST_WORD_AFTER_MS).toBeLessThan(1000);
    expect(told(1000)).toEqual([
      '0.7 Planning…',
      '10 Still planning, 10 s',
      '30 Still planning, 30 s',
      '60 Still planning, 1 min',
      '360 Still planning, 6 min',
      '660 Still planning, 11 min',
      '960 Still planning, 16 min',
    ]);
  });

  it('is no first line where machines read, or where something else was said first', () => {
    expect(told(10, { tellsFirst: false })).toEqual(['10 Still planning, 10 s']);
    expect(told(11, { happens: { 0.5: (waiting, now) => waiting.heard(now) } })).toEqual(['10.5 Still planning, 10 s']);
  });

  it('is not told once more for each silence: one of 10 s once, one of 20 s once', () => {
    const talk = Object.fromEntries([5, 20, 35, 50, 65].map((at) => [at, (w: Waits, now: number) => w.heard(now)]));
    expect(told(100, { happens: talk })).toEqual([
      '0.7 Planning…',
      '15 Still planning, 15 s',
      '85 Still planning, 1 min 25 s',
    ]);
  });

  it('goes on every five minutes however often something is said in between', () => {
    const talk = Object.fromEntries([400, 800].map((at) => [at, (w: Waits, now: number) => w.heard(now)]));
    expect(told(1200, { happens: talk }).slice(4)).toEqual([
      '360 Still planning, 6 min',
      '700 Still planning, 11 min 40 s',
      '1100 Still planning, 18 min 20 s',
    ]);
  });

  it('begins anew with the next thing, and ends with none', () => {
    const next: Happens = {
      20: (waiting, now) => waiting.begin('carrying out the run', now),
      25: (waiting, now) => waiting.begin('carrying out the run', now),
      40: (waiting, now) => waiting.begin(undefined, now),
    };
    expect(told(1000, { happens: next })).toEqual([
      '0.7 Planning…',
      '10 Still planning, 10 s',
      '30 Still carrying out the run, 10 s',
    ]);
  });

  it('is shown on a screen as soon as nothing is said', () => {
    const waiting = createWaiting(0, true);
    waiting.begin('planning', 0);
    expect([100, 700, 61_000].map((now) => waiting.shown(now))).toEqual([
      undefined,
      'Planning… 0 s',
      'Planning… 1 min 01 s',
    ]);
    waiting.heard(61_000);
    expect(waiting.shown(61_100)).toBeUndefined();
  });
});

type Waits = ReturnType<typeof createWaiting>;
