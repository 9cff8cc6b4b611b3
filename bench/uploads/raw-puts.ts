import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { BLOCK_IN_BYTES } from '../../src/outbound/upload-blob.ts';

const AT_ONCE = 4;

/** The same bytes by plain PUTs side by side, out of memory, with nothing looked at: what the line gives. */
const [receiver = '', megabytes = ''] = process.argv.slice(2);
const { port, caCertificate } = JSON.parse(receiver) as { port: number; caCertificate: string };
const agent = new Agent({ keepAlive: true, ca: caCertificate });
const block = Buffer.alloc(BLOCK_IN_BYTES);
let left = Math.ceil((Number(megabytes) * 1024 * 1024) / BLOCK_IN_BYTES);

async function put(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const host = 'account.blob.core.windows.net';
    const sent = request({ host: '127.0.0.1', servername: host, port, agent, method: 'PUT', headers: { host } });
    sent.end(block);
    const [answer] = await once(sent, 'response');
    answer.resume();
    await once(answer, 'end');
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, put));
process.exit(0);
