import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reservedWord } from '../../../../src/domain/config/rules/names.ts';
import { NAME_RULES } from '../../../../src/domain/name-rules.ts';
import { nameSuffix, plainName, UNIQUE_NAMES } from '../../../../src/init/complete/names.ts';

describe('the name of a project', () => {
  it.each([
    [['My Shop'], 'my-shop'],
    [['Café_2'], 'cafe-2'],
    [['42'], 'app'],
    [['OrderProcessor.API'], 'order-processor-api'],
    [[undefined, 'x', '-', 'späti.io'], 'spati-io'],
    [['3d-viewer'], 'd-viewer'],
    [['a'.repeat(99)], 'a'.repeat(32)],
  ])('of %j is %s', (candidates, expected) => {
    expect(plainName(candidates)).toBe(expected);
  });
});

describe('names that must be free in all of Azure', () => {
  const RULES = {
    'key-vault': NAME_RULES.keyVault,
    registry: NAME_RULES.containerRegistry,
    postgresql: NAME_RULES.postgresqlServer,
    redis: NAME_RULES.redis,
    storage: NAME_RULES.storageAccount,
  };

  it('are such as Azure takes, whatever the project is called', () => {
    const folders = fc.oneof(fc.string(), fc.constantFrom('login', 'microsoft-shop', 'windows', 'office', 'my-login'));
    fc.assert(
      fc.property(folders, fc.string(), fc.nat(9), (folder, place, attempt) => {
        for (const { resource, make } of UNIQUE_NAMES) {
          const name = make(plainName([folder]), nameSuffix(place, attempt));
          expect(name).toMatch(RULES[resource as keyof typeof RULES].pattern);
          expect(reservedWord(name)).toBeUndefined();
        }
      }),
    );
  });

  it('are the same for the same place, and others when these are taken', () => {
    expect(nameSuffix('here')).toBe(nameSuffix('here'));
    expect(new Set([nameSuffix('here'), nameSuffix('there'), nameSuffix('here', 1)]).size).toBe(3);
  });
});
