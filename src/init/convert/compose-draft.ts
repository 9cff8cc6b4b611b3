import type { JsonObject } from '../../shared/json.ts';
import type { ComposeProject, ComposeService } from '../compose/project.ts';
import type { Draft } from '../draft.ts';
import { rewrittenBy } from './environment.ts';
import { newFacts, type ServiceFacts } from './facts.ts';
import { HostIndex } from './host-index.ts';
import { takeKeys } from './key-row.ts';
import { SERVICE_KEYS } from './keys/service-keys.ts';
import { TOP_KEYS } from './keys/top-keys.ts';
import { knownServer } from './known-servers.ts';
import { listeningOf } from './listening.ts';
import { choicesOf, managedOf, nameRabbit, sectionsOf, serversOf, withRabbit } from './managed/plan.ts';
import { mentionsOf, tellMentions } from './mentions.ts';
import { Names, serviceKey } from './names.ts';
import { Report } from './report.ts';
import { SecretPlan } from './secret-plan.ts';
import { jobConfig, type ServiceAround, serviceConfig } from './service-config.ts';
import { migrationsOf, nameJobs, tasksOf } from './tasks.ts';
import { composeText } from './text.ts';
import { variablesOfAll } from './variable-facts.ts';
import { Shares } from './volumes.ts';

export interface DraftOptions {
  /** Names of services whose place a managed one takes; absent: those of which all that names them can be said of it. */
  readonly managed?: ReadonlySet<string> | undefined;
}

/**
 * A project as a configuration that a deployment takes, once it is known where it goes to. Every service and every variable is in it, or
 * among what is left.
 */
export function composeDraft(project: ComposeProject, { managed: chosen }: DraftOptions = {}): Draft {
  const report = new Report();
  takeKeys(TOP_KEYS, project.top, undefined, { path: '', report });
  for (const { place, key, text } of project.notes) report.left(place, key, text);
  for (const { name, place, why } of project.idle) report.left(place, `services.${name}`, why);
  const all = factsOf(project, report);
  const hosts = new HostIndex(all);
  const variables = variablesOfAll(all);
  const servers = serversOf(all);
  const managed = managedOf(servers, chosen, [...variables.values()].flat(), hosts);
  const staying = all.filter(({ service }) => (managed.get(service.name)?.section ?? 'rabbitmq') === 'rabbitmq');
  nameRabbit(managed, staying, report);
  const named = staying.flatMap((facts) => variables.get(facts) ?? []);
  const secrets = new SecretPlan(
    named.filter((one) => !rewrittenBy(one, hosts, managed)),
    report,
  );
  const tasks = tasksOf(staying);
  const mentions = mentionsOf(staying, hosts, project);
  const listening = new Map(
    staying
      .filter((facts) => !tasks.has(facts))
      .map((facts) => [facts, listeningOf(facts, hosts.spokenTo(facts, named, mentions), { project, all, report })]),
  );
  tellMentions(mentions, listening, (facts) => !staying.includes(facts), report);
  const shares = new Shares();
  const around: ServiceAround = {
    project,
    report,
    hosts,
    secrets,
    managed,
    listening,
    variables,
    tasks,
    migrations: migrationsOf(tasks, staying, project),
    all: staying,
    shares,
  };
  nameJobs(tasks, staying, report);
  const services = Object.fromEntries(
    staying
      .filter((facts) => !tasks.has(facts))
      .map((facts) => [facts.key, withRabbit(facts, serviceConfig(facts, around), around)]),
  );
  const alone = [...tasks].filter((facts) => !around.migrations.has(facts));
  const jobs = Object.fromEntries(alone.map((facts) => [facts.key, jobConfig(facts, around)]));
  const config: JsonObject = {
    interpolate: true,
    ...sectionsOf(managed, report),
    ...(Object.keys(shares.config).length > 0 && { storage: { shares: shares.config } }),
    ...(Object.keys(secrets.config).length > 0 && { secrets: secrets.config as JsonObject }),
    services,
    ...(alone.length > 0 && { jobs }),
  };
  return { config, comments: report.comments, leftovers: report.leftovers, choices: choicesOf(servers) };
}

function factsOf(project: ComposeProject, report: Report): readonly ServiceFacts[] {
  const names = new Names([], (key) => key.replaceAll('_', '-'));
  return project.services.map((service) => {
    const key = names.take(serviceKey(service.name));
    if (key !== service.name)
      report.left(
        service.place,
        `services.${service.name}`,
        `is called ${key}: names on Azure are lower-case letters, digits and hyphens, each once`,
        ['services', key],
      );
    const facts = newFacts(service, key, knownOf(service));
    takeKeys(SERVICE_KEYS, service.keys, facts, { path: `services.${service.name}`, report });
    return facts;
  });
}

function knownOf({ keys }: ComposeService) {
  return keys.members.has('build') ? undefined : knownServer(composeText(keys.members.get('image')));
}
