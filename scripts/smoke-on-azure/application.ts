export interface SmallApplication {
  readonly subscriptionId: string;
  readonly location: string;
  /** Of names that must be free in all of Azure. */
  readonly suffix: string;
}

/** One service of a public image, a vault and a log workspace: the least of all applications. */
export function smallApplication({ subscriptionId, location, suffix }: SmallApplication): string {
  return `
azure:
  subscription_id: ${subscriptionId}
  resource_group: dg-smoke-${suffix}
  project_name: smoke${suffix}
  location: ${location}
key_vault: {name: dg-smoke-${suffix}-kv}
monitoring: {}
services:
  hello: {image: "mcr.microsoft.com/k8se/quickstart:latest", port: 80, ingress: external, min_replicas: 0, max_replicas: 1}
`;
}

/** What it costs for the half hour that it is there; list prices of West Europe. */
export const COST = `This deploys to a real subscription, and deletes everything at the end:
  container app and its environment   nothing within the free grant of a month, else less than 0.02 USD
                                      https://azure.microsoft.com/pricing/details/container-apps/
  log workspace                       a few MB, less than 0.02 USD
                                      https://azure.microsoft.com/pricing/details/monitor/
  key vault                           less than 0.01 USD; stays recoverable for its retention, for nothing
                                      https://azure.microsoft.com/pricing/details/key-vault/
Together less than 0.05 USD. What is left after a crash of this program costs less than 0.10 USD a day until it is deleted.
`;
