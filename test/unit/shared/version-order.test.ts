import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ORCHESTRATION_VERSION } from '../../../src/domain/function-names.ts';
import { isMatch } from '../../../src/runtime/durable/version-match.ts';
import { compareVersions } from '../../../src/shared/version-order.ts';

it('versions are ordered by their numbers, and as texts where they have none', () => {
  const order = ['', '1', '1.1', '1.2', '1.10', '2.0', 'a', 'b'];
  for (const [index, version] of order.entries())
    for (const [other, another] of order.entries())
      expect(Math.sign(compareVersions(version, another)), `${version} ${another}`).toBe(Math.sign(index - other));
  expect(compareVersions('1.2', '1.2.0')).toBe(0);
});

it('a host takes turns of what its strategy says', () => {
  const taken = (strategy: Parameters<typeof isMatch>[0]) =>
    ['', '1.1', '1.2', '1.10'].filter((version) => isMatch(strategy, '1.2', version));
  expect(taken('None')).toEqual(['', '1.1', '1.2', '1.10']);
  expect(taken('CurrentOrOlder')).toEqual(['', '1.1', '1.2']);
  expect(taken('Strict')).toEqual(['1.2']);
});

it('orchestrations are started with the version that host.json says', () => {
  const host = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8'));
  expect(host.extensions.durableTask).toMatchObject({
    defaultVersion: ORCHESTRATION_VERSION,
    versionMatchStrategy: 'CurrentOrOlder',
  });
});
