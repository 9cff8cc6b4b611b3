import { describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { readPrincipal } from '../../../src/azure/credentials.ts';

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.SIGNATURE`;
const credential = (text: string) => ({
  getToken: async () => ({ token: text, expiresOnTimestamp: Date.now() + 3_600_000 }),
});
const cloud = cloudEndpoints('azureusgovernment');

describe('the principal behind a credential', () => {
  it('is a service principal when the token is an application’s', async () => {
    const claims = { tid: 't', oid: 'o', idtyp: 'app', appid: 'client' };
    expect(await readPrincipal(credential(token(claims)), cloud)).toMatchObject({
      tenantId: 't',
      objectId: 'o',
      principalType: 'ServicePrincipal',
    });
  });

  it('has no type for people, whose grants must leave it out', async () => {
    const claims = { tid: 't', oid: 'o', idtyp: 'user', appid: 'the Azure CLI', upn: 'a@example.com' };
    expect(await readPrincipal(credential(token(claims)), cloud)).not.toHaveProperty('principalType');
  });

  it.each(['', 'no-token', 'a.%%%.c', token({ oid: 'o' })])(
    'is unknown for a token that does not say, without quoting it: %j',
    async (text) => {
      const failure = await readPrincipal(credential(text), cloud).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'AzureError', code: 'CredentialUnavailable' });
      if (text.length > 5) expect(String(failure)).not.toContain(text);
    },
  );

  it('is asked for in the scope of its own cloud', async () => {
    const scopes: (string | string[])[] = [];
    await readPrincipal(
      {
        async getToken(scope) {
          scopes.push(scope);
          return { token: token({ tid: 't', oid: 'o' }), expiresOnTimestamp: 0 };
        },
      },
      cloud,
    );
    expect(scopes).toEqual(['https://management.usgovcloudapi.net/.default']);
  });
});

describe('a cloud', () => {
  it('is found whatever the case of its name, and an unknown one names those that exist', () => {
    expect(cloudEndpoints('azurechinacloud').registrySuffix).toBe('.azurecr.cn');
    expect(() => cloudEndpoints('AzureMoon')).toThrow(/AzureCloud.*AzureUSGovernment.*AzureChinaCloud/);
  });
});
