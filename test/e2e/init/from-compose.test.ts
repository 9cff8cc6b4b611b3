import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli as runHere } from '../../../src/cli/program.ts';
import type { Streams } from '../../../src/cli/terminal.ts';
import { type CliResult, runCli } from '../../helpers/cli.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/compose', import.meta.url));
const INSTANT = ['--simulator-profile', 'instant'];

async function example(): Promise<string> {
  const folder = join(await tempDirectory(), 'guestbook');
  await cp(EXAMPLE, folder, { recursive: true });
  return folder;
}

/** The commands that the program printed to go on with, as a shell takes them apart. */
function nextCommands(text: string): readonly (readonly string[])[] {
  const lines = text
    .split('\n')
    .flatMap((line) => /^ {2}(?:draftgenie-deploy|node \S+) (.*?) +# /.exec(line)?.[1] ?? []);
  return lines.map((line) => line.split(' '));
}

/** The command line in this process, before a screen that the test reads and types on. */
function onScreen(folder: string, args: readonly string[]) {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  let text = '';
  stdout.on('data', (piece) => {
    text += String(piece);
  });
  const terminal: Streams = { stdin, stdout, stderr: stdout, screen: stdout, interactive: true };
  const ended = runHere(args, terminal);
  return {
    ended,
    text: () => text,
    async answer(question: string, answer: string) {
      await until(() => text.includes(question));
      text = text.slice(text.indexOf(question) + question.length);
      stdin.write(`${answer}\n`);
    },
  };
}

describe('from a Compose file to a deployed application', () => {
  it('init --yes, plan and deploy as they are printed, and again: nothing to do', async () => {
    const folder = await example();
    const made = await runCli(folder, ['init', '--yes']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toContain('✓ config.yaml is written: 3 services, postgresql, redis, from compose.yaml.');
    expect(made.stdout).toMatch(/compose\.yaml:\d+ services\.db: /);
    expect(made.stdout).toContain('export MAIL_API_KEY=…');
    const [plan = [], deploy = []] = nextCommands(made.stdout);
    const run = (args: readonly string[]): Promise<CliResult> => runCli(folder, [...args, ...INSTANT]);
    const planned = await run(plan);
    expect(planned.exitCode, planned.stderr).toBe(0);
    const deployed = await run([...deploy, '--auto-approve']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(deployed.stdout).toMatch(/web: https:\/\/web\./);
    const again = await run([...plan, '--detailed-exitcode']);
    expect(again.exitCode, again.stdout).toBe(0);
  });

  it('asks: a container instead of a service of Azure, and what the account of the simulator offers', async () => {
    const folder = await example();
    const screen = onScreen(folder, ['init', '--simulate', ...INSTANT]);
    await screen.answer('Name of the application [guestbook]: ', 'visitors');
    await screen.answer('Number [1]: ', '');
    await screen.answer('Number [1]: ', 'container');
    await screen.answer('that offer everything (? lists them) [eastus]: ', 'mars');
    await screen.answer('[eastus]: ', 'westeurope');
    expect(await screen.ended, screen.text()).toBe(0);
    const text = await readFile(join(folder, 'config.yaml'), 'utf8');
    expect(text).toMatch(/location: westeurope/);
    expect(text).toMatch(/project_name: visitors/);
    expect(text).toMatch(/image: redis:7/);
    const planned = await runCli(folder, ['plan', '--config', 'config.yaml', '--simulate', ...INSTANT]);
    expect(planned.exitCode, planned.stderr).toBe(0);
    expect(planned.stdout).toContain('container app cache');
    expect(planned.stdout).toContain('PostgreSQL server visitors-postgres-');
  });
});

describe('a Compose file that is none', () => {
  it('is refused at its places, and nothing is written', async () => {
    const folder = await tempDirectory();
    await writeTree(folder, { 'compose.yaml': 'services:\n  web: { image: nginx, prots: ["80:80"] }\n' });
    const { exitCode, stderr } = await runCli(folder, ['init', '--yes']);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(
      /compose\.yaml cannot be read as a Compose file:\n {2}compose\.yaml:2:24 services\.web\.prots: .*ports/,
    );
  });
});
