import type { ServiceFacts } from './facts.ts';
import { findHosts, type HostUse } from './hosts.ts';
import type { Spoken } from './listening.ts';
import type { VariableFacts } from './variable-facts.ts';

/** A place in a variable where a service is named. */
export interface NamedService extends HostUse {
  readonly target: ServiceFacts;
}

/** A file of a service that names others. */
interface NamingFile {
  readonly owner: ServiceFacts;
  readonly uses: readonly NamedService[];
}

/** Ports that everybody means when a service is asked by http. */
const HTTP_SCHEMES = ['http', 'https', 'ws', 'wss'];

export function isHttp({ scheme }: HostUse): boolean {
  return scheme !== undefined && HTTP_SCHEMES.includes(scheme);
}

/** Who is meant by which name: https://docs.docker.com/compose/how-tos/networking/ */
export class HostIndex {
  readonly #byName = new Map<string, ServiceFacts>();

  constructor(all: readonly ServiceFacts[]) {
    for (const facts of all) for (const name of facts.hosts) this.#byName.set(name.toLowerCase(), facts);
    // The name of a service wins over what others are called besides.
    for (const facts of all) this.#byName.set(facts.service.name.toLowerCase(), facts);
  }

  /** Whom a service means by a name; links are its own. */
  #meantBy(owner: ServiceFacts, name: string): ServiceFacts | undefined {
    const link = owner.links.find(({ alias }) => alias.toLowerCase() === name.toLowerCase());
    return this.#byName.get((link?.service ?? name).toLowerCase());
  }

  /** The services that a text of one names as hosts. */
  usesIn(text: string, variable: string, owner: ServiceFacts): readonly NamedService[] {
    const isHost = (name: string, port: number | undefined): boolean => {
      const target = this.#meantBy(owner, name);
      return target !== undefined && (port === undefined || mayListen(target, port));
    };
    return findHosts(text, variable, isHost).flatMap((use) => {
      const target = this.#meantBy(owner, use.host);
      return target ? [{ ...use, target }] : [];
    });
  }

  /** How others speak to a service, as far as variables and files that are mounted say it. */
  spokenTo(target: ServiceFacts, variables: readonly VariableFacts[], mentions: readonly NamingFile[]): Spoken {
    const others = variables.filter(({ owner }) => owner !== target);
    const inVariables = others.flatMap(({ value = '', name, owner }) => this.usesIn(value, name, owner));
    const inFiles = mentions.filter(({ owner }) => owner !== target).flatMap(({ uses }) => uses);
    const isMeant = (use: NamedService): boolean => use.target === target;
    const ports = [...inVariables, ...inFiles]
      .filter(isMeant)
      .flatMap(({ port, scheme }) => port ?? (scheme === 'http' ? [80] : []));
    // What stands in a file stays there, so it must be reached as it says.
    const isPlain = inVariables.filter(isMeant).some((use) => !isHttp(use)) || inFiles.some(isMeant);
    return { ports: [...new Set(ports)], isPlain };
  }
}

/** Whether `name:number` may be its address: `redis:7` may also be an image. */
function mayListen({ known, ports }: ServiceFacts, port: number): boolean {
  return port === known?.port || ports.some((one) => one.port === port) || port >= 80;
}
