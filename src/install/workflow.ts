import { GITHUB_ENVIRONMENT } from './github.ts';
import { type InstallOptions, installedNames } from './options.ts';

/**
 * A workflow of GitHub that deploys each push through the app. It signs in as the identity of the installation, which may read the app's
 * key, and holds no secret: https://github.com/Azure/login#login-with-openid-connect-oidc-recommended
 */
export function githubWorkflow(options: InstallOptions): string {
  const { name } = options;
  return `# .github/workflows/deploy.yml; action.yml of the release of draftgenie-deploy that you use.
name: Deploy
on:
  push:
    branches: [main]
permissions:
  contents: read
  id-token: write
concurrency:
  group: deploy-${GITHUB_ENVIRONMENT}
  cancel-in-progress: false
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: ${GITHUB_ENVIRONMENT}
    steps:
      - uses: actions/checkout@v6
      - uses: azure/login@v2
        with:
          client-id: \${{ vars.AZURE_CLIENT_ID }}
          tenant-id: \${{ vars.AZURE_TENANT_ID }}
          allow-no-subscriptions: true
      - id: deployer
        shell: bash
        run: |
          key=$(az keyvault secret show --vault-name ${installedNames(options).vault} --name CI-KEY --query value --output tsv)
          echo "::add-mask::$key"
          echo "key=$key" >> "$GITHUB_OUTPUT"
      - uses: your-organisation/draftgenie-deploy@v1
        with:
          url: https://${name}.azurewebsites.net
          key: \${{ steps.deployer.outputs.key }}
          environment: ${GITHUB_ENVIRONMENT}
`;
}

/** What the workflow reads of its repository, as commands that set it. */
export function workflowVariables({ name, resourceGroup, github }: InstallOptions): readonly string[] {
  const { repository = '' } = github ?? {};
  const identity = `az identity show --name ${name}-ci --resource-group ${resourceGroup} --output tsv --query`;
  return Object.entries({ AZURE_CLIENT_ID: 'clientId', AZURE_TENANT_ID: 'tenantId' }).map(
    ([variable, value]) => `gh variable set ${variable} --repo ${repository} --body "$(${identity} ${value})"`,
  );
}
