import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Loaded before the product: resolvers ask the name server of the test instead of the system's. */
const { TEST_DNS_SERVER: server = '' } = process.env;
const { Resolver } = dns;
dns.Resolver = class extends Resolver {
  constructor(options?: ConstructorParameters<typeof Resolver>[0]) {
    super(options);
    this.setServers([server]);
  }
};
syncBuiltinESMExports();
