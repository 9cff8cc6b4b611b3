import type { ServiceConfig } from '../../domain/config/model.ts';
import type { EnvValue } from '../../domain/config/service/service-containers.ts';
import type { DesireInput } from '../../domain/desired.ts';

/**
 * How one service reaches another: http services by their https name in the environment's domain, tcp services by name and
 * port.
 */
function serviceAddress(target: ServiceConfig, { outputs }: Pick<DesireInput, 'outputs'>): string {
  if (target.transport === 'tcp') return `${target.name}:${target.port}`;
  return `https://${hostOf(target, outputs.read('defaultDomain'))}`;
}

/** The value of a variable that names another service; `format` may place {address}, {host} and {port}. */
export function addressValue(value: Extract<EnvValue, { kind: 'service' }>, input: DesireInput): string {
  const { application, infrastructure } = input.config.services;
  const target = [...application, ...infrastructure].find(({ key }) => key === value.key);
  if (!target) throw new Error(`there is no service ${value.key}`);
  const address = serviceAddress(target, input);
  if (value.format === undefined) return address;
  const host = target.transport === 'tcp' ? target.name : address.slice('https://'.length);
  const port = target.transport === 'tcp' ? String(target.port) : '443';
  return value.format.replaceAll('{address}', address).replaceAll('{host}', host).replaceAll('{port}', port);
}

/** Internal services have a name of their own below the domain. */
export function hostOf({ name, ingress }: ServiceConfig, defaultDomain: string): string {
  return ingress === 'external' ? `${name}.${defaultDomain}` : `${name}.internal.${defaultDomain}`;
}
