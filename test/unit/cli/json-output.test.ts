import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUTPUT_SCHEMAS, outputPage, outputSchemaFiles } from '../../../scripts/output-schemas.ts';
import { asksForJson } from '../../../src/cli/json/asks-for-json.ts';
import { OUTPUTS, OUTPUTS_OF_COMMANDS } from '../../../src/cli/json/outputs.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { requireValidOutput } from '../../helpers/cli/valid-output.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const root = new URL('../../../', import.meta.url);

describe('the published schemas of what commands print', () => {
  it('are those of the table, on their page, too: npm run outputs', () => {
    for (const [path, text] of outputSchemaFiles()) expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
    expect(readdirSync(new URL(OUTPUT_SCHEMAS, root))).toHaveLength(Object.keys(OUTPUTS).length);
    expect(readFileSync(new URL('docs/output.md', root), 'utf8')).toBe(outputPage());
  });

  it('are there for every command but the one that prints a script', async () => {
    const commands = await commandsOf([]);
    const nested = await Promise.all(['state', 'job', 'config'].map((name) => commandsOf([name])));
    const all = [...commands.filter((name) => !['state', 'job'].includes(name)), ...nested.flat()];
    expect(all.filter((name) => name !== 'completion').toSorted()).toEqual(Object.keys(OUTPUTS_OF_COMMANDS).toSorted());
  });

  it('refuse a member that none of them knows', () => {
    const line = JSON.stringify({ type: 'address', address: 'https://x', port: 1 });
    expect(() => requireValidOutput(['open', '--output', 'json'], `${line}\n`)).toThrow(/additional properties/);
    expect(() => requireValidOutput(['open', '--output', 'json'], 'https://x\n')).toThrow(SyntaxError);
    expect(() => requireValidOutput(['open'], 'https://x\n')).not.toThrow();
  });
});

async function commandsOf(words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runInProcess([...words, '--help']);
  const [, list = ''] = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(stdout) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help').map((name) => [...words, name].join(' '));
}

describe('a command that is asked for JSON', () => {
  let before: string;

  beforeEach(async () => {
    before = process.cwd();
    const directory = await tempDirectory();
    await mkdir(directory, { recursive: true });
    process.chdir(directory);
  });
  afterEach(() => process.chdir(before));

  async function linesOf(...words: readonly string[]): Promise<readonly unknown[]> {
    const { stdout, exitCode } = await runInProcess(words);
    return [
      ...stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
      exitCode,
    ];
  }

  it.each([
    [['explian'], 'command_invalid', 64],
    [['plan', '--step'], 'command_invalid', 64],
    [['plan'], 'config_unreadable', 64],
    [['explain', 'no_such_code'], 'code_unknown', 2],
    [['state', 'show', '--remote', 'nowhere'], 'remote_invalid', 64],
  ])('says as its last line why %j failed', async (words, code, exitCode) => {
    const lines = await linesOf(...words, '--output', 'json');
    expect(lines).toEqual([expect.objectContaining({ type: 'error', code, exitCode }), exitCode]);
  });

  it('tells every problem of the configuration with its place', async () => {
    await writeFile('config.yaml', 'azure:\n  resource_group: rg\n  location: westeurope\nservicess: {}\n');
    const [line] = await linesOf('plan', '--config', 'config.yaml', '--output', 'json');
    expect(line).toMatchObject({
      code: 'config_invalid',
      problems: expect.arrayContaining([expect.objectContaining({ message: expect.any(String), line: 4 })]),
    });
  });

  it('makes a configuration, and says what did not come over', async () => {
    await writeFile(
      'compose.yaml',
      'services:\n  web:\n    image: nginx:1.27\n    ports: ["8080:80"]\n    privileged: true\n',
    );
    const [line, exitCode] = await linesOf('init', '--json', '--dry-run');
    expect(line).toMatchObject({
      type: 'configuration',
      written: false,
      text: expect.stringContaining('nginx:1.27'),
      leftovers: expect.arrayContaining([expect.objectContaining({ key: 'services.web.privileged', line: 5 })]),
    });
    expect(exitCode).toBe(0);
  });

  it('is told from one that names a file so', () => {
    expect(asksForJson(['init', '--output', 'json'])).toBe(false);
    expect(asksForJson(['plan', '--output=json'])).toBe(true);
    expect(asksForJson(['explain', '--', '--output=json'])).toBe(false);
  });
});
