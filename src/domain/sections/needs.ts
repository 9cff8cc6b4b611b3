import type { DeploymentConfig } from '../config/model.ts';
import { referencePlaces } from '../config/rules/references.ts';
import { problem, type RuleProblem } from '../config/rules/rule.ts';
import { secretsOf } from '../config/service/service-secrets.ts';
import { shareVolumesOf } from '../config/service/service-shares.ts';
import { userKey } from '../config/user-key.ts';
import { imageUsers, type Workload, workloads } from '../config/workloads.ts';
import { referencesIn } from '../references/reference-text.ts';
import { referenceTargets } from '../references/references.ts';
import { sectionOfSecret } from './composed-secrets.ts';
import type { SectionName } from './names.ts';
import { hasSection } from './sections.ts';

/** A place of the file that needs a section. */
export interface UnmetNeed extends RuleProblem {
  readonly section: SectionName;
}

const TITLES: Readonly<Record<SectionName, string>> = {
  containerRegistry: 'a registry to build in',
  monitoring: 'a log workspace',
  postgresql: 'a database server',
  redis: 'a cache',
  storage: 'a storage account',
};

/** What a section cannot go without, since its name must be free in all of Azure. */
const NAMED_BY_USERS: Readonly<Partial<Record<SectionName, string>>> = {
  containerRegistry: 'name: NAME',
  storage: 'account: NAME, shares: {NAME: {}}',
};

/** What needs a section that this configuration does not have. */
export function unmetNeeds(config: DeploymentConfig): readonly UnmetNeed[] {
  const needs = [
    ...workloads(config).flatMap((one) => [...ofSecrets(config, one), ...ofShares(one)]),
    ...ofReferences(config),
    ...ofImages(config),
  ];
  return needs.filter(({ section }) => !hasSection(config, section));
}

function ofSecrets(config: DeploymentConfig, { place, workload }: Workload): readonly UnmetNeed[] {
  return secretsOf(workload).flatMap(({ path, name }) => {
    const section = sectionOfSecret(config, name);
    return section ? [need(section, [...place, ...path], `the secret ${name} needs`)] : [];
  });
}

function ofReferences(config: DeploymentConfig): readonly UnmetNeed[] {
  const targets = referenceTargets(config);
  return referencePlaces(config).flatMap(({ path, text }) =>
    referencesIn(text).flatMap((name) => {
      const section = targets.get(name)?.section;
      return section ? [need(section, path, `${name} needs`)] : [];
    }),
  );
}

function ofShares({ place, workload }: Workload): readonly UnmetNeed[] {
  return shareVolumesOf(workload).map(({ volume, share }) =>
    need('storage', [...place, 'volumes', volume, 'share'], `the share ${share} needs`),
  );
}

/** Images that are built here; elsewhere they are pulled from where they are. */
function ofImages(config: DeploymentConfig): readonly UnmetNeed[] {
  if (config.docker.registry) return [];
  const users = new Set(imageUsers(config).map(({ key }) => key));
  return workloads(config).flatMap(({ place, workload: { key, image } }) => {
    if (image !== undefined || !users.has(key)) return [];
    const own = [...place, 'dockerfile'];
    const path = config.written?.includes(own.join('.')) ? own : ['docker', 'dockerfiles', key];
    return [need('containerRegistry', path, 'its image needs')];
  });
}

function need(section: SectionName, path: readonly string[], what: string): UnmetNeed {
  const key = userKey(section) ?? section;
  const line = `${key}: {${NAMED_BY_USERS[section] ?? ''}}`;
  return { section, ...problem(path, `${what} ${TITLES[section]}, for which the file does not ask: write "${line}"`) };
}
