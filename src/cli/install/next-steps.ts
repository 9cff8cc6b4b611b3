import type { InstallOptions } from '../../install/options.ts';
import { githubWorkflow, workflowVariables } from '../../install/workflow.ts';
import { shellWords } from '../shell-words.ts';

/** What to do with an installation, line by line. */
export function nextSteps(
  path: string,
  environment: string,
  { name, resourceGroup }: Pick<InstallOptions, 'name' | 'resourceGroup'>,
): string {
  const commandOf = (...words: readonly string[]): string =>
    `  draftgenie-deploy ${shellWords([...words, '--config', path, '--environment', environment])}`;
  const key = `az functionapp keys list --name ${name} --resource-group ${resourceGroup} --query functionKeys.default --output tsv`;
  return [
    '',
    `The deployer answers at https://${name}.azurewebsites.net. Its key:`,
    `  export DRAFTGENIE_KEY="$(${key})"`,
    'Deploy through it:',
    `  draftgenie-deploy --config config.yaml --remote https://${name}.azurewebsites.net`,
    'Look whether somebody changed it, and remove it:',
    commandOf('drift'),
    commandOf('destroy'),
    '',
  ].join('\n');
}

/** The same for the repository that may come in. */
export function stepsOnGithub(options: InstallOptions): string {
  return [
    '',
    `Workflows of ${options.github?.repository} may deploy once it knows whom they sign in as:`,
    ...workflowVariables(options).map((line) => `  ${line}`),
    'and has this file:',
    '',
    githubWorkflow(options),
  ].join('\n');
}
