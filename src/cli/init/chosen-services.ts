import type { Choice, Draft } from '../../init/draft.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { DraftSource } from './found-sources.ts';
import type { Questions } from './questions.ts';

/** The draft with what is to be a service of Azure instead of a container, and with what everybody reaches. */
export async function withChosenServices(source: DraftSource, questions: Questions): Promise<Draft> {
  const proposed = await source.draft();
  const isProposed = ({ section }: Choice): boolean => proposed.config[KEYS[section] ?? section] !== undefined;
  const managed = new Set<string>();
  for (const choice of proposed.choices) {
    const answer = await questions.choice(`${choice.service}: ${choice.text}`, OPTIONS, isProposed(choice) ? 0 : 1);
    if (answer === 0) managed.add(choice.service);
  }
  const isAsProposed = proposed.choices.every((choice) => managed.has(choice.service) === isProposed(choice));
  return await withEntrance(isAsProposed ? proposed : await source.draft(managed), questions);
}

const OPTIONS = [{ name: 'managed' }, { name: 'container' }];
/** Sections that are called otherwise in a configuration. */
const KEYS: Readonly<Partial<Record<Choice['section'], string>>> = { mongo: 'mongodb' };

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
