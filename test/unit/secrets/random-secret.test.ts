import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databasePassword, randomSecret } from '../../../src/secrets/random-secret.ts';

describe('generated secrets', () => {
  it('have lower case, upper case and digits, and are long', () => {
    for (let round = 0; round < 500; round += 1) {
      const secret = randomSecret();
      expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/]) expect(secret).toMatch(kind);
    }
  });

  it('hold no three characters in a row of the login where they are passwords of the database, in either case', () => {
    // Long logins of few letters: half of all random texts share three characters in a row with one of these.
    const logins = fc.string({ unit: fc.constantFrom(...'abcDEF12_'), minLength: 1, maxLength: 63 });
    fc.assert(
      fc.property(logins, (login) => {
        const password = databasePassword(login).toLowerCase();
        const parts = [...login.toLowerCase()].map((_, index) => login.toLowerCase().slice(index, index + 3));
        expect(parts.filter((part) => part.length === 3 && password.includes(part))).toEqual([]);
        for (const kind of [/[a-z]/, /\d/]) expect(password).toMatch(kind);
      }),
      { numRuns: 300 },
    );
  });
});
