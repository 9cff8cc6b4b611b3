import { execFileSync } from 'node:child_process';
import type { Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { ACTIONS, type Action } from '../../../src/page/actions/actions.ts';
import { type Printed, runInProcess } from '../cli/in-process.ts';
import { takenCommand } from '../cli/printed-commands.ts';
import type { ServedApp } from '../http/served-app.ts';

/** How an action is done on the page: what opens its dialog, what is filled in there, and what confirms it. */
interface Way {
  readonly button: string | RegExp;
  readonly confirm: string;
  readonly fill?: (dialog: Locator) => Promise<unknown>;
}

export const APPROVE: Way = { button: 'Approve…', confirm: 'Approve' };
export const REJECT: Way = { button: 'Reject…', confirm: 'Reject' };
export const CANCEL: Way = { button: 'Cancel…', confirm: 'Cancel the run' };
export const REPAIR: Way = { button: 'Repair…', confirm: 'Make the plan' };

/** A deployment of this configuration, or its plan. @param boxes that are ticked, by their texts */
export function start(config: string, { confirm = 'Start', boxes = [] as readonly string[] } = {}): Way {
  return {
    ...{ button: 'Deploy…', confirm },
    async fill(dialog) {
      await dialog.getByRole('textbox', { name: 'Configuration' }).fill(config);
      for (const name of boxes) await dialog.getByRole('checkbox', { name }).check();
    },
  };
}

/**
 * Does it on the page, and holds the command line that is shown against what is done.
 *
 * @param what the action, with the options that its command line shows beside where it goes to: `rollBack --to --dry-run`
 * @returns the words of the command line, behind the name of the program
 */
export async function act(page: Page, what: string, way: Way): Promise<readonly string[]> {
  const { dialog, words } = await asked(page, what, way);
  await dialog.getByRole('button', { name: way.confirm, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  return words;
}

/**
 * Has the same shown, and types the command line instead: in the folder from which the app is served, with its key, and at a terminal.
 *
 * @param answers what is typed when the command asks
 */
export async function typeInstead(
  page: Page,
  what: string,
  way: Way,
  { app, answers = [] }: { readonly app: Pick<ServedApp, 'directory' | 'key'>; readonly answers?: readonly string[] },
): Promise<Printed> {
  const { dialog, words } = await asked(page, what, way);
  await dialog.getByRole('button', { name: 'Leave it' }).click();
  await dialog.waitFor({ state: 'detached' });
  const before = process.cwd();
  vi.stubEnv('DRAFTGENIE_KEY', app.key);
  process.chdir(app.directory);
  try {
    return await runInProcess(words, { interactive: true, answers });
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
  }
}

async function asked(
  page: Page,
  what: string,
  { button, fill = async () => undefined }: Way,
): Promise<{ readonly dialog: Locator; readonly words: readonly string[] }> {
  await page.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  const [, ...words] = shellSplit((await dialog.locator('.command').textContent()) ?? '');
  const [action = '', ...options] = what.split(' ');
  expect((await takenCommand(words)).name).toBe(ACTIONS[action as Action].command);
  expect(words.filter((word) => word.startsWith('--'))).toEqual([...options, '--environment', '--remote']);
  return { dialog, words };
}

/** By a shell itself. */
function shellSplit(text: string): readonly string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}
