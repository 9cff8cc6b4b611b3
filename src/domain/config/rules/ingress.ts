import type { DeploymentConfig, ServiceConfig } from '../model.ts';
import type { RawConfig } from '../schema.ts';
import { wrongAddress } from './networks.ts';
import { all, problem, type RuleProblem } from './rule.ts';

/** `exposedPort` "can't be 80 or 443": https://learn.microsoft.com/azure/container-apps/ingress-how-to */
const HTTP_PORTS = [80, 443];
/** https://learn.microsoft.com/azure/container-apps/ingress-overview#additional-tcp-ports */
const MOST_PORTS = 5;

type ServiceRule = (service: ServiceConfig, config: DeploymentConfig) => readonly RuleProblem[];

const INGRESS_RULES: readonly ServiceRule[] = [missingPort, mainPort, furtherPorts, httpOnly, affinity, addresses];

export function serviceIngress(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap((service) => INGRESS_RULES.flatMap((rule) => rule(service, config)));
}

function missingPort({ key, ingress, port }: ServiceConfig): readonly RuleProblem[] {
  if (port !== undefined || ingress === 'none') return [];
  return [problem(['services', key, 'port'], `is missing; with ingress: ${ingress} requests go to it`)];
}

function mainPort({ key, ingress, transport, port }: ServiceConfig): readonly RuleProblem[] {
  if (transport !== 'tcp' || ingress === 'none' || port === undefined) return [];
  const message =
    'external tcp needs a virtual network, which this deployment does not make; use internal, or transport: http';
  const taken = `${port} cannot be exposed with transport: tcp; choose another port, or http`;
  return [
    ...(ingress === 'external' ? [problem(['services', key, 'ingress'], message)] : []),
    ...(HTTP_PORTS.includes(port) ? [problem(['services', key, 'port'], taken)] : []),
  ];
}

function furtherPorts({ key, transport, port: main, ports = [] }: ServiceConfig): readonly RuleProblem[] {
  const path = ['services', key, 'ports'];
  if (ports.length > MOST_PORTS) return [problem(path, `found ${ports.length}; at most ${MOST_PORTS} are allowed`)];
  const targets = new Set([main]);
  const exposed = new Set(transport === 'tcp' ? [main] : []);
  return ports.flatMap(({ port, exposedPort }, index) => {
    const found = targets.has(port)
      ? `${port} is there already; each port is exposed once`
      : exposed.has(exposedPort)
        ? `${exposedPort} is exposed already`
        : undefined;
    targets.add(port);
    exposed.add(exposedPort);
    return found === undefined ? [] : [problem([...path, String(index)], found)];
  });
}

/** "Only the main ingress port supports built-in HTTP features": https://learn.microsoft.com/azure/container-apps/ingress-overview */
function httpOnly({ key, transport, cors, clientCertificates }: ServiceConfig): readonly RuleProblem[] {
  if (transport !== 'tcp') return [];
  const keys = [...(cors ? ['cors'] : []), ...(clientCertificates ? ['client_certificates'] : [])];
  return keys.map((one) => problem(['services', key, one], 'is for http; found transport: tcp'));
}

/** https://learn.microsoft.com/azure/container-apps/sticky-sessions */
function affinity(
  { key, transport, sessionAffinity }: ServiceConfig,
  { release }: DeploymentConfig,
): readonly RuleProblem[] {
  if (!sessionAffinity) return [];
  const path = ['services', key, 'session_affinity'];
  if (transport === 'tcp') return [problem(path, 'is for http; found transport: tcp')];
  if (release.strategy !== 'canary') return [];
  return [problem(path, 'holds for one revision only; with release.strategy: canary there are two')];
}

function addresses({ key, ipRules }: ServiceConfig): readonly RuleProblem[] {
  if (!ipRules) return [];
  const path = ['services', key, 'ip_rules'];
  const { allow, deny } = ipRules;
  // "All rules must be the same type": https://learn.microsoft.com/azure/container-apps/ip-restrictions
  if (!allow === !deny) return [problem(path, 'allowed: either allow or deny')];
  const [list, ranges = {}] = allow ? ['allow', allow] : ['deny', deny];
  return Object.entries(ranges).flatMap(([name, range]) => wrongAddress([...path, list, name], range));
}

/** Keys that say how a service is reached: they would do nothing. */
const OF_INGRESS = ['ports', 'cors', 'ip_rules', 'client_certificates', 'session_affinity', 'domains'] as const;
const OF_PORT = ['transport', 'health_path', 'smoke'] as const;

export function keysWithoutIngress({ services }: RawConfig): readonly RuleProblem[] {
  return Object.entries(services).flatMap(([key, service]) => {
    const hasNoPort = service.port === undefined || service.port === null;
    if (hasNoPort ? service.ingress && service.ingress !== 'none' : service.ingress !== 'none') return [];
    const keys = hasNoPort ? [...OF_INGRESS, ...OF_PORT] : OF_INGRESS;
    const why = hasNoPort ? 'needs a port: nobody calls a service without one' : 'has no meaning with ingress: none';
    return keys.flatMap((one) => (service[one] ? [problem(['services', key, one], why)] : []));
  });
}
