import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openConsole } from '../../../../src/cli/console/console.ts';
import { runWaits } from '../../../../src/cli/console/run-waits.ts';
import type { Ticks } from '../../../../src/cli/console/ticks.ts';
import { askFor, askHidden } from '../../../../src/cli/prompts.ts';
import { prettyRenderer } from '../../../../src/cli/render/pretty.ts';
import type { RunEvent } from '../../../../src/domain/events.ts';
import { until } from '../../../helpers/wait.ts';

const ABOUT = { id: '1', at: '2026-01-01T00:00:00Z', runId: 'r-1' };

/** A clock that the test moves, 100 ms at a time. */
function fakeTicks(): Ticks & { pass(seconds: number): void } {
  let now = 5000;
  const acts = new Set<() => void>();
  return {
    startedAt: 5000,
    now: () => now,
    every(_, act) {
      acts.add(act);
      return () => acts.delete(act);
    },
    pass(seconds) {
      for (let count = 0; count < seconds * 10; count += 1) {
        now += 100;
        for (const act of acts) act();
      }
    },
  };
}

/** @param redraws of a screen: what was written to it is one text, with what moves the cursor */
function consoleOf({ redraws = false, isJson = false, columns = 40 } = {}) {
  const ticks = fakeTicks();
  const stdin = new PassThrough();
  const screen = Object.assign(new PassThrough(), { columns, rows: 24 });
  const written: string[] = [];
  const errors: string[] = [];
  const shown = (): string => written.join('');
  screen.on('data', (piece) => written.push(String(piece)));
  const stdout = { write: (text: string) => written.push(text) };
  const stderr = redraws ? stdout : { write: (text: string) => errors.push(text) };
  const opened = openConsole({ stdin, screen, interactive: true, redraws, ticks, stdout, stderr }, { isJson });
  return { ...opened, ticks, stdin, shown, stderr: () => errors.join('') };
}

/** What is left to see of one line after another. */
function seen(text: string): readonly string[] {
  return text.split('\n').map((line) => line.split('\r\u001b[2K').at(-1) ?? '');
}

