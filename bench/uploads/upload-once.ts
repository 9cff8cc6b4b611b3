import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { uploadToLentBlob } from '../../src/azure/images/lent-blob.ts';
import { createTransport } from '../../src/outbound/transport.ts';
import { content } from './content.ts';

/** One upload of the product, as of the sources of a build. */
const [receiver = '', megabytes = ''] = process.argv.slice(2);
const transport = createTransport({ connectTo: JSON.parse(receiver) as { port: number; caCertificate: string } });
const credential = { getToken: async () => null };
await uploadToLentBlob(
  { cloud: cloudEndpoints('AzureCloud'), credential, transport },
  async () => 'https://account.blob.core.windows.net/container/sources.tar.gz?sig=signature&sp=cw',
  async () => content(Number(megabytes)),
);
process.exit(0);
