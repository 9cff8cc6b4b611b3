import type { ExportedProject } from './model.ts';

interface ReadmeInput {
  readonly project: ExportedProject;
  readonly title: string;
  readonly commands: readonly string[];
  readonly secrets: readonly {
    readonly parameter: string;
    readonly variable: string | undefined;
    readonly secret: string | undefined;
  }[];
  /** Whether secret parameters are read from the environment's vault where there is one. */
  readonly readsVault: boolean;
}

/** What stands beside exported code: how it is deployed, and what it does not do. */
export function readme({ project, title, commands, secrets, readsVault }: ReadmeInput): string {
  const { environment, vault, notes } = project;
  const given = secrets.map(
    ({ parameter, variable, secret }) =>
      `- \`${parameter}\`${variable === undefined ? '' : `, in the variable \`${variable}\``}${
        secret !== undefined && vault ? `: the secret ${secret} of the vault ${vault.name}` : ''
      }`,
  );
  const isRead = readsVault && vault !== undefined && secrets.every(({ secret }) => secret !== undefined);
  return `${[
    `# The environment ${environment}`,
    `Its resources as ${title}, written by \`draftgenie-deploy export\`. Nothing here needs that program.`,
    ['```bash', ...commands, '```'].join('\n'),
    'Look at what would change before anything does. What is deployed as it stands here is not made anew.',
    ...(secrets.length === 0 || isRead
      ? ['No secret is in these files, and none has to be given.']
      : [`No secret is in these files. Give these:\n\n${given.join('\n')}`]),
    ...(isRead && secrets.length > 0 ? [forTemplates(vault.name)] : []),
    '## What the code does not do',
    [
      '- Build images: the parameter `images` names those that are there.',
      '- Write secrets into the vault, make up new ones, or set the password of the database anew: what is in the vault stays.',
      '- Run migrations: their jobs are made, and started by nobody.',
      '- Send traffic to a new revision only once it is healthy: Container Apps decides.',
      '- Bind certificates of names of your own in an empty environment: a name needs its app first, and the app its certificate. Deploy without them first.',
      ...notes.map((note) => `- ${note}.`),
    ].join('\n'),
    '## Who deploys from now on',
    'One of the two: what deploys this code sets everything to what it says, and draftgenie-deploy tells the difference as drift.',
  ].join('\n\n')}\n`;
}

/**
 * The code says nothing of the setting, so that its deployment may take it back:
 * https://learn.microsoft.com/azure/azure-resource-manager/bicep/key-vault-parameter#deploy-key-vaults-and-secrets
 */
function forTemplates(vault: string): string {
  return [
    'Secrets that a deployment sends are read from the vault by Resource Manager. An Owner or a Contributor allows that before each one:',
    ['```bash', `az keyvault update --name ${vault} --enabled-for-template-deployment true`, '```'].join('\n'),
  ].join('\n\n');
}
