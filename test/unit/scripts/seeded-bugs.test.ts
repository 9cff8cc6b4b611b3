import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { BUGS } from '../../../scripts/seeded-bugs/bugs.ts';
import { EDGES } from '../../../scripts/seeded-bugs/edges.ts';
import { STATE_AND_STEPS } from '../../../scripts/seeded-bugs/state-and-steps.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

it('every seeded bug still has its place in the code, and changes it', () => {
  const lost = BUGS.filter(({ file, find, replace }) => {
    const text = readFileSync(`${ROOT}/${file}`, 'utf8');
    return text.split(find).length !== 2 || find === replace;
  });
  expect(lost.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

it('no file has bugs in both tables: one would hide the other', () => {
  expect(Object.keys(EDGES).filter((file) => file in STATE_AND_STEPS)).toEqual([]);
});
