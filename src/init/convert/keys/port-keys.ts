import type { PORT_SHAPE } from '../../compose/shapes/service-shape.ts';
import type { ServiceFacts } from '../facts.ts';
import type { KeyTable } from '../key-row.ts';

/** What is taken of them is taken of all together. */
export const PORT_KEYS: KeyTable<ServiceFacts, keyof typeof PORT_SHAPE.keys> = {
  target: {
    becomes:
      '`port`: of several the one by which the image is known, else the first that is published and is not one of TLS; up to five others are `ports`; those of udp are left',
  },
  published: {
    becomes:
      '`ingress: external`, without its number: everybody reaches it at https, port 443. What is not http, and what shows itself to everybody who comes, stays internal',
  },
  host_ip: { becomes: 'of the machine itself (127.0.0.1): stays internal' },
  protocol: { becomes: 'udp is left' },
  app_protocol: { becomes: 'left', left: 'write "transport: http2" where it is gRPC or HTTP/2' },
  mode: { becomes: 'nothing: the ingress balances the load' },
  name: { becomes: 'nothing: it is for people' },
};
