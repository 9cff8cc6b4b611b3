import { OWN_VARIABLES } from '../../domain/config/service/own-variables.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { isGiven, valueIn } from '../compose/scope.ts';
import type { ServiceFacts } from './facts.ts';
import { type HostIndex, isHttp, type NamedService } from './host-index.ts';
import { withUses } from './hosts.ts';
import type { Listening } from './listening.ts';
import type { ManagedServer, Rewritten } from './managed/servers.ts';
import type { Report } from './report.ts';
import type { SecretPlan } from './secret-plan.ts';
import { composeText, dollars, ourText, unsetIn, variablesOf } from './text.ts';
import { looksSecret, type VariableFacts } from './variable-facts.ts';

/** What all services are converted with. */
export interface Around {
  readonly report: Report;
  readonly hosts: HostIndex;
  readonly secrets: SecretPlan;
  /** By the name of the service. */
  readonly managed: ReadonlyMap<string, ManagedServer>;
  readonly listening: ReadonlyMap<ServiceFacts, Listening>;
}

/** What Azure takes as a name: src/domain/config/rules/workloads/services.ts */
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** `env` of a service. @param path of it in the configuration */
export function environmentOf(
  variables: readonly VariableFacts[],
  path: readonly string[],
  around: Around,
): JsonObject {
  const env: Record<string, Json> = {};
  for (const variable of variables) {
    const name = nameOf(variable, env, path, around);
    if (name === undefined) continue;
    const value = settingOf(variable, [...path, 'env', name], around);
    if (value !== undefined) env[name] = value;
  }
  return Object.keys(env).length > 0 ? { env } : {};
}

function nameOf(
  { name, tree, path: key }: VariableFacts,
  env: JsonObject,
  path: readonly string[],
  { report }: Around,
): string | undefined {
  if (VARIABLE_NAME.test(name) && !OWN_VARIABLES.includes(name)) return name;
  const other = name.replaceAll(':', '__');
  const isOther = VARIABLE_NAME.test(other) && !(other in env) && !OWN_VARIABLES.includes(other);
  const text = isOther
    ? `is called ${other}, which .NET reads as the same name: Azure takes no other characters`
    : 'is no name that Azure takes: letters, digits, . _ and -, and no digit first';
  report.left(tree.place, key, text, isOther ? [...path, 'env', other] : path);
  return isOther ? other : undefined;
}

function settingOf(variable: VariableFacts, path: readonly string[], around: Around): Json | undefined {
  const { owner, name, tree, value, secrecy } = variable;
  const { report, hosts, secrets, managed } = around;
  const uses = hosts.usesIn(value ?? '', name, owner);
  const rewritten = rewrittenBy(variable, hosts, managed);
  if (rewritten) {
    if (rewritten.lost !== undefined) report.left(tree.place, variable.path, rewritten.lost, path);
    return rewritten.value;
  }
  const server = uses.map(({ target }) => managed.get(target.service.name)).find((one) => one !== undefined);
  const isReplaced = server !== undefined && server.section !== 'rabbitmq';
  if (secrecy !== 'none' || isReplaced) {
    if (isReplaced)
      report.left(
        tree.place,
        variable.path,
        `names ${server.facts.service.name}, which is a managed service now: give its address, or what is said here of it`,
        path,
      );
    return { secret: secrets.keyOf(variable) };
  }
  if (value === undefined) return fromShell(variable, path, report);
  const others = uses.filter(({ target }) => target !== owner || isHttpService(target, around));
  if (others.length > 0) return withAddresses(variable, others, path, around);
  return plainValue(variable, path, report);
}

/** What a variable becomes that names a server whose address the deployment knows, or says who logs in there. */
export function rewrittenBy(
  variable: VariableFacts,
  hosts: HostIndex,
  managed: ReadonlyMap<string, ManagedServer>,
): Rewritten | undefined {
  const { owner, name, value = '' } = variable;
  const uses = hosts.usesIn(value, name, owner);
  const servers = new Set(uses.length > 0 ? uses.map(({ target }) => target) : serversOf(owner, hosts));
  if (uses.length > 0 && servers.size > 1) return undefined;
  for (const facts of servers) {
    const done = managed.get(facts.service.name)?.rewritten(variable, uses);
    if (done) return done;
  }
  return undefined;
}

/** Servers that a service names in any of its variables. */
function serversOf(owner: ServiceFacts, hosts: HostIndex): readonly ServiceFacts[] {
  return [...owner.service.variables].flatMap(([name, tree]) =>
    hosts.usesIn(composeText(tree) ?? '', name, owner).map(({ target }) => target),
  );
}

