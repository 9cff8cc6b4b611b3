import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Draft } from '../draft.ts';
import { UNIQUE_NAMES } from './names.ts';

/** What nobody can tell from a folder. */
export interface Answers {
  /** Empty: the only one that the credential can use. */
  readonly subscriptionId: string;
  readonly location: string;
  readonly project: string;
  /** What names end in that must be free in all of Azure. */
  readonly suffix: string;
}

type Comment = Draft['comments'][number];

/** The draft with what a deployment needs besides services: where to, a vault, and a registry where something is built. */
export function completedDraft(draft: Draft, answers: Answers): Draft {
  const { subscriptionId, location, project } = answers;
  const { interpolate = true, ...rest } = draft.config;
  const azure: JsonObject = {
    subscription_id: subscriptionId,
    resource_group: `${project}-rg`,
    location,
    project_name: project,
    ...objectOf(rest.azure),
  };
  const first: JsonObject = {
    interpolate,
    azure,
    key_vault: objectOf(rest.key_vault),
    ...(buildsSomething(rest) && { container_registry: objectOf(rest.container_registry) }),
  };
  const { azure: _, key_vault: __, container_registry: ___, ...others } = rest;
  const { config, named } = withNames({ ...first, ...others }, answers);
  return { ...draft, config, comments: [...baseComments(azure), ...named, ...draft.comments] };
}

function baseComments({ subscription_id }: JsonObject): readonly Comment[] {
  const subscription =
    subscription_id === ''
      ? 'Empty: the only subscription that your account can use. With several, `plan` lists them.'
      : 'The simulator has a subscription of its own, for which this has to be empty.';
  return [
    {
      path: ['interpolate'],
      text: '${NAME} and ${NAME:-default} are filled in from the environment, as in Compose; $$ is a $.',
    },
    { path: ['azure', 'subscription_id'], text: subscription },
    { path: ['azure', 'resource_group'], text: 'Made by the first deployment; everything goes into it.' },
  ];
}

/** Names that must be free in all of Azure, where the draft has the section and no name for it. */
function withNames(
  config: JsonObject,
  { project, suffix }: Answers,
): { readonly config: JsonObject; readonly named: readonly Comment[] } {
  const named: Comment[] = [];
  const filled = { ...config };
  for (const { path, make } of UNIQUE_NAMES) {
    const [section, key] = path;
    const value = filled[section];
    if (!isJsonObject(value) || value[key] !== undefined) continue;
    filled[section] = { [key]: make(project, suffix), ...value };
    named.push({ path, text: 'Must be free in all of Azure.' });
  }
  return { config: filled, named };
}

/** Images of others are pulled from where they are; what is built needs a registry to be kept in. */
function buildsSomething({ services, jobs, docker, container_registry }: JsonObject): boolean {
  if (container_registry !== undefined) return true;
  if (isJsonObject(docker) && docker.registry) return false;
  const workloads = [...Object.values(objectOf(services)), ...Object.values(objectOf(jobs))];
  return workloads.some((one) => isJsonObject(one) && (one.build !== undefined || one.dockerfile !== undefined));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