describe('the owner of the screen', () => {
  it('tells a pipe on standard error what is waited for, and a machine only what takes long', () => {
    const [pipe, machine] = [consoleOf(), consoleOf({ isJson: true })];
    for (const { console, ticks } of [pipe, machine]) {
      console.doing('planning on Azure');
      ticks.pass(0.9);
    }
    expect([pipe.stderr(), machine.stderr()]).toEqual(['Planning on Azure…\n', '']);
    for (const { ticks } of [pipe, machine]) ticks.pass(9.1);
    expect([pipe.stderr(), machine.stderr()]).toEqual([
      'Planning on Azure…\nStill planning on Azure, 10 s\n',
      'Still planning on Azure, 10 s\n',
    ]);
    expect(pipe.shown() + machine.shown()).toBe('');
  });

  it('draws one line on a screen, which is gone before anything else is written, and when the command ends', () => {
    const { console, terminal, ticks, shown } = consoleOf({ redraws: true });
    console.doing('planning on Azure');
    ticks.pass(12);
    expect(seen(shown())).toEqual(['Planning on Azure… 12 s']);
    terminal.stdout.write('Plan: 1 to run\n');
    terminal.stderr.write('⚠ mind the gap\n');
    expect(seen(shown())).toEqual(['Plan: 1 to run', '⚠ mind the gap', '']);
    ticks.pass(2);
    expect(seen(shown()).at(-1)).toBe('Planning on Azure… 14 s');
    console.close();
    ticks.pass(60);
    expect(seen(shown())).toEqual(['Plan: 1 to run', '⚠ mind the gap', '']);
  });

  it('draws it no wider than the window, and not behind a line that somebody has begun', () => {
    const { console, terminal, ticks, shown } = consoleOf({ redraws: true, columns: 12 });
    console.doing('planning on Azure');
    ticks.pass(2);
    expect(seen(shown())).toEqual(['Planning o…']);
    terminal.stdout.write('half a li');
    ticks.pass(60);
    expect(seen(shown())).toEqual(['half a li']);
  });

  it.each([true, false])('writes nothing in the midst of a question (on a screen: %s)', async (redraws) => {
    const { console, terminal, ticks, stdin, shown, stderr } = consoleOf({ redraws });
    console.doing('planning');
    const answer = askFor(terminal, 'Name: ');
    await until(() => shown().includes('Name: '));
    const before = shown();
    ticks.pass(600);
    expect([shown(), stderr()]).toEqual([before, '']);
    stdin.write('visitors\n');
    expect(await answer).toBe('visitors');
    ticks.pass(11);
    expect(shown() + stderr()).toMatch(/lanning, 10 min 10 s|Planning… 10 min 1\d s/);
  });

  it('asks a question again below what others have written meanwhile', async () => {
    const { terminal, stdin, shown } = consoleOf({ redraws: true });
    const answer = askFor(terminal, 'Name: ');
    await until(() => shown().includes('Name: '));
    stdin.write('vis');
    await until(() => shown().includes('vis'));
    terminal.stdout.write('Somebody else has decided\n');
    expect(stripVTControlCharacters(shown())).toBe('Name: vis\nSomebody else has decided\nName: vis');
    stdin.write('itors\n');
    expect(await answer).toBe('visitors');

    const key = askHidden(terminal, 'Key: ');
    terminal.stdout.write('Somebody else has decided\n');
    stdin.write('c4n4ry\n');
    expect(await key).toBe('c4n4ry');
    expect(shown()).toMatch(/Key: \nSomebody else has decided\nKey: \n$/);
    expect(shown()).not.toContain('c4n4ry');
  });

  it('has a picture out of the way of a question, whichever came first, and shows it again below', async () => {
    const { console, terminal, ticks, stdin, shown } = consoleOf({ redraws: true, columns: 80 });
    const renderer = prettyRenderer(terminal, false);
    try {
      const answer = askFor(terminal, 'Apply? ');
      await until(() => shown().includes('Apply? '));
      console.doing('planning');
      renderer.event({ ...ABOUT, type: 'run_started', environment: 'x' } as RunEvent);
      const lines = (): string => stripVTControlCharacters(shown());
      expect(lines()).toMatch(/Apply\? \nRun r-1 started \(environment x\)\nApply\? $/);
      ticks.pass(60);
      expect(lines()).not.toContain('looking at what is there');
      stdin.write('yes\n');
      await answer;
      expect(lines()).toContain('looking at what is there');
      expect(lines()).not.toContain('lanning…');
    } finally {
      renderer.close();
    }
  });

  it('reminds once of a run that waits for approval, with the command that gives it', () => {
    const { terminal, ticks, stderr } = consoleOf();
    const tell = runWaits(terminal);
    const planDigest = 'd'.repeat(64);
    tell({ ...ABOUT, type: 'approval_requested', planDigest } as RunEvent);
    ticks.pass(299);
    expect(stderr()).not.toContain('approve');
    ticks.pass(3000);
    const lines = stderr().split('\n');
    expect(lines.filter((line) => line.includes('approve '))).toEqual([
      `Nobody has decided for 5 min. Waits for approval: draftgenie-deploy approve r-1 --plan ${planDigest}`,
    ]);
    expect(lines[1]).toBe('Still waiting for approval of the plan, 10 s');
    // One that is decided, or that nobody follows any more, needs no reminder.
    const other = consoleOf();
    const tellOther = runWaits(other.terminal);
    for (const type of ['approval_requested', 'approval_decided', 'approval_requested']) {
      tellOther({ ...ABOUT, type, planDigest } as RunEvent);
    }
    tellOther.stop();
    other.ticks.pass(600);
    expect(other.stderr()).not.toContain('approve ');
  });
});
