import type { JsonObject } from '../../shared/json.ts';
import { commandWords } from './command-words.ts';
import type { ServiceFacts } from './facts.ts';
import type { Listening } from './listening.ts';
import type { Report } from './report.ts';
import { composeText } from './text.ts';

const LOCAL =
  /(https?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[^\s"'|;&)]*)?|(?:^|\s)(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?(\/[^\s"'|;&)]*)?/i;
/** What asks by http. */
const ASKING = /\b(?:curl|wget|http|fetch|urlopen|get)\b/i;

/** `health_path` and `probes` of a service. https://docs.docker.com/reference/compose-file/services/#healthcheck */
export function healthOf(facts: ServiceFacts, listening: Listening, report: Report): JsonObject {
  const { health, key } = facts;
  const { port, transport } = listening;
  if (health.isDisabled) return { probes: false };
  if (!health.test || !health.place) return {};
  const left = (text: string): void =>
    report.left(health.place ?? facts.service.place, health.path, text, ['services', key]);
  const words = (commandWords(health.test) ?? []).map((word) => composeText(word) ?? '');
  const asked = requestIn(words.join(' '), port);
  if (!asked) {
    const command = words
      .filter((word) => !/^CMD/.test(word))
      .join(' ')
      .slice(0, 80);
    left(
      port === undefined
        ? `the command ${JSON.stringify(command)} cannot be run as a check; its replicas are watched`
        : `the command ${JSON.stringify(command)} cannot be run as a check; whether port ${port} answers is asked instead`,
    );
    if (port === undefined) return {};
  }
  const isMain = asked !== undefined && asked.port === port && asked.scheme === 'http';
  const isOverTcp = isMain && transport === 'tcp';
  const target: JsonObject = {};
  if (asked && (isOverTcp || !isMain)) Object.assign(target, { kind: 'http', path: asked.path });
  if (asked && !isMain) Object.assign(target, { port: asked.port, scheme: asked.scheme });
  const probes = probesOf(facts, target);
  return {
    ...(isMain && !isOverTcp && { health_path: asked.path }),
    ...(Object.keys(probes).length > 0 && { probes }),
  };
}

function requestIn(
  command: string,
  main: number | undefined,
): { readonly path: string; readonly port: number; readonly scheme: 'http' | 'https' } | undefined {
  if (!ASKING.test(command)) return undefined;
  const [match, scheme = 'http', port, path, barePort, barePath] = LOCAL.exec(command) ?? [];
  if (match === undefined) return undefined;
  const isTls = scheme.toLowerCase() === 'https';
  const found = Number(port ?? barePort ?? (isTls ? 443 : 80));
  const asked = port === undefined && barePort === undefined && main === undefined ? undefined : found;
  if (asked === undefined || asked < 1 || asked > 65_535) return undefined;
  return { path: path ?? barePath ?? '/', port: asked, scheme: isTls ? 'https' : 'http' };
}

/** How often readiness may fail, and the startup of a replica, of which each is asked every five seconds. */
const MOST = { readiness: 48, startup: 240, seconds: 240 } as const;
const STARTUP_PERIOD = 5;

function probesOf({ health }: ServiceFacts, target: JsonObject): JsonObject {
  const { intervalInSeconds, timeoutInSeconds, retries, startInSeconds } = health;
  const bounded = (seconds: number | undefined): number | undefined =>
    seconds === undefined || seconds <= 0 ? undefined : Math.min(Math.max(Math.ceil(seconds), 1), MOST.seconds);
  const [period, timeout] = [bounded(intervalInSeconds), bounded(timeoutInSeconds)];
  const readiness = {
    ...target,
    ...(period !== undefined && { period }),
    ...(timeout !== undefined && { timeout }),
    ...(retries && { failure_threshold: Math.min(retries, MOST.readiness) }),
  };
  const tries = startInSeconds ? Math.min(Math.ceil(startInSeconds / STARTUP_PERIOD) + 30, MOST.startup) : undefined;
  const startup = { ...target, ...(tries !== undefined && { failure_threshold: tries }) };
  return {
    ...(Object.keys(startup).length > 0 && { startup }),
    ...(Object.keys(readiness).length > 0 && { readiness }),
  };
}
