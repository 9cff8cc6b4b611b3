import { describe, expect, it } from 'vitest';
import { displayPath } from '../../../../src/domain/ownership/field-path.ts';
import { foreignVariables, type SecretValue, secretOf } from '../../../../src/resources/app/plain-secrets.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const JWT = 'a-signing-key-of-many-characters';
const whole = (text: string): SecretValue => ({ text, isWhole: true });
const values = new Map<string, SecretValue>([
  ['A-COPY', whole(JWT)],
  ['JWT-SECRET', whole(JWT)],
  ['DEBUG', whole('true')],
  ['UNREAD', { text: '', isWhole: false }],
  ['DATABASE-URL', { text: 'postgresql://', isWhole: false }],
]);
const found = (name: string, value: string) => secretOf({ path: [], name, value }, values);

describe('the secret that a variable has in plain text', () => {
  it('is the one of its own name, else the first with that value', () => {
    expect(found('JWT_SECRET', JWT)).toEqual({ known: 'JWT-SECRET' });
    expect(found('jwtSecret', JWT)).toEqual({ known: 'JWT-SECRET' });
    expect(found('SIGNING_KEY', JWT)).toEqual({ known: 'A-COPY' });
  });

  it('is none of another name where the value is short enough to be there by chance', () => {
    expect(found('VERBOSE', 'true')).toEqual({ unknown: [] });
    expect(found('DEBUG', 'true')).toEqual({ known: 'DEBUG' });
  });

  it('is none where the value is another one, or part of a longer text', () => {
    expect(secretOf({ path: [], name: 'JWT_SECRET', value: `x${JWT}` }, new Map([['JWT-SECRET', whole(JWT)]]))).toEqual(
      {
        unknown: [],
      },
    );
  });

  it('may be one whose value cannot be told, as far as it is known how that begins', () => {
    expect(found('FEATURE', 'a-long-text-of-somebody')).toEqual({ unknown: ['UNREAD'] });
    expect(found('STORE', 'postgresql://app:pw@db:5432/app')).toEqual({ unknown: ['DATABASE-URL', 'UNREAD'] });
    expect(found('UNREAD', 'short')).toEqual({ unknown: ['UNREAD'] });
  });
});

describe('variables of somebody else', () => {
  const app = (containers: JsonObject[], initContainers: JsonObject[] = []): JsonObject => ({
    properties: { template: { containers, initContainers } },
  });

  it('are those of any container that neither the configuration nor the last write has', () => {
    const desired = app([{ name: 'api', env: [{ name: 'PORT', value: '1' }] }]);
    const applied = app([{ name: 'api', env: [{ name: 'DROPPED', value: '1' }] }, { name: 'ours-once' }]);
    const live = app(
      [
        {
          name: 'api',
          env: [
            { name: 'PORT', value: '2' },
            { name: 'DROPPED', value: '2' },
            { name: 'THEIRS', value: 'x' },
            { name: 'READS', secretRef: 'a' },
          ],
        },
        { name: 'agent', env: [{ name: 'PORT', value: '3' }] },
        { name: 'bare', env: null },
        { name: 'ours-once', env: [{ name: 'KEY', value: 'z' }] },
      ],
      [{ name: 'first', env: [{ name: 'KEY', value: 'y' }] }],
    );
    const told = foreignVariables(desired, applied, live);
    expect(told.map(({ path, value, secretRef }) => [displayPath(path), value ?? secretRef])).toEqual([
      ['properties.template.containers[api].env[THEIRS]', 'x'],
      ['properties.template.containers[api].env[READS]', 'a'],
      ['properties.template.containers[agent].env[PORT]', '3'],
      ['properties.template.initContainers[first].env[KEY]', 'y'],
    ]);
  });
});
