import type { GroupResource } from '../group.ts';
import { renamed, type Variation } from './vary.ts';

/** Another subscriber's choice of names, a region, and whatever tools made of ids. */
export const ELSEWHERE = renamed({ draftgenie: 'acmenotes', 'East US': 'West Europe', eastus: 'westeurope' });

export const PEOPLES_TAGS: Variation = (group) => ({
  ...group,
  resources: group.resources.map((one) =>
    one.body.location === undefined
      ? one
      : { ...one, body: { ...one.body, tags: { CostCenter: '4711', owner: 'notes team' } } },
  ),
});

/** As the portal, templates and older tools write them. */
export const ODD_IDS: Variation = (group) => ({
  ...group,
  resources: group.resources.map((one) => ({
    ...one,
    id: one.id
      .replace('/resourceGroups/', '/resourcegroups/')
      .replace('Microsoft.DBforPostgreSQL', 'microsoft.dbforpostgresql')
      .replace('Microsoft.App/containerApps', 'Microsoft.App/containerapps'),
  })),
});

/** Of everything that must have a name of its own: in all of Azure, or in the group. */
const NAMES = ['acr', '-kv', '-logs', '-insights', '-postgres', '-redis', '-env'].map((end) => `draftgenie${end}`);
const APPS = [
  'speaker-service',
  'draft-service',
  'rag-service',
  'evaluation-service',
  'api-gateway',
  'rabbitmq',
  'qdrant',
];

/** The same script run once more, with other names, in the same group. */
export const BESIDE_DEV: Variation = (group) => {
  const names = Object.fromEntries(NAMES.map((name) => [name, name.replace('draftgenie', 'dgdev')]));
  const apps = Object.fromEntries(APPS.map((name) => [`/containerApps/${name}"`, `/containerApps/dev-${name}"`]));
  const dev = renamed({ ...names, ...apps })({ ...group, config: '', state: null });
  const isShared = ({ id }: GroupResource): boolean => group.resources.some((known) => known.id === id);
  return {
    ...group,
    resources: [...group.resources, ...dev.resources.filter((one) => !isShared(one))],
    secrets: { ...dev.secrets, ...group.secrets },
  };
};
