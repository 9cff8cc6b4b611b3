import { Command } from 'commander';
import { expect, it, vi } from 'vitest';
import { printOnly } from '../../../src/cli/print-only.ts';
import { createProgram, runCli } from '../../../src/cli/program.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

interface Said {
  readonly code: unknown;
  readonly text: string;
}

async function said(run: (terminal: Terminal) => Promise<unknown>): Promise<Said> {
  let text = '';
  const writer = { write: (part: string) => (text += part) };
  const code = await run({ stdout: writer, stderr: writer } as unknown as Terminal);
  return { code, text };
}

it.each([
  ['--help'],
  ['-h'],
  ['deploy', '--help'],
  ['help', 'plan'],
  ['state', 'show', '--help'],
  ['install', '--help'],
  ['--version', '--help'],
  ['deply', '--help'],
  ['help', 'nothing-like-it'],
])('%j prints what the whole program prints', async (...words) => {
  const whole = await said((terminal) => runCli(words, terminal));
  expect(whole.text.length).toBeGreaterThan(0);
  expect(await said((terminal) => printOnly(words, terminal))).toEqual(whole);
});

it('does and prints nothing where the words ask for more, and only look as if they asked for help', async () => {
  const words = ['approve', 'default-01M8PV4VZ09WF3PG1YSV9VDNER', '--plan', 'a'.repeat(64), '--comment=help'];
  expect(await said((terminal) => printOnly(words, terminal))).toEqual({ code: undefined, text: '' });
});

it('a command has its options when it is looked at, with their defaults, in their order, and refuses what it has not', async () => {
  const quiet = { write: () => undefined };
  const program = await createProgram([], { stdout: quiet, stderr: quiet }, () => async () => undefined);
  const runs = program.commands.find((command) => command.name() === 'runs');
  expect(runs?.options.map(({ long }) => long).slice(0, 2)).toEqual(['--output', '--simulate']);
  expect(runs?.options.at(-1)?.long).toBe('--limit');
  expect(runs?.opts()).toMatchObject({ limit: 20, environment: 'default', simulatorSpeed: 60 });
  await expect(program.parseAsync(['runs', '--nothing-like-it'], { from: 'user' })).rejects.toThrow(
    "unknown option '--nothing-like-it'",
  );
});

/** How many options are made for what is printed. */
async function made(words: readonly string[]): Promise<number> {
  const create = vi.spyOn(Command.prototype, 'createOption');
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await said((terminal) => printOnly(words, terminal));
    return create.mock.calls.length;
  } finally {
    create.mockRestore();
    printed.mockRestore();
  }
}

it('makes the options that are printed or offered alone, which of all commands are hundreds', async () => {
  const quiet = { write: () => undefined };
  const program = await createProgram([], { stdout: quiet, stderr: quiet }, () => async () => undefined);
  const ofDeploy = program.commands.find((command) => command.name() === 'deploy')?.options.length ?? 0;
  const ofRuns = program.commands.find((command) => command.name() === 'runs')?.options.length ?? 0;
  expect(await made(['--help'])).toBeLessThan(ofDeploy + 10);
  // The library asks each command for its option for help.
  const ofHelp = program.commands.length + 10;
  expect(await made(['complete', '--', 'de'])).toBeLessThan(ofDeploy + ofHelp);
  expect(await made(['complete', '--', 'runs', '--'])).toBeLessThan(ofDeploy + ofRuns + ofHelp);
  const ofAll = program.commands.reduce((sum, { options }) => sum + options.length, 0);
  expect(ofAll).toBeGreaterThan(3 * (ofDeploy + ofRuns + ofHelp));
});
