import type { AccessToken } from '@azure/core-auth';
import { describe, expect, it } from 'vitest';
import { withSharedTokens } from '../../../src/azure/credentials.ts';

function countingCredential() {
  const asked: string[] = [];
  const waiting: ((token: AccessToken) => void)[] = [];
  return {
    asked,
    answer: (token: string) => {
      for (const give of waiting.splice(0)) give({ token, expiresOnTimestamp: 0 });
    },
    credential: withSharedTokens({
      getToken: (scopes) => {
        asked.push(String(scopes));
        return new Promise((resolve) => waiting.push(resolve));
      },
    }),
  };
}

describe('tokens of one credential', () => {
  it('are asked for once by clients that need the same at the same time', async () => {
    const { credential, asked, answer } = countingCredential();
    const both = Promise.all([credential.getToken('arm'), credential.getToken(['arm']), credential.getToken('vault')]);
    answer('one');
    expect((await both).map((token) => token?.token)).toEqual(['one', 'one', 'one']);
    expect(asked).toEqual(['arm', 'vault']);
  });

  it('are asked for again afterwards, and with claims on their own', async () => {
    const { credential, asked, answer } = countingCredential();
    const first = credential.getToken('arm');
    const challenged = credential.getToken('arm', { claims: 'c' });
    answer('one');
    await Promise.all([first, challenged]);
    const later = credential.getToken('arm');
    answer('two');
    expect((await later)?.token).toBe('two');
    expect(asked).toEqual(['arm', 'arm', 'arm']);
  });
});
