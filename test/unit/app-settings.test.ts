import { describe, expect, it } from 'vitest';
import { deployerSettings } from '../../src/app-settings.ts';

const STORAGE = { DEPLOYMENT_STORAGE: 'UseDevelopmentStorage=true' };

describe('the settings of the Functions app', () => {
  it('name the storage, its own before that of the host', () => {
    expect(deployerSettings({ ...STORAGE, AzureWebJobsStorage: 'other' })).toMatchObject({
      storage: { connectionString: STORAGE.DEPLOYMENT_STORAGE },
      storageSetting: 'DEPLOYMENT_STORAGE',
    });
    expect(
      deployerSettings({ AzureWebJobsStorage__accountName: 'acct', AZURE_CLOUD: 'AzureChinaCloud' }),
    ).toMatchObject({
      storage: { serviceUrl: 'https://acct.blob.core.chinacloudapi.cn' },
      storageSetting: 'AzureWebJobsStorage',
    });
    expect(() => deployerSettings({})).toThrow('No storage is named');
  });

  it.each([
    [{ DRAFTGENIE_BLOB_SOURCE: 'eventgrid' }, 'LogsAndContainerScan or EventGrid'],
    [{ DRAFTGENIE_REQUIRE_ROLES: 'yes' }, 'false or true'],
    [{ DRAFTGENIE_HISTORY_IN_DAYS: '-1' }, 'greater than 0'],
    [{ DEPLOYMENT_STORAGE: '', DEPLOYMENT_STORAGE__accountName: 'evil.example/x' }, 'lower-case letters and digits'],
    [{ AZURE_CLOUD: 'Moon' }, 'AzureCloud'],
    [{ DEPLOYMENT_STORAGE: '', DEPLOYMENT_STORAGE__blobServiceUri: 'https://a.blob?sig=x' }, 'without a query'],
  ])('that are wrong are refused with what is allowed: %j', (settings, words) => {
    expect(() => deployerSettings({ ...STORAGE, ...settings })).toThrow(words);
  });

  it('give a configuration its own variables and no others', () => {
    const { secret } = deployerSettings({
      ...STORAGE,
      DRAFTGENIE_SECRET_KEY: 'k',
      DRAFTGENIE_SECRET_EMPTY: '',
      PATH: '/bin',
    });
    expect(secret('KEY')).toBe('k');
    expect(secret('DRAFTGENIE_SECRET_KEY')).toBe('k');
    expect(secret('PATH')).toBeUndefined();
    expect(secret('EMPTY')).toBeUndefined();
    expect(secret('DEPLOYMENT_STORAGE')).toBeUndefined();
  });

  it('fill a configuration in with those that were made for it, and no others', () => {
    const { variables } = deployerSettings({
      ...STORAGE,
      DRAFTGENIE_VAR_TAG: '1.2',
      DRAFTGENIE_VAR_EMPTY: '',
      DRAFTGENIE_SECRET_KEY: 'k',
      HOME: '/root',
    });
    expect(variables()).toEqual({ TAG: '1.2', EMPTY: '' });
  });
});
