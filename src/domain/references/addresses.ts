import type { ServiceConfig } from '../config/model.ts';
import type { EnvValue } from '../config/service/service-containers.ts';
import type { DesireInput } from '../desired.ts';

/**
 * How one service reaches another: http services by their https name in the environment's domain, tcp services by name and
 * port.
 */
export function addressOf(target: ServiceConfig, input: Pick<DesireInput, 'outputs'>): string {
  const host = hostOfService(target, input);
  return target.transport === 'tcp' ? `${host}:${target.port}` : `https://${host}`;
}

/** Without the port. */
export function hostOfService(target: ServiceConfig, { outputs }: Pick<DesireInput, 'outputs'>): string {
  return target.transport === 'tcp' ? target.name : hostOf(target, outputs.read('defaultDomain'));
}

/** The value of a variable that names another service; `format` may place {address}, {host} and {port}. */
export function addressValue(value: Extract<EnvValue, { kind: 'service' }>, input: DesireInput): string {
  const { application, infrastructure } = input.config.services;
  const target = [...application, ...infrastructure].find(({ key }) => key === value.key);
  if (!target) throw new Error(`there is no service ${value.key}`);
  const address = addressOf(target, input);
  if (value.format === undefined) return address;
  const host = hostOfService(target, input);
  const port = target.transport === 'tcp' ? String(target.port) : '443';
  return value.format.replaceAll('{address}', address).replaceAll('{host}', host).replaceAll('{port}', port);
}

/** Internal services have a name of their own below the domain. */
export function hostOf({ name, ingress }: ServiceConfig, defaultDomain: string): string {
  return ingress === 'external' ? `${name}.${defaultDomain}` : `${name}.internal.${defaultDomain}`;
}
