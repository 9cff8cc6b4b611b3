import { UserError } from '../shared/errors.ts';
import type { CloudEndpoints } from './ports.ts';

/**
 * Sources: the cloud metadata of the Azure CLI (`az cloud list`); of the portals
 * https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud; of sign-ins and log
 * streams https://learn.microsoft.com/azure/reliability/sovereign-cloud-china#azure-in-china-rest-endpoints; of Log Analytics
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format, https://docs.azure.cn/en-us/azure-monitor/logs/api/request-format
 * and https://github.com/Azure/azure-sdk-for-js/tree/main/sdk/monitor/monitor-query-logs (`KnownMonitorLogsQueryAudience`); of sites
 * https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure#guidance-for-developers.
 */
const CLOUDS: readonly CloudEndpoints[] = [
  {
    name: 'AzureCloud',
    resourceManager: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    signIn: 'https://login.microsoftonline.com',
    keyVaultSuffix: '.vault.azure.net',
    registrySuffix: '.azurecr.io',
    storageSuffix: 'core.windows.net',
    sitesSuffix: '.azurewebsites.net',
    logStreamSuffix: '.azurecontainerapps.dev',
    logAnalytics: { origin: 'https://api.loganalytics.azure.com', audience: 'https://api.loganalytics.io' },
    portal: 'https://portal.azure.com',
  },
  {
    name: 'AzureUSGovernment',
    resourceManager: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    signIn: 'https://login.microsoftonline.us',
    keyVaultSuffix: '.vault.usgovcloudapi.net',
    registrySuffix: '.azurecr.us',
    storageSuffix: 'core.usgovcloudapi.net',
    sitesSuffix: '.azurewebsites.us',
    logAnalytics: { origin: 'https://api.loganalytics.us', audience: 'https://api.loganalytics.us' },
    portal: 'https://portal.azure.us',
  },
  {
    name: 'AzureChinaCloud',
    resourceManager: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    signIn: 'https://login.partner.microsoftonline.cn',
    keyVaultSuffix: '.vault.azure.cn',
    registrySuffix: '.azurecr.cn',
    storageSuffix: 'core.chinacloudapi.cn',
    sitesSuffix: '.chinacloudsites.cn',
    logStreamSuffix: '.azurecontainerapps-dev.cn',
    logAnalytics: { origin: 'https://api.loganalytics.azure.cn', audience: 'https://api.loganalytics.azure.cn' },
    portal: 'https://portal.azure.cn',
  },
];

export function cloudEndpoints(name: string): CloudEndpoints {
  const found = CLOUDS.find((cloud) => cloud.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const allowed = CLOUDS.map((cloud) => cloud.name).join(', ');
  throw new UserError(`AZURE_CLOUD is ${JSON.stringify(name)}; allowed are ${allowed}.`, { code: 'cloud_unknown' });
}
