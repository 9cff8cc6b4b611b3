import { genericResourceOf } from '../../domain/generic/generic-place.ts';
import type { ConfigFile } from '../../runs/deployments.ts';
import { shellWords } from '../shell-words.ts';

/** What to do with an installation, line by line. */
export function nextSteps(path: string, environment: string, { config }: ConfigFile): string {
  const { name } = genericResourceOf(config, 'app');
  const { resourceGroup } = config.azure;
  const command = (...words: readonly string[]): string =>
    `  draftgenie-deploy ${shellWords([...words, '--config', path, '--environment', environment])}`;
  const key = `az functionapp keys list --name ${name} --resource-group ${resourceGroup} --query functionKeys.default --output tsv`;
  return [
    '',
    `The deployer answers at https://${name}.azurewebsites.net. Its key:`,
    `  export DRAFTGENIE_KEY="$(${key})"`,
    'Deploy through it:',
    `  draftgenie-deploy --config config.yaml --remote https://${name}.azurewebsites.net`,
    'Look whether somebody changed it, and remove it:',
    command('drift'),
    command('destroy'),
    '',
  ].join('\n');
}
