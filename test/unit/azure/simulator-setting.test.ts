import { describe, expect, it } from 'vitest';
import { simulatorSetting } from '../../../src/azure/simulated/setting.ts';

const DEVELOPMENT = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  DRAFTGENIE_SIMULATOR: 'https://localhost:7072',
};
const CLIENT = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' };

describe('the setting that points an app at the simulator', () => {
  it('is none by default, and none when it is empty', () => {
    expect(simulatorSetting({}, 'AzureCloud')).toBeUndefined();
    expect(simulatorSetting({ DRAFTGENIE_SIMULATOR: '' }, 'AzureCloud')).toBeUndefined();
  });

  it('names a simulator on this machine, and whom the app signs in as where that is said in full', () => {
    expect(simulatorSetting(DEVELOPMENT, 'AzureCloud')).toEqual({ address: new URL('https://localhost:7072') });
    expect(simulatorSetting({ ...DEVELOPMENT, ...CLIENT }, 'AzureCloud')?.client).toEqual({
      tenantId: 't',
      clientId: 'c',
      clientSecret: 's',
    });
    expect(
      simulatorSetting({ ...DEVELOPMENT, ...CLIENT, AZURE_CLIENT_SECRET: '' }, 'AzureCloud')?.client,
    ).toBeUndefined();
  });

  it.each([
    [{ AZURE_FUNCTIONS_ENVIRONMENT: undefined }, 'is not set'],
    [{ AZURE_FUNCTIONS_ENVIRONMENT: 'Production' }, 'is "Production"'],
    [{ IDENTITY_ENDPOINT: 'http://169.254.129.3:8081/msi/token' }, 'managed identity (IDENTITY_ENDPOINT)'],
    [{ MSI_ENDPOINT: 'http://127.0.0.1:41741/msi/token' }, 'managed identity (MSI_ENDPOINT)'],
  ])('is refused for an app that is not under development: %j', (settings, words) => {
    const read = () => simulatorSetting({ ...DEVELOPMENT, ...settings }, 'AzureCloud');
    expect(read).toThrow(expect.objectContaining({ code: 'simulator_refused' }));
    expect(read).toThrow(words);
  });

  it('is refused for another cloud than the simulated one', () => {
    expect(() => simulatorSetting(DEVELOPMENT, 'AzureChinaCloud')).toThrow('AZURE_CLOUD is AzureChinaCloud');
  });

  it.each([
    'localhost:7072',
    'http://localhost:7072',
    'https://localhost',
    'https://localhost:7072/arm',
    'https://localhost:7072/?a=b',
    'https://user@localhost:7072',
    'https://management.azure.com:7072',
    'https://localhost.example.org:7072',
  ])('is no other address: %s', (address) => {
    expect(() => simulatorSetting({ ...DEVELOPMENT, DRAFTGENIE_SIMULATOR: address }, 'AzureCloud')).toThrow(
      expect.objectContaining({ code: 'setting_invalid' }),
    );
  });
});
