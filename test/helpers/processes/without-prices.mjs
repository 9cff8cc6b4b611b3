// Loaded before the product: nobody answers for the retail prices, as without network.
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const { request } = https;
https.request = (options, ...more) => {
  const host = options.hostname ?? options.host ?? '';
  if (host !== 'prices.azure.com') return request(options, ...more);
  return request({ ...options, agent: undefined, host: '127.0.0.1', hostname: '127.0.0.1', port: 9 }, ...more);
};
syncBuiltinESMExports();
