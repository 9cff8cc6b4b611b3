import type { Choice, Draft } from '../../init/draft.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { DraftSource } from './found-sources.ts';
import type { Questions } from './questions.ts';

const MANAGED: Readonly<Record<Choice['section'], string>> = {
  postgresql: 'Azure Database for PostgreSQL',
  redis: 'Azure’s cache for Redis',
  rabbitmq: 'a broker of Azure',
  mongo: 'a MongoDB elsewhere, such as Atlas',
};

/** The draft with what is to be a service of Azure instead of a container, and with what everybody reaches. */
export async function withChosenServices(source: DraftSource, questions: Questions): Promise<Draft> {
  const proposed = await source.draft();
  const managed = new Set<string>();
  for (const { service, section, text } of proposed.choices) {
    questions.tell(`${service}: ${text}`);
    const options = [
      { name: 'managed', about: MANAGED[section] },
      { name: 'container', about: 'the image, as it is' },
    ];
    if ((await questions.choice(`What becomes of ${service}?`, options, 0)) === 0) managed.add(service);
  }
  const isAsProposed = proposed.choices.every(({ service }) => managed.has(service));
  return await withEntrance(isAsProposed ? proposed : await source.draft(managed), questions);
}

/** Where nothing can be reached from outside, one of the services may be meant to be. */
async function withEntrance(draft: Draft, questions: Questions): Promise<Draft> {
  const services = isJsonObject(draft.config.services) ? draft.config.services : {};
  const internal = Object.entries(services).flatMap(([key, service]) =>
    isJsonObject(service) && service.ingress === 'internal' && service.transport !== 'tcp' ? [key] : [],
  );
  const isReached = Object.values(services).some((service) => isJsonObject(service) && service.ingress === 'external');
  if (isReached || internal.length === 0) return draft;
  const options = [...internal.map((name) => ({ name })), { name: 'none', about: 'only services reach each other' }];
  const chosen = internal[await questions.choice('Which service does everybody reach?', options, internal.length)];
  if (chosen === undefined) return draft;
  const opened: JsonObject = { ...(services[chosen] as JsonObject), ingress: 'external' };
  return { ...draft, config: { ...draft.config, services: { ...services, [chosen]: opened } } };
}
