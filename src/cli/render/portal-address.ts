import { cloudEndpoints } from '../../azure/clouds.ts';

/** https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure, https://learn.microsoft.com/azure/china/resources-developer-guide */
const PORTALS = {
  AzureCloud: 'https://portal.azure.com',
  AzureUSGovernment: 'https://portal.azure.us',
  AzureChinaCloud: 'https://portal.azure.cn',
} as const;

/**
 * The address of a page of the portal, in whatever tenant the browser is signed in to; of this form are the links that Azure
 * itself sends (`portalLink` of https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-webhook-email).
 *
 * @param page as a kind of resource says it
 */
export function portalAddress(page: string): string {
  const { name } = cloudEndpoints(process.env.AZURE_CLOUD ?? 'AzureCloud');
  return `${PORTALS[name]}/#resource${page}`;
}
