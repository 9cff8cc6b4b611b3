import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { onScreen } from '../../helpers/cli/on-screen.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const ROOT = new URL('../../../', import.meta.url);
/** As wide as `npm run record-init` has it. */
const COLUMNS = 112;
const APPLY = 'Only "yes" is accepted: ';

it('what docs/init.svg shows is what the product says', async () => {
  // As it was started there, however the tests are.
  vi.stubEnv('npm_lifecycle_event', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const screens = screensOf(await readFile(new URL('docs/init.svg', ROOT), 'utf8'));
  const folder = join(await tempDirectory(), 'guestbook');
  await cp(new URL('examples/compose', ROOT), folder, { recursive: true });
  const init = onScreen(folder, ['init', '--simulate'], COLUMNS);
  for (const question of ['Name of the application', 'Number [1]: ', 'Number [1]: ', 'Region, of']) {
    await init.answer(question, '');
  }
  expect(await init.ended).toBe(0);
  const prompt = /guestbook \$ *$/;
  const made = screens.find((screen) => screen.includes('Next:') && prompt.test(screen)) ?? '';
  expectTail(init.text(), made.replace(prompt, '').slice(made.indexOf('✓ config.yaml')));

  const deploy = onScreen(folder, ['--config', 'config.yaml', '--simulate'], COLUMNS);
  const shown = await deploy.answer(APPLY, 'no');
  expect(await deploy.ended).toBe(3);
  expectTail(shown, screens.find((screen) => screen.trimEnd().endsWith(APPLY.trimEnd())) ?? '');
});

/** What can be read on each screen of the recording, one after the other. */
function screensOf(svg: string): readonly string[] {
  const lines = new Map(
    [...svg.matchAll(/<text id="(l\d+)"[^>]*>(.*?)<\/text>/g)].map(([, id = '', line = '']) => [id, textIn(line)]),
  );
  return [...svg.matchAll(/^<g>(.*)<\/g>$/gm)].map(([, uses = '']) =>
    [...uses.matchAll(/href="#(l\d+)"/g)].map(([, id = '']) => lines.get(id)).join('\n'),
  );
}

function textIn(line: string): string {
  const marks: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };
  return line.replace(/<[^>]*>/g, '').replace(/&\w+;/g, (mark) => marks[mark] ?? mark);
}

function expectTail(said: string, recorded: string): void {
  const [words, shown] = [bare(said), bare(recorded)];
  expect(shown.length).toBeGreaterThan(500);
  expect(words.slice(-shown.length), 'npm run record-init records it anew').toBe(shown);
}

/** Without the breaks of lines, which a terminal makes at its edge, and what each run has of its own: day, and end of the names. */
function bare(text: string): string {
  const plain = stripVTControlCharacters(text).replace(/\s+/g, '');
  const [, end] = /guestbook-kv-(\w{5})/.exec(plain) ?? [];
  return plain.replaceAll(end ?? '\n', 'NAMES').replace(/\d{4}-\d\d-\d\d/g, 'DAY');
}
