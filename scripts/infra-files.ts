import { exportInput } from '../src/cli/export/wanted.ts';
import { parseConfig } from '../src/domain/config/parse.ts';
import { emptyState } from '../src/domain/state.ts';
import { armFiles } from '../src/export/arm/arm-files.ts';
import { bicepFiles } from '../src/export/bicep/bicep-files.ts';
import { buildProject } from '../src/export/build-project.ts';
import { withDerivedDefaults } from '../src/export/derived-defaults.ts';
import type { ExportInput } from '../src/export/export-input.ts';
import { configurationFile } from '../src/install/configuration-file.ts';
import { INSTALL_DEFAULTS, type InstallOptions } from '../src/install/options.ts';

/** With a hyphen, so that names without any are told from others. */
const STAND_IN = 'deployer-app';

/** What `install` would be told. Uploads need a key of the app, which is there only once its code runs. */
export const INFRA_OPTIONS: InstallOptions = {
  ...INSTALL_DEFAULTS,
  name: STAND_IN,
  location: 'westeurope',
  resourceGroup: `${STAND_IN}-rg`,
  uploads: false,
};

/** The installation, as `install` wants it. */
export function installation(options: InstallOptions = INFRA_OPTIONS): ExportInput {
  const result = parseConfig(configurationFile(options));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return exportInput({ environment: 'default', config: result.parsed.config, state: emptyState('default') });
}

/** Given by azd (https://learn.microsoft.com/azure/developer/azure-developer-cli/manage-environment-variables). */
const PARAMETERS = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
  contentVersion: '1.0.0.0',
  parameters: {
    name: { value: '${AZURE_ENV_NAME}' },
    location: { value: '${AZURE_LOCATION}' },
    deployerPrincipalId: { value: '${AZURE_PRINCIPAL_ID}' },
  },
};

/** https://learn.microsoft.com/azure/developer/azure-developer-cli/azd-schema */
const AZURE_YAML = `# yaml-language-server: $schema=https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json
# What \`azd up\` does: the resources of infra/, then the code. \`npm run infra\` writes this file and that folder.
name: draftgenie-deploy
resourceGroup: \${AZURE_ENV_NAME}-rg
infra:
  provider: bicep
  path: infra
  module: main
hooks:
  prepackage:
    shell: sh
    run: npm ci && npm run build
services:
  app:
    project: .
    dist: dist
    language: js
    host: function
    resourceName: \${AZURE_ENV_NAME}
`;

/** The deployer app as code: the folder `infra`, and what azd reads. By their paths. */
export function infraFiles(): ReadonlyMap<string, string> {
  const name = {
    parameter: 'name',
    description: 'Name of the app, and in the names of all that belongs to it',
    standIn: STAND_IN,
  };
  const built = { ...buildProject(installation(), { existing: true }), title: 'The Functions app that deploys' };
  const project = withDerivedDefaults(built, name, ['location']);
  const bicep = [...bicepFiles(project)].filter(([path]) => path !== 'main.bicepparam');
  const { 'azuredeploy.json': template = '' } = Object.fromEntries(armFiles(project));
  return new Map([
    ...bicep.map(([path, text]) => [`infra/${path}`, text] as const),
    ['infra/azuredeploy.json', template],
    ['infra/main.parameters.json', `${JSON.stringify(PARAMETERS, null, 2)}\n`],
    ['azure.yaml', AZURE_YAML],
  ]);
}
