import type { JsonObject } from '../../shared/json.ts';
import { healthRequest } from '../requests/health-path.ts';
import { commandWords } from './command-words.ts';
import type { ServiceFacts } from './facts.ts';
import type { Listening } from './listening.ts';
import type { Report } from './report.ts';
import { composeText } from './text.ts';

/** `health_path` and `probes` of a service. https://docs.docker.com/reference/compose-file/services/#healthcheck */
export function healthOf(facts: ServiceFacts, listening: Listening, report: Report): JsonObject {
  const { health, key } = facts;
  const { port, transport } = listening;
  if (health.isDisabled) return { probes: false };
  if (!health.test || !health.place) return {};
  const left = (text: string): void =>
    report.left(health.place ?? facts.service.place, health.path, text, ['services', key]);
  const words = (commandWords(health.test) ?? []).map((word) => composeText(word) ?? '');
  const request = healthRequest(words);
  // Without a port it is that of http.
  const asked = request && { path: request.path, port: request.port ?? 80 };
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
  const isMain = asked !== undefined && asked.port === port;
  const isOverTcp = isMain && transport === 'tcp';
  const target: JsonObject = {};
  if (asked && (isOverTcp || !isMain)) Object.assign(target, { kind: 'http', path: asked.path });
  if (asked && !isMain) Object.assign(target, { port: asked.port });
  const probes = probesOf(facts, target);
  return {
    ...(isMain && !isOverTcp && { health_path: asked.path }),
    ...(Object.keys(probes).length > 0 && { probes }),
  };
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
