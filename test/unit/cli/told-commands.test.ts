import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { printingPlaces } from '../../helpers/cli/printing-places.ts';
import { TOLD_PLACES } from '../../helpers/cli/told-places.ts';

const TESTS = fileURLToPath(new URL('../..', import.meta.url));
const NOWHERE = { write: () => undefined };

/** Nobody is told to run these: they say by what something was made, or by what it is printed. */
const MENTIONED = [
  'azure/simulated/setting: simulator',
  'cli/import/import-command: import',
  'cli/init/init: init',
  'install/configuration-file: install',
];

it('every command that the product prints is run by a test as it is printed', async () => {
  const program = await createProgram([], { stdout: NOWHERE, stderr: NOWHERE }, () => async () => undefined);
  const places = printingPlaces(program).filter((place) => !MENTIONED.includes(place));
  expect(places).toEqual([...TOLD_PLACES]);
  expect(followedPlaces()).toEqual([...TOLD_PLACES]);
});

function followedPlaces(): readonly string[] {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const calls = files.flatMap((file) => [
    ...readFileSync(`${TESTS}/${file}`, 'utf8').matchAll(/\bfollow\(\s*'([\w/-]+: [^']+)'/g),
  ]);
  return [...new Set(calls.map(([, place = '']) => place))].sort();
}