function fromShell(
  { name, tree, path: key }: VariableFacts,
  path: readonly string[],
  report: Report,
): Json | undefined {
  const { scope } = tree.place.origin;
  if (isGiven(scope, name)) return `\${${name}}`;
  const value = valueIn(scope, name);
  if (value !== undefined) return /[{}$]/.test(value) ? dollars(value) : `\${${name}:-${value}}`;
  report.left(
    tree.place,
    key,
    `is set nowhere, so that Compose gives it to nobody; write a value, or \${${name}}`,
    path.slice(0, 2),
  );
  return undefined;
}

function plainValue(variable: VariableFacts, path: readonly string[], report: Report): Json {
  const { name, tree, value = '' } = variable;
  const variables = variablesOf(tree);
  // What looks like a secret by its name and is none must not be filled in.
  if (variables.length > 0 && [name, ...variables].some(looksSecret)) return dollars(value);
  tellUnset(variable, path, report);
  return ourText(tree);
}

function tellUnset({ tree, path: key }: VariableFacts, path: readonly string[], report: Report): void {
  for (const unset of new Set(unsetIn(tree)))
    report.left(tree.place, key, `the variable ${unset} is set nowhere, and counts as empty, as for Compose`, path);
}

/** The value with the addresses that services have on Azure. */
function withAddresses(
  variable: VariableFacts,
  uses: readonly NamedService[],
  path: readonly string[],
  around: Around,
): Json {
  const { owner, name, tree, value = '' } = variable;
  const ours = ourText(tree);
  const inOurs = around.hosts
    .usesIn(ours, name, owner)
    .filter((use) => uses.some(({ target }) => target === use.target));
  const isSame = inOurs.map(({ host }) => host).join() === uses.map(({ host }) => host).join();
  const isDefault = inOurs.some(({ start }) => isWithinVariable(ours, start));
  const [text, places] =
    isSame && !isDefault ? [ours, inOurs] : [dollars(value), around.hosts.usesIn(dollars(value), name, owner)];
  const filled = variablesOf(tree);
  if (text !== ours && filled.length > 0)
    around.report.left(
      tree.place,
      variable.path,
      `${[...new Set(filled)].join(', ')} was filled in, since it says where another service is`,
      path,
    );
  else tellUnset(variable, path, around.report);
  const targets = new Set(places.map(({ target }) => target));
  const [only] = targets;
  const isFormat =
    targets.size === 1 && only !== undefined && only !== owner && !/\{(?:address|host|port)\}/.test(text);
  const isKnown = [...targets].every((target) => around.listening.get(target)?.port !== undefined);
  if (!isKnown) {
    around.report.left(
      tree.place,
      variable.path,
      'names a service that listens nowhere, as far as can be seen: give that one a "port"',
      path,
    );
    return text;
  }
  const made = withUses(text, places, (use) => addressIn(use as NamedService, isFormat, variable, path, around));
  if (!isFormat || !/\{(?:address|host)\}/.test(made)) return made;
  const key = only.key;
  return made === '{address}' ? { service: key } : { service: key, format: made };
}

function isWithinVariable(text: string, at: number): boolean {
  const before = text.slice(0, at);
  return before.lastIndexOf('${') > before.lastIndexOf('}');
}

function isHttpService(target: ServiceFacts, { listening }: Around): boolean {
  return listening.get(target)?.transport === 'http';
}

/** How one service reaches another: src/domain/references/addresses.ts */
function addressIn(
  use: NamedService,
  isFormat: boolean,
  { owner, tree, path: key }: VariableFacts,
  path: readonly string[],
  { listening, report }: Around,
): string {
  const { target, port, scheme, hasUser } = use;
  const { port: main, further = [], transport } = listening.get(target) ?? {};
  const said = (what: 'address' | 'host' | 'name'): string =>
    isFormat && what !== 'name' ? `{${what}}` : `\${{services.${target.key}.${what}}}`;
  const isOther = port !== undefined && port !== main && further.includes(port);
  const before = scheme === undefined || hasUser ? '' : `${scheme}://`;
  const behind = port === undefined ? '' : `:${port}`;
  if (transport === 'tcp') {
    if (target === owner) return `${before}${target.appName ?? target.key.replaceAll('_', '-')}${behind}`;
    if (!isOther && port === main && port !== undefined)
      return `${before}${isFormat ? '{address}' : `${said('host')}:${port}`}`;
    return `${before}${said('host')}${behind}`;
  }
  if (isOther) return `${before}${target.appName ?? target.key.replaceAll('_', '-')}${behind}`;
  if (isHttp(use) && !hasUser) return /^ws/.test(scheme ?? '') ? `wss://${said('host')}` : said('address');
  // What listens beside http is reached by the name of the app.
  if (port === undefined && scheme === undefined && further.length > 0) return said('name');
  report.left(
    tree.place,
    key,
    `${target.service.name} speaks http: other services reach it by its name at port 80, or at its address with https`,
    path,
  );
  return `${before}${target.appName ?? target.key.replaceAll('_', '-')}${port === undefined ? '' : ':80'}`;
}
