import { readFile } from 'node:fs/promises';
import { type KeptFile, keptFile } from '../../install/configuration-file.ts';
import { INSTALL_DEFAULTS, type InstallOptions } from '../../install/options.ts';
import { outboundFetch } from '../../outbound/fetch.ts';
import { UserError } from '../../shared/errors.ts';
import type { AskedInstallation } from './asked.ts';
import { githubSubject } from './github-subject.ts';

/** What is in the place of the configuration; undefined: nothing yet. */
export async function readKept(path: string): Promise<KeptFile | undefined> {
  try {
    return keptFile(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`${path} cannot be read: ${(cause as Error).message}.`, { code: 'config_unreadable', cause });
  }
}

/**
 * What was told before, with what is told now.
 * @throws UserError `install_incomplete`, `github_subject_unknown`
 */
export async function installOptionsOf(
  asked: AskedInstallation,
  before: InstallOptions | undefined,
): Promise<InstallOptions> {
  const name = asked.name ?? before?.name;
  const location = asked.location ?? before?.location;
  if (name === undefined || location === undefined) {
    throw new UserError('An installation needs a name, free in all of Azure, and a region.', {
      code: 'install_incomplete',
      hint: 'For example: draftgenie-deploy install --name shop-deployer --location westeurope',
    });
  }
  const github = await githubOf(asked, before);
  return {
    ...INSTALL_DEFAULTS,
    ...before,
    name,
    location,
    resourceGroup: asked.group ?? before?.resourceGroup ?? name,
    ...(asked.subscription !== undefined && { subscription: asked.subscription }),
    ...(asked.deploysTo.length > 0 && { deploysTo: [...asked.deploysTo] }),
    ...(Object.keys(asked.secret).length > 0 && { secrets: { ...before?.secrets, ...asked.secret } }),
    ...(asked.uploads !== undefined && { uploads: asked.uploads }),
    ...(asked.entraApp !== undefined && { entraApp: asked.entraApp }),
    ...(asked.allow.length > 0 && { allow: [...asked.allow] }),
    ...(asked.backend !== undefined && { backend: asked.backend }),
    ...(github && { github }),
  };
}

/** GitHub is asked once: what it said is remembered. */
async function githubOf(
  { github: repository, subject }: AskedInstallation,
  before: InstallOptions | undefined,
): Promise<InstallOptions['github']> {
  if (repository === undefined) {
    if (subject === undefined || !before?.github) return before?.github;
    return { ...before.github, subject };
  }
  if (subject !== undefined) return { repository, subject };
  if (before?.github?.repository === repository) return before.github;
  const api = process.env.GITHUB_API_URL || 'https://api.github.com';
  return { repository, subject: await githubSubject(repository, outboundFetch, api) };
}
