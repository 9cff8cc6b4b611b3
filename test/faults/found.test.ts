import { expect, it } from 'vitest';
import { describePlace, type FaultName } from './cases.ts';
import { describeTrial, type Matrix, matrixOf, tryAll } from './matrix.ts';
import type { SceneName } from './scenes.ts';

/** What the matrix found, each with the fault that showed it; the request is the first that fits. */
const FOUND: readonly (readonly [string, FaultName, RegExp, 'succeeded' | 'repaired'])[] = [
  ['a sign-in that is throttled for a day does not hold an activity', '429 for a day', /oauth2/, 'succeeded'],
  ['a sign-in that is throttled is waited for', '429 without', /oauth2/, 'succeeded'],
  ['a sign-in that is cut short is tried again', 'truncated JSON', /oauth2/, 'succeeded'],
  [
    'a plan whose look at the resources fails for a while is made again',
    '503 for a while',
    /-rg\/resources/,
    'succeeded',
  ],
  ['a plan whose look is refused once is made again', '401 once', /-rg\/resources/, 'succeeded'],
  [
    'secrets of a vault that is out of reach for a while are unchanged',
    'reset for a while',
    /hmac-key\/ \(7\)/,
    'succeeded',
  ],
  [
    'a registry that signs nobody in for a moment refuses no image',
    '500 after the effect',
    /auth\.docker\.io/,
    'succeeded',
  ],
  ['a log of a build that is cut short is read again', 'truncated JSON', /GET core.windows.net/, 'succeeded'],
];

it('what the fault matrix found stays mended', async () => {
  const [[, { cases, trialOf }]] = [...(await matrixOf(['a first deployment']))] as [[SceneName, Matrix]];
  const trials = FOUND.map(([name, fault, place]) => {
    const found = cases.find((one) => one.fault === fault && place.test(describePlace(one.place)));
    if (!found) throw new Error(`no request fits: ${name}`);
    return trialOf(found);
  });
  const verdicts = await tryAll(trials);
  const endings = FOUND.map(([name, , , wanted], index) => {
    const trial = trials[index];
    const verdict = trial && verdicts.get(trial);
    if (!trial || !verdict) return `${name}: not tried`;
    return verdict.ending === wanted ? name : `${name}: ${describeTrial(trial)}: ${JSON.stringify(verdict)}`;
  });
  expect(endings).toEqual(FOUND.map(([name]) => name));
}, 240_000);
