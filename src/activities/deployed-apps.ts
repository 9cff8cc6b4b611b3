import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { jsonAt } from '../shared/json.ts';

/** `app.<service>`: the newest revision; `fqdn.<service>`: its address, for services that have one. */
export function appOutputs(services: readonly ServiceConfig[], live: readonly ArmResource[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ key }, index) => {
      const app = live[index];
      const revision = app && jsonAt(app, 'properties.latestRevisionName');
      const fqdn = app && jsonAt(app, 'properties.configuration.ingress.fqdn');
      return [
        [`app.${key}`, typeof revision === 'string' ? revision : ''],
        ...(typeof fqdn === 'string' && fqdn !== '' ? [[`fqdn.${key}`, fqdn]] : []),
      ];
    }),
  );
}
