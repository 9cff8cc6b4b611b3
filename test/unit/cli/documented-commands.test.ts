import type { Command } from 'commander';
import { expect, it, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { takenCommand } from '../../helpers/cli/printed-commands.ts';
import { documentedCommands, pages, pageText } from '../../helpers/pages/documented-commands.ts';

const NOWHERE = { write: () => undefined };

/** What stands for a value that has a form. */
const FORMS: Readonly<Record<string, string>> = { DIGEST: 'd'.repeat(64), URL: 'https://deployer.example' };

it.each(pages())('the product takes every command that %s tells', async (page) => {
  vi.spyOn(console, 'log').mockReturnValue();
  for (const words of documentedCommands(page).map((told) => told.map((word) => FORMS[word] ?? word))) {
    // That one only prints, and by itself.
    if (words[0] === 'completion') {
      expect(await runInProcess(words)).toMatchObject({ exitCode: 0 });
      continue;
    }
    const { name } = await takenCommand(words);
    // What is no command is taken for what the default one is about, or for a sentence.
    expect(words[0]?.startsWith('-') ? 'deploy' : words.join(' ')).toMatch(new RegExp(`^${name}\\b`));
  }
});

it('finds the commands that pages tell, in blocks, in sentences, and within what else a line does', () => {
  const found = pages()
    .flatMap(documentedCommands)
    .map((words) => words.join(' '));
  expect(found).toEqual(expect.arrayContaining(['init', 'doctor', 'completion bash', 'completion zsh']));
  expect(found.length).toBeGreaterThan(40);
});

it("the README's tables of commands and options name no option that there is not", async () => {
  const [, section = ''] = pageText('README.md').split(/^## Commands$/m);
  const named = section.split(/^## /m)[0]?.match(/(?<=[`\s[|])--[a-z][a-z-]+/g) ?? [];
  const program = await createProgram([], { stdout: NOWHERE, stderr: NOWHERE }, () => async () => undefined);
  const known = new Set(optionsOf(program));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((option) => !known.has(option))).toEqual([]);
});

function optionsOf(command: Command): readonly string[] {
  const own = command.options.map(({ long }) => String(long));
  return [...own, ...command.commands.flatMap(optionsOf)];
}
