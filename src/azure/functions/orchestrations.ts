import { isJsonObject } from '../../shared/json.ts';
import type { SendArm } from '../arm-request.ts';
import { AzureError } from '../errors.ts';
import type { Orchestrations } from '../ports.ts';

const WEB_VERSION = '2025-03-01';
/** Those that have not ended: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-instance-management */
const UNDER_WAY = 'Running,Pending,Suspended,ContinuedAsNew';
const TOKEN = 'x-ms-continuation-token';
/** To be told to people: that there is one is enough. */
const AT_MOST = '10';

/**
 * The durable management API of an app's host, through Resource Manager, which asks it as its owner: no key is read, and an app that few
 * networks reach is asked all the same. https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api,
 * https://github.com/cblomart/durableops
 *
 * @param appId of the app
 */
export function createOrchestrations(send: SendArm, appId: string): Orchestrations {
  const path = `${appId}/hostruntime/runtime/webhooks/durabletask/instances`;
  const query = { runtimeStatus: UNDER_WAY, top: AT_MOST, showInput: 'false' };
  return {
    async underWay() {
      let token: string | undefined;
      do {
        const { body, headers } = await send('GET', path, {
          apiVersion: WEB_VERSION,
          query,
          ...(token !== undefined && { headers: { [TOKEN]: token } }),
        });
        if (!Array.isArray(body)) {
          throw new AzureError({ code: 'UnexpectedAnswer', message: 'the host tells no list of orchestrations' });
        }
        const found = body.flatMap((one) => (isJsonObject(one) ? [String(one.instanceId)] : []));
        if (found.length > 0) return found;
        // A page of what is stored in partitions may be empty, and not the last one.
        token = headers[TOKEN];
      } while (token);
      return [];
    },
  };
}
