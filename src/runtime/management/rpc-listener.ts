import { randomBytes } from 'node:crypto';
import type { Logger } from '../../shared/logger.ts';
import { isEqualInConstantTime } from '../http/keys.ts';
import { type Listener, listen } from '../http/listener.ts';
import { parseRequestPath } from '../http/request-path.ts';
import { send } from './answer.ts';
import type { ManagementApi } from './management-api.ts';

const LOOPBACK = '127.0.0.1';

/**
 * The management API for the DurableClient of this process. The client sends no key, so the address itself is the secret: on
 * loopback, at a random path, that no other user of the machine and no web page can guess.
 */
export async function openRpcListener(
  api: ManagementApi,
  logger: Logger,
): Promise<{ readonly listener: Listener; readonly baseUrl: string }> {
  const token = randomBytes(32).toString('base64url');
  let origin = '';
  const listener = await listen(
    (request, response) => {
      const path = parseRequestPath(request.url ?? '/');
      const [given = '', name, ...segments] = path?.segments ?? [];
      if (!path || !isEqualInConstantTime(given, token) || name !== 'durabletask')
        return send(response, { status: 404 });
      api(request, response, { ...path, segments }, `${origin}/${token}/durabletask`).catch((error: Error) => {
        logger.log('error', `the durable management API failed: ${error.message}`);
        if (response.headersSent) response.destroy();
        else send(response, { status: 500, body: { Message: error.message } });
      });
    },
    { hostname: LOOPBACK, port: 0 },
  );
  origin = `http://${LOOPBACK}:${listener.port}`;
  return { listener, baseUrl: `${origin}/${token}/durabletask/` };
}
