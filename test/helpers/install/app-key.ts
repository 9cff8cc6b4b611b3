import { connectAzure } from '../../../src/azure/connect.ts';
import { simulatedConnection } from '../../../src/azure/simulated/connection.ts';
import { findSimulatedAzure } from '../../../src/outbound/simulated-azure.ts';
import { jsonAt, scalarText } from '../../../src/shared/json.ts';

/** What `az functionapp keys list` answers of the app that was installed as shop-deployer. @param address of the simulator */
export async function appKey(address: string): Promise<string> {
  const found = await findSimulatedAzure(new URL(address));
  const { arm } = connectAzure({ ...(await simulatedConnection(found)), keepSecret: () => undefined });
  const site = `/subscriptions/${found.subscriptionId}/resourceGroups/shop-deployer/providers/Microsoft.Web/sites/shop-deployer`;
  const keys = await arm.post(`${site}/host/default/listkeys`, '2025-03-01');
  return scalarText(jsonAt(keys.kind === 'done' ? (keys.body ?? {}) : {}, 'functionKeys.default'));
}
