import { readImageSettings } from '../../source/dockerfile/image-settings.ts';
import type { ComposeProject } from '../compose/project.ts';
import { dockerfilePath, isSameBuild } from './build-place.ts';
import { commandWords } from './command-words.ts';
import type { PortFact, ServiceFacts } from './facts.ts';
import { imagePort, isTcpPort } from './known-servers.ts';
import type { Report } from './report.ts';
import { composeText } from './text.ts';

/** Where a service listens, and who reaches it. */
export interface Listening {
  /** Absent: nowhere, it is a worker. */
  readonly port?: number;
  /** Further tcp ports. */
  readonly further: readonly number[];
  readonly transport: 'http' | 'tcp';
  readonly isExternal: boolean;
}

/** How others speak to a service. */
export interface Spoken {
  readonly ports: readonly number[];
  /** In another way than by an address that begins with http or https. */
  readonly isPlain: boolean;
}

interface ListeningAround {
  readonly project: ComposeProject;
  readonly all: readonly ServiceFacts[];
  readonly report: Report;
}

/** https://learn.microsoft.com/azure/container-apps/ingress-overview#additional-tcp-ports */
const MOST_FURTHER = 5;
/** "exposedPort can't be 80 or 443": https://learn.microsoft.com/azure/container-apps/ingress-how-to */
const HTTP_PORTS = [80, 443];
/** Where TLS is spoken, which the ingress does by itself. */
const TLS_PORTS = [443, 8443, 9443];
/** Of debuggers, which nobody publishes for others. */
const DEBUG_PORTS = [9229, 9230, 5678, 5005, 2345];

export function listeningOf(facts: ServiceFacts, spoken: Spoken, { project, all, report }: ListeningAround): Listening {
  const candidates = portsOf(facts, spoken, { project, all, report });
  const port = mainPort(facts, candidates);
  const left = facts.ports.filter(({ protocol }) => protocol !== 'tcp');
  for (const { place, path, protocol } of left)
    report.left(place, path, `${protocol}: Container Apps take tcp and http only`, ['services', facts.key]);
  if (port === undefined) return { further: [], transport: 'http', isExternal: false };
  const published = facts.ports.filter((one) => one.published !== undefined && one.protocol === 'tcp' && !one.isLocal);
  const isPublished = published.some((one) => one.port === port) && !facts.known?.isOpen;
  const transport = transportOf(facts, port, spoken, isPublished);
  const isExternal = isPublished && transport === 'http';
  const others = candidates.filter((one) => one !== port && !HTTP_PORTS.includes(one) && !DEBUG_PORTS.includes(one));
  const further = others.slice(0, MOST_FURTHER);
  tellLeft(facts, { port, further, transport, isExternal }, report);
  return { port, further, transport, isExternal };
}

function portsOf(facts: ServiceFacts, spoken: Spoken, { project, all, report }: ListeningAround): readonly number[] {
  const own = facts.ports.filter(({ protocol }) => protocol === 'tcp');
  const isFirst = (one: PortFact): boolean => one.published !== undefined;
  const said = [...own.filter(isFirst), ...own.filter((one) => !isFirst(one))].map(({ port }) => port);
  if (said.length > 0) return unique([...said, ...spoken.ports]);
  if (facts.known) return unique([facts.known.port, ...spoken.ports]);
  if (spoken.ports.length > 0) return unique(spoken.ports);
  const asked = healthPort(facts);
  if (asked !== undefined) return [asked];
  const ofImage = imagePorts(facts, project);
  if (ofImage.length === 0 || !isOtherProgram(facts, all)) return ofImage;
  const { service } = facts;
  const why = `runs another program than its image, so that it is a worker: where it listens like that, write "port: ${ofImage[0]}"`;
  report.left(service.place, `services.${service.name}.command`, why, ['services', facts.key]);
  return [];
}

/** Of services that share an image, one with a command of its own is not what the image listens with. */
function isOtherProgram({ build, command, entrypoint, service }: ServiceFacts, all: readonly ServiceFacts[]): boolean {
  if (!build || !(command ?? entrypoint)) return false;
  return all.some((other) => other.service !== service && other.build && isSameBuild(other.build, build));
}

function unique(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].filter((port) => port >= 1 && port <= 65_535);
}

/** What its own check asks. */
function healthPort({ health }: ServiceFacts): number | undefined {
  const words = commandWords(health.test) ?? [];
  const text = words.map((word) => composeText(word) ?? '').join(' ');
  const [, port] = /\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{1,5})/.exec(text) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** EXPOSE of its Dockerfile; else what the image that it is built on is known for. */
function imagePorts({ build }: ServiceFacts, { files }: ComposeProject): readonly number[] {
  if (!build) return [];
  const text = files.text(dockerfilePath(build));
  const settings = text === undefined ? undefined : readImageSettings(text, { target: build.target });
  const exposed = unique((settings?.exposed ?? []).map(({ port }) => port));
  return exposed.length > 0 ? exposed : [imagePort(settings?.base ?? '') ?? []].flat();
}

function mainPort({ known }: ServiceFacts, candidates: readonly number[]): number | undefined {
  if (known && candidates.includes(known.port)) return known.port;
  const plain = candidates.filter((port) => !TLS_PORTS.includes(port) && !DEBUG_PORTS.includes(port));
  return plain[0] ?? candidates[0];
}

/** What is spoken to in other ways than http is reached by name and port as in Compose, with tcp; not from outside, and not at 80. */
function transportOf({ known }: ServiceFacts, port: number, { isPlain }: Spoken, isPublished: boolean): 'http' | 'tcp' {
  if (HTTP_PORTS.includes(port)) return 'http';
  if (!known && isTcpPort(port)) return 'tcp';
  if (known && port === known.port)
    return known.transport === 'http' && isPlain && !isPublished ? 'tcp' : known.transport;
  return isPlain && !isPublished ? 'tcp' : 'http';
}

function tellLeft(facts: ServiceFacts, listening: Listening & { readonly port: number }, report: Report): void {
  const { key, known, ports } = facts;
  const { port, further, transport, isExternal } = listening;
  for (const one of ports.filter(({ protocol }) => protocol === 'tcp')) {
    const why = whyOtherwise(one);
    if (why !== undefined) report.left(one.place, one.path, why, ['services', key]);
  }

  function whyOtherwise({ port: own, published, isLocal }: PortFact): string | undefined {
    const isOffered = own === port || further.includes(own);
    if (DEBUG_PORTS.includes(own) && own !== port) return `${own} is of a debugger, and is not opened`;
    if (!isOffered)
      return HTTP_PORTS.includes(own)
        ? `${own} stays closed: the ingress speaks http and https for port ${port}`
        : `${own} stays closed: beside port ${port} there may be ${MOST_FURTHER} others`;
    if (published === undefined) return undefined;
    if (own !== port)
      return `${own} is reached by other services only: one port of a service goes out, and that is ${port}`;
    if (isExternal)
      return published === '' || published === '443' || published === '80'
        ? undefined
        : `published as ${published}: everybody reaches it at https, port 443`;
    if (isLocal)
      return 'published on the machine itself only: other services reach it, and nobody from outside; "ingress: external" lets everybody in';
    if (transport === 'tcp')
      return `${own} is reached by other services only: tcp from outside needs a virtual network`;
    return known?.isOpen
      ? 'is not opened to everybody, since it asks nobody who he is: "ingress: external" with "ip_rules" does'
      : undefined;
  }
}
