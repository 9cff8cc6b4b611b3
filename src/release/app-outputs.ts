import type { ArmResource } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { latestRevision } from '../resources/app/traffic.ts';
import { jsonAt } from '../shared/json.ts';

export interface DeployedApp {
  readonly live: ArmResource;
  /** Empty: the newest one. */
  readonly revision?: string;
}

/** `app.<service>`: the revision that is to serve; `fqdn.<service>`: its app's address, for services that have one. */
export function appOutputs(services: readonly ServiceConfig[], apps: readonly DeployedApp[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ key }, index) => {
      const app = apps[index];
      const revision = app && (app.revision || latestRevision(app.live));
      const fqdn = app && jsonAt(app.live, 'properties.configuration.ingress.fqdn');
      return [
        [`app.${key}`, revision ?? ''],
        ...(typeof fqdn === 'string' && fqdn !== '' ? [[`fqdn.${key}`, fqdn]] : []),
      ];
    }),
  );
}
